"""Who owns a ticket, what state it is in, and how it counts."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.permissions import Permission
from accounts.tenancy.access import may
from sla.models import Apart
from tickets.forms.desk import (
    ApartForm,
    AssignForm,
    BreachReasonForm,
    CloseForm,
    EscalateForm,
    HandBackForm,
    LevelForm,
    ReasonForm,
    WaitForm,
)
from tickets.models import ClosedAs, EscalationStage, EscalationTrigger, Ticket, TicketState
from tickets.services.escalation import breach_reason_give, ticket_escalate, ticket_hand_back
from tickets.services.work import (
    not_counted_check,
    ticket_assign,
    ticket_change_level,
    ticket_clocks,
    ticket_close,
    ticket_reopen,
    ticket_resume,
    ticket_set_apart,
    ticket_wait,
)
from tickets.views.acting.action import Action, Data, is_open, person_of


def _assign(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_assign(ticket=ticket, assignee=data["assignee"], team=data["team"])
    return (
        _("%(name)s owns it now.") % {"name": data["assignee"]}
        if data["assignee"]
        else _("Nobody owns it now.")
    )


def _take(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_assign(ticket=ticket, assignee=person_of(request))
    return _("It is yours.")


def _level(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_change_level(ticket=ticket, level=data["level"], reason=data["reason"])
    return _("Level changed to %(level)s; the deadlines moved with it.") % {"level": data["level"]}


def _wait(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    changed = ticket_wait(ticket=ticket, waiting_for=data["waiting_for"], reason=data["reason"])
    stands = changed.fix_clock is not None and changed.fix_clock.state == "paused"
    return (
        _("Waiting; the fix clock stands still.")
        if stands
        else _("Waiting. The contract lets no clock stop for it.")
    )


def _resume(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_resume(ticket=ticket)
    return _("Work goes on.")


def _reopen(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_reopen(ticket=ticket, reason=data["reason"])
    return _("Open again, with a new fix clock. The old outcome stays.")


def _close(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    closed_as = data["closed_as"]
    not_counted_check(ticket, closed_as, may_exempt=may(request, Permission.EXEMPT_CLOCKS))
    ticket_close(ticket=ticket, closed_as=closed_as, text=data["text"])
    return _("Closed.")


def _escalate(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_escalate(
        ticket=ticket, to_stage=data["to_stage"], trigger=EscalationTrigger.TECHNICIAN, reason=data["reason"]
    )
    return _("Escalated. The right people and the school are told.")


def _hand_back(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_hand_back(ticket=ticket, to_stage=data["to_stage"], reason=data["reason"])
    return _("Handed back. The owner and the school are told.")


def _apart(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_set_apart(ticket=ticket, apart=data["apart"], reason=data["reason"])
    return _("Reported as: %(what)s.") % {"what": Apart(data["apart"]).label}


def _reason(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    clock = next((one for one in ticket_clocks(ticket) if one.pk == data["clock"]), None)
    if clock is None:
        return ""
    breach_reason_give(
        ticket=ticket, clock=clock, cause=data["cause"], words=data["words"], person=person_of(request)
    )
    return _("Reason noted. It appears in the quarterly report.")


def _is_waiting(ticket: Ticket) -> bool:
    return ticket.state in {TicketState.WAITING_CUSTOMER, TicketState.WAITING_THIRD_PARTY}


def _is_escalated(ticket: Ticket) -> bool:
    return ticket.is_open and ticket.escalation_level > EscalationStage.LEVEL_1


def _may_be_reopened(ticket: Ticket) -> bool:
    return ticket.has_ended and ticket.closed_as != ClosedAs.MERGED  # a merge is taken back instead


WORK: dict[str, Action] = {
    "take": Action(forms.Form, _take),
    "assign": Action(AssignForm, _assign, on_demand=True, button=_lazy("Save the owner")),
    "level": Action(LevelForm, _level, fits=is_open, on_demand=True, button=_lazy("Change the level")),
    "wait": Action(WaitForm, _wait, fits=is_open),
    "resume": Action(forms.Form, _resume, fits=_is_waiting),
    "reopen": Action(ReasonForm, _reopen, fits=_may_be_reopened),
    "close": Action(CloseForm, _close, fits=lambda ticket: ticket.state != TicketState.CLOSED),
    "escalate": Action(EscalateForm, _escalate, fits=is_open),
    "hand_back": Action(HandBackForm, _hand_back, Permission.HAND_BACK, fits=_is_escalated, of_ticket=True),
    "apart": Action(ApartForm, _apart, Permission.EXEMPT_CLOCKS),
    "reason": Action(BreachReasonForm, _reason),
}
