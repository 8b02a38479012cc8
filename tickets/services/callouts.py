"""Emergency callouts for a ticket: exempt from both limits, the reply measured from the arrival (rules P4, S8)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_system
from contracts.models import Contract
from sla.models import Apart, ClockKind
from sla.services.clocks import clock_restart, clock_set_apart
from sla.times import local_day
from tickets.errors import WrongState
from tickets.models import OPEN_STATES, Ticket, TicketVisit
from tickets.services.base import event_add, open_clocks, ticket_lock, ticket_save
from visits.models import TAKES_ENGINEER, Visit, VisitEventKind, VisitKind, VisitState
from visits.services import callout_book, callout_check
from visits.when import TimesOn

ON_THE_WAY = (VisitState.BOOKED, VisitState.ON_SITE)


@transaction.atomic
def ticket_call_out(*, ticket: Ticket, engineer: Person, when: TimesOn, reason: str) -> Visit:
    """Send an engineer for the ticket at once. The school is mailed, and told that no fix is promised (Rule P4).

    Raises ValidationError by field where the contract, the level, the time or the engineer do not allow it, WrongState
    for a ticket that has ended, has no contract, or for which somebody is on the way already.
    """
    if ticket.contract is None:
        raise WrongState(
            _("The school has no contract for that day, so nothing says that a callout is included.")
        )
    # The contract before the ticket, as everything that changes visits locks them.
    visit = callout_book(
        contract=ticket.contract, level=ticket.level, when=when, engineer=engineer, reason=reason
    )
    ticket = ticket_lock(ticket)
    if not ticket.is_open:
        raise WrongState(_("The ticket has ended. Reopen it first."))
    if TicketVisit.objects.filter(
        ticket=ticket, visit__kind=VisitKind.CALLOUT, visit__state__in=ON_THE_WAY
    ).exists():
        raise WrongState(_("An engineer is on the way already."))
    TicketVisit.objects.create(customer_id=ticket.customer_id, ticket=ticket, visit=visit)
    words = _("Emergency callout: %(name)s is on the way.") % {"name": engineer.name}
    _set_apart(ticket, Apart.CALLOUT, words)
    ticket_save(ticket)
    event_add(ticket, words)
    audit_record(
        action="ticket.called_out", target=ticket, reason=reason, changes={"visit": (None, visit.pk)}
    )
    return visit


def callout_refusal(ticket: Ticket) -> str:
    """Why no engineer can be called out for the ticket today, in words; '' where one can (Rule P4)."""
    if ticket.contract is None:
        return _("The school has no contract for that day, so nothing says that a callout is included.")
    try:
        today = local_day(timezone.now(), current_provider().time_zone)
        callout_check(contract=ticket.contract, level=ticket.level, day=today)
    except ValidationError as problem:
        return " ".join(problem.messages)
    return ""


@as_system()
def callouts_follow(contract: Contract, cause: str) -> None:
    """A callout that was cancelled or missed exempts its ticket no longer; one that takes place after all, again."""
    links = TicketVisit.objects.filter(visit__contract=contract, visit__kind=VisitKind.CALLOUT)
    for ticket in Ticket.objects.filter(pk__in=links.values("ticket"), state__in=OPEN_STATES).order_by("pk"):
        ticket = ticket_lock(ticket)
        takes_place = links.filter(ticket=ticket, visit__state__in=TAKES_ENGINEER).exists()
        if _set_apart(ticket, Apart.CALLOUT if takes_place else Apart.COUNTED, cause):
            ticket_save(ticket)


@as_system()
def callout_stepped(visit: Visit, kind: VisitEventKind) -> None:
    """The technician has arrived: from now on the reply is measured. Not, where that was a mistake."""
    if visit.kind != VisitKind.CALLOUT or kind == VisitEventKind.DEPARTED:
        return
    for link in TicketVisit.objects.filter(visit=visit).select_related("ticket"):
        ticket = ticket_lock(link.ticket)
        clock = next((one for one in open_clocks(ticket) if one.kind == ClockKind.RESPONSE), None)
        if clock is None or clock.apart != Apart.CALLOUT:
            continue
        at = visit.arrived_at or ticket.logged_at
        words = _("Engineer on site") if visit.arrived_at else _("The arrival was entered by mistake")
        clock_restart(clock=clock, at=at, cause=words)
        ticket_save(ticket_lock(ticket))


def _set_apart(ticket: Ticket, apart: str, cause: str) -> bool:
    """Report the running clocks apart, or among the others again. What was exempted otherwise stays exempt."""
    changed = False
    for clock in open_clocks(ticket):
        if clock.apart in {Apart.COUNTED, Apart.CALLOUT} and clock.apart != apart:
            clock_set_apart(clock=clock, apart=apart, cause=cause)
            changed = True
    return changed
