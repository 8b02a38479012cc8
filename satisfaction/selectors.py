"""Who is asked how we did, and who reads the answers (rules I6, T2, T6)."""

from django.db.models import QuerySet

from accounts.models import Person
from accounts.tenancy.memory import remembered
from accounts.tenancy.scope import as_provider
from satisfaction.models import SatisfactionQuestion, SatisfactionSettings
from tickets.mail_recipients import is_there
from tickets.models import Channel, ClosedAs, Ticket

# What is asked about: spam, merged and withdrawn requests were none of the school's in the end.
ASKED_OF = frozenset({ClosedAs.FIXED, ClosedAs.UNRESOLVED})


def settings_now() -> SatisfactionSettings:
    """The provider's settings; people of schools do not see the row."""
    with as_provider():
        found = remembered("satisfaction settings", lambda: SatisfactionSettings.objects.first())
    return found or SatisfactionSettings()


def may_be_asked(person: Person, ticket: Ticket) -> bool:
    """Whether the question may be put about this ticket: never of a confidential one, nor of an alert."""
    if ticket.is_confidential or ticket.channel == Channel.MONITORING:
        return False
    return not person.is_staff and is_there(person, ticket)


def asks_of_closing(ticket: Ticket) -> bool:
    """Whether a ticket that has just been closed is asked about."""
    return ticket.closed_as in ASKED_OF and settings_now().is_asked and may_be_asked(ticket.requester, ticket)


def questions_readable() -> QuerySet[SatisfactionQuestion]:
    """What the staff read: a ticket that has become confidential since is nobody's figure (Rule T6)."""
    return SatisfactionQuestion.objects.filter(ticket__is_confidential=False)


def question_of(*, ticket: Ticket, person: Person) -> SatisfactionQuestion | None:
    """The question about the ticket's present closing, for whom it was put to."""
    if ticket.closed_at is None or ticket.is_confidential:
        return None
    return SatisfactionQuestion.objects.filter(
        ticket=ticket, person=person, closed_at=ticket.closed_at
    ).first()
