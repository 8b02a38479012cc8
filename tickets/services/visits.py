"""Visits for a ticket: booked from it, linked to it, and told in it (rules P2, P5, S8).

An on-demand visit changes no limit: a request for one has the reply and fix times of its level (Rule P2). Only an
emergency callout is exempt, see `callouts`.
"""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_system
from contracts.selectors import contract_on
from sla.steps import WITHOUT_STEPS
from tickets.clock_words import clock_time
from tickets.errors import WrongState
from tickets.models import Direction, Ticket, TicketVisit
from tickets.services.base import event_add, ticket_lock, ticket_save
from tickets.services.escalation import managers_of
from tickets.services.telling import ticket_tell
from visits.allowances import allowance_of
from visits.models import AllowanceKind, Visit, VisitEvent, VisitEventKind, VisitKind, VisitState
from visits.services import visit_book
from visits.when import When
from visits.wording import visit_words

LINKABLE = (VisitState.BOOKED, VisitState.ON_SITE)


@dataclass(frozen=True, slots=True)
class BookedForTicket:
    """A visit that was booked for a ticket, and what whoever booked it should know, in sentences."""

    visit: Visit
    warnings: list[str] = field(default_factory=list)


@transaction.atomic
def ticket_visit_book(
    *, ticket: Ticket, kind: str, when: When, engineer: Person, reason: str, tells_school: bool = True
) -> BookedForTicket:
    """Book an on-demand or a scheduled visit for the ticket, under the contract of the visit's day.

    Past fair use it is booked all the same; that, and a beginning after the promised fix, are noted on the ticket and
    come back as warnings. Raises what `visit_book` raises (code 'none_left' where all purchased visits are used),
    WrongState for a ticket that has ended.
    """
    contract = contract_on(customer_id=ticket.customer_id, day=when.day)
    if contract is None:
        raise ValidationError({"day": _("The school has no contract on this day.")})
    # The contract before the ticket, as everything that changes visits locks them.
    visit = visit_book(
        contract=contract, kind=kind, when=when, engineer=engineer, reason=reason, tells_school=tells_school
    )
    ticket = _open_ticket(ticket)
    _link(ticket, visit, _("Visit booked: %(visit)s."), action="ticket.visit_booked", reason=reason)
    warnings = [*_past_fair_use(visit), *_after_the_fix(ticket, visit)]
    for words in warnings:
        event_add(ticket, words, direction=Direction.NOTE)
    return BookedForTicket(visit, warnings)


@transaction.atomic
def ticket_visit_link(*, ticket: Ticket, visit: Visit) -> None:
    """Say that a visit which is booked already is for this ticket too.

    Raises ValidationError by field: visit, for one of another school, one that is over, an emergency callout (which
    would lift the ticket's limits), or one that is linked; WrongState for a ticket that has ended.
    """
    ticket = _open_ticket(ticket)
    visit = Visit.objects.select_related("engineer").get(pk=visit.pk)
    if visit.customer_id != ticket.customer_id or visit.state not in LINKABLE:
        raise ValidationError({"visit": _("Choose a visit to this school that is still to take place.")})
    if visit.kind == VisitKind.CALLOUT:
        raise ValidationError({"visit": _("An emergency callout belongs to the ticket it was made for.")})
    if TicketVisit.objects.filter(ticket=ticket, visit=visit).exists():
        raise ValidationError({"visit": _("This visit is for the ticket already.")})
    _link(ticket, visit, _("To be looked at in this visit: %(visit)s."), action="ticket.visit_linked")


@transaction.atomic
def ticket_visit_unlink(*, ticket: Ticket, visit: Visit) -> None:
    """The visit is not for this ticket after all; it takes place all the same.

    Raises ValidationError by field: visit, for an emergency callout: that one is cancelled, so that the limits hold
    again; and for a visit that is not linked.
    """
    ticket = ticket_lock(ticket)
    link = TicketVisit.objects.select_related("visit__engineer").filter(ticket=ticket, visit=visit).first()
    if link is None:
        raise ValidationError({"visit": _("This visit is not for the ticket any more.")})
    if link.visit.kind == VisitKind.CALLOUT:
        raise ValidationError({"visit": _("Cancel the emergency callout instead.")})
    link.delete()
    ticket_save(ticket)
    event_add(ticket, _("Not for this ticket any more: %(visit)s.") % {"visit": _words(link.visit)})
    audit_record(action="ticket.visit_unlinked", target=ticket, changes={"visit": (visit.pk, None)})


