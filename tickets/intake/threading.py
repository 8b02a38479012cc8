"""Which ticket a message belongs to (Rule I1). A number alone never joins, and nobody joins what they may not see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person, Provider
from delivery.models import OutboundMail
from tickets.intake.parsing import ParsedMail
from tickets.intake.reasons import Reason
from tickets.merging import followed
from tickets.models import Message, Ticket
from tickets.references import Named, named_in_address, named_in_subject
from tickets.selectors import may_see_ticket
from tickets.services.conversation import takes_replies


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket that a message joins, or why it does not join the one that it named."""

    ticket: Ticket | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Clue:
    """A ticket that a message names, how, and to whom alone we gave that name; None: to all who may see it."""

    ticket: Ticket
    how: Reason
    given_to: int | None = None


def thread_of(mail: ParsedMail, *, person: Person, provider: Provider, at: datetime) -> Thread:
    """The ticket that this person's message joins. Each one named is asked, the nearest first."""
    refused: Reason | None = None
    for clue in _clues(mail, provider):
        ticket = followed(clue.ticket)  # what is dealt with in another ticket is answered there
        if clue.given_to not in {None, person.pk}:
            refused = refused or Reason.GIVEN_TO_ANOTHER
        elif not may_see_ticket(person, ticket):
            refused = refused or Reason.NOT_VISIBLE
        elif not takes_replies(ticket, at):
            refused = refused or Reason.TOO_OLD
        else:
            return Thread(ticket, clue.how)
    return Thread(reason=refused)


def ticket_spoken_of(mail: ParsedMail, *, provider: Provider) -> Ticket | None:
    """The ticket that an automatic message is about, for staff only: nobody's permission is asked."""
    return next((clue.ticket for clue in _clues(mail, provider)), None)


def _clues(mail: ParsedMail, provider: Provider) -> Iterator[_Clue]:
    yield from (_Clue(ticket, Reason.REFERENCES) for ticket in _by_message_id(mail, provider))
    addressed = (
        one for address in mail.recipients for one in named_in_address(address, provider_id=provider.pk)
    )
    yield from _by_names(addressed, Reason.ADDRESS_TOKEN)
    yield from _by_names(named_in_subject(mail.subject, provider_id=provider.pk), Reason.SUBJECT_TOKEN)


def _by_message_id(mail: ParsedMail, provider: Provider) -> Iterator[Ticket]:
    wanted = tuple(dict.fromkeys((*mail.reported_ids, *mail.thread_ids)))
    if not wanted:
        return
    messages = Message.objects.filter(message_id__in=wanted).select_related("ticket").order_by("-id")
    found = {message.message_id: message.ticket for message in messages}
    missing = [one for one in wanted if one not in found]
    rows = OutboundMail.objects.filter(message_id__in=missing).only("message_id", "headers", "subject")
    for outbound in rows:
        # An acknowledgement is no message of the conversation; its own token says which ticket it was about.
        names = [
            *named_in_address(str(outbound.headers.get("Reply-To", "")), provider_id=provider.pk),
            *named_in_subject(outbound.subject, provider_id=provider.pk),
        ]
        for clue in _by_names(names, Reason.REFERENCES):
            found.setdefault(outbound.message_id, clue.ticket)
    yield from dict.fromkeys(found[one] for one in wanted if one in found)


def _by_names(names: Iterable[Named], how: Reason) -> Iterator[_Clue]:
    for one in dict.fromkeys(names):
        for ticket in Ticket.objects.filter(number=one.number):
            yield _Clue(ticket, how, one.person_id)
