"""Reopening: the frozen outcome stays; a new fix clock starts, linked to the old one."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.tenancy.memory import current_provider
from contracts.selectors import contract_on, terms_for
from sla.models import ClockKind, ClockState
from sla.services.clocks import clock_start
from sla.times import local_day
from tickets.errors import WrongState
from tickets.merging import followed
from tickets.models import ApprovalState, ClosedAs, RequestApproval, Ticket, TicketState
from tickets.references import ticket_reference
from tickets.services.base import event_add


def reopen_locked(ticket: Ticket, *, reason: str, at: datetime) -> None:
    """Set a locked, fixed or closed ticket going again. The caller stores it.

    The new clock has the terms of the contract that holds now (Rule P8); where none does, those of the old one. One
    that still needs the school's approval waits for it again; raises WrongState where that was declined (Rule I10), and
    for one that is dealt with in another ticket: a merge is taken back, not reopened.
    """
    if ticket.closed_as == ClosedAs.MERGED:
        raise WrongState(merged_words(ticket))
    approval = RequestApproval.objects.filter(ticket=ticket).first()
    if approval is not None and approval.state == ApprovalState.DECLINED:
        raise WrongState(declined_words())
    if approval is not None and approval.state == ApprovalState.WAITING:
        _open_as(ticket, TicketState.WAITING_APPROVAL, reason, at)
        return
    old = ticket.fix_clock
    day = local_day(at, current_provider().time_zone)
    ticket.contract = contract_on(customer_id=ticket.customer_id, day=day) or ticket.contract
    if ticket.contract is not None:
        terms = terms_for(contract=ticket.contract, level=ticket.level, started_on=day)
        if ticket.response_clock is not None and ticket.response_clock.state == ClockState.VOID:
            # It was closed as no request of the school, and is one after all: an answer is owed again (Rule S6).
            ticket.response_clock = clock_start(
                customer_id=ticket.customer_id,
                kind=ClockKind.RESPONSE,
                terms=terms,
                started_at=at,
                previous=ticket.response_clock,
            )
        ticket.fix_clock = clock_start(
            customer_id=ticket.customer_id,
            kind=ClockKind.FIX,
            terms=terms,
            started_at=at,
            apart=old.apart if old else "",
            previous=old,
        )
    _open_as(ticket, TicketState.OPEN, reason, at)


def was_declined(ticket: Ticket) -> bool:
    """Whether the school itself declined the request: nothing that is said later sets it going."""
    if ticket.closed_as != ClosedAs.WITHDRAWN:
        return False
    return RequestApproval.objects.filter(ticket=ticket, state=ApprovalState.DECLINED).exists()


def merged_words(ticket: Ticket) -> str:
    """What is said of a ticket that is dealt with in another; without its name where that has become confidential."""
    if followed(ticket) == ticket:
        return _("This is dealt with in another request. Please call us if you have a question about it.")
    reference = ticket_reference(current_provider(), followed(ticket).number)
    return _("This is dealt with in %(reference)s: please write there.") % {"reference": reference}


def declined_words() -> str:
    """What is said then."""
    return _("This request was declined at the school: please make a new one.")


def _open_as(ticket: Ticket, state: TicketState, reason: str, at: datetime) -> None:
    ticket.state = state
    ticket.fixed_at = ticket.closed_at = None
    ticket.closed_as = ""
    event_add(ticket, _("Reopened: %(reason)s") % {"reason": reason}, at=at)