@transaction.atomic
def ticket_visit_refused(*, ticket: Ticket, day: date, words: str) -> None:
    """Keep that a visit was wanted and none is left, and tell the success manager: nothing is refused in silence."""
    event_add(
        ticket, _("A visit was wanted and not booked: %(why)s") % {"why": words}, direction=Direction.NOTE
    )
    summary = _("%(school)s wants a visit and has none left: ticket %(number)s")
    ticket_tell(
        ticket=ticket,
        person_ids=managers_of(ticket),
        key=f"no-visit-left:{ticket.pk}:{day.isoformat()}",
        summary=summary % {"school": ticket.customer.name, "number": ticket.number},
        detail=words,
    )
    audit_record(action="ticket.visit_refused", target=ticket, reason=words)


@as_system()
def visit_told(visit: Visit, event: VisitEvent) -> None:
    """What became of a visit stands in the tickets it is for; registered at `visits.changes.on_visit_event`.

    A visit that is booked in place of another one is for its tickets. Reasons stay with the visit: some are for staff.
    """
    if event.kind == VisitEventKind.BOOKED:
        _take_over_links(visit)
        return
    words = _event_words(visit, event)
    for link in TicketVisit.objects.filter(visit=visit).select_related("ticket"):
        event_add(link.ticket, words)


def _take_over_links(visit: Visit) -> None:
    if visit.replaces_id is None:
        return
    words = _("Another visit in its place: %(visit)s.") % {"visit": _words(visit)}
    for link in TicketVisit.objects.filter(visit_id=visit.replaces_id).select_related("ticket"):
        TicketVisit.objects.create(customer_id=link.customer_id, ticket=link.ticket, visit=visit)
        event_add(link.ticket, words)


def _event_words(visit: Visit, event: VisitEvent) -> str:
    words = {
        VisitEventKind.MOVED: _("The visit has moved: %(visit)s."),
        VisitEventKind.HANDED_OVER: _("Another engineer comes: %(visit)s."),
        VisitEventKind.ARRIVED: _("The engineer has arrived: %(visit)s."),
        VisitEventKind.DEPARTED: _("The visit is done: %(visit)s. %(done)s"),
        VisitEventKind.MISSED: _("We missed the visit: %(visit)s. Another one will be booked."),
        VisitEventKind.CANCELLED: _("The visit is cancelled: %(visit)s."),
        VisitEventKind.IN_LIEU: _("Remote support in place of the visit: %(visit)s."),
        VisitEventKind.UNDONE: _("Corrected: the visit of %(visit)s is now: %(state)s."),
    }[VisitEventKind(event.kind)]
    filled = words % {"visit": _words(visit), "done": visit.work_done, "state": visit.get_state_display()}
    return filled.strip()


def _open_ticket(ticket: Ticket) -> Ticket:
    ticket = ticket_lock(ticket)
    if not ticket.is_open:
        raise WrongState(_("The ticket has ended. Reopen it first."))
    return ticket


def _link(ticket: Ticket, visit: Visit, words: str, *, action: str, reason: str = "") -> None:
    TicketVisit.objects.create(customer_id=ticket.customer_id, ticket=ticket, visit=visit)
    ticket_save(ticket)
    event_add(ticket, words % {"visit": _words(visit)})
    audit_record(action=action, target=ticket, reason=reason, changes={"visit": (None, visit.pk)})


def _words(visit: Visit) -> str:
    return _("%(kind)s, %(when)s, %(engineer)s") % {
        "kind": visit.get_kind_display(),
        "when": visit_words(visit, current_provider().time_zone),
        "engineer": visit.engineer.name,
    }


def _past_fair_use(visit: Visit) -> list[str]:
    """Past the threshold nothing is refused; it is said and kept (Rule P5)."""
    if visit.uses != AllowanceKind.ON_DEMAND_VISIT:
        return []
    allowance = allowance_of(visit.contract, AllowanceKind.ON_DEMAND_VISIT, visit.day)
    if not allowance.is_past:
        return []
    words = _(
        "Past fair use: %(taken)d on-demand visits of %(limit)d in this period. It is booked all the same, and the"
        " success manager is told, who talks to the school."
    )
    return [words % {"taken": allowance.taken, "limit": allowance.limit or 0}]


def _after_the_fix(ticket: Ticket, visit: Visit) -> list[str]:
    """A visit on demand does not stop the clocks (Rule P2), so whoever books it hears when it comes too late."""
    clock = ticket.fix_clock
    due = clock.due_at if clock is not None and clock.is_open and clock.apart not in WITHOUT_STEPS else None
    if due is None or visit.starts_at < due:
        return []
    return [_("This visit begins after the promised fix (%(due)s).") % {"due": clock_time(due)}]
