"""What the queue can be narrowed to besides columns: marks that a ticket carries in its list, tags of other apps."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.models import Draft, TicketState, TicketVisit
from tickets.tags import tags_registered
from visits.models import VisitState

WAITING = (TicketState.WAITING_CUSTOMER, TicketState.WAITING_THIRD_PARTY)


@dataclass(frozen=True, slots=True)
class Mark:
    """`condition` tells which tickets carry it, as this person sees them."""

    key: str
    words: str | Promise
    condition: Callable[[Person], Q]


def drafts_by(person: Person) -> Exists:
    """Whether somebody has an unsent draft on the ticket of the outer query."""
    return Exists(Draft.objects.filter(ticket=OuterRef("pk"), person=person))


def _has_visit(person: Person) -> Q:
    to_come = [VisitState.BOOKED, VisitState.ON_SITE]
    return Q(Exists(TicketVisit.objects.filter(ticket=OuterRef("pk"), visit__state__in=to_come)))


_OWN = (
    Mark("unread", _("Their turn was last"), lambda person: Q(last_message_is_ours=False)),
    Mark("draft", _("My draft"), lambda person: Q(drafts_by(person))),
    Mark("waiting", _("Waiting"), lambda person: Q(state__in=WAITING)),
    Mark("escalated", _("Escalated"), lambda person: Q(escalation_level__gte=3)),
    Mark("visit", _("A visit is booked"), _has_visit),
    Mark("confidential", _("Confidential"), lambda person: Q(is_confidential=True)),
)


def marks() -> list[Mark]:
    """Every mark, in the order of the filter: the queue's own, then the tags that apps have registered."""
    tags = [Mark(tag.kind, tag.words, lambda person, tag=tag: Q(tag.carried())) for tag in tags_registered()]  # type: ignore[misc]
    return [*_OWN, *tags]


def marked(key: str, person: Person) -> Q:
    """The tickets that carry a mark; all of them where there is no such mark any more."""
    found = next((one for one in marks() if one.key == key), None)
    return found.condition(person) if found else Q()
