"""What a technician can do with a ticket: one row for each action, so that page, addresses and rights agree."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.permissions import Permission
from accounts.tenancy.access import may
from contracts.models import Answer, ClauseTopic
from sla.models import Apart
from tickets.coverage import TicketCoverageForm
from tickets.errors import WrongState
from tickets.forms.desk import (
    ApartForm,
    AssignForm,
    BreachReasonForm,
    CalloutForm,
    CloseForm,
    EscalateForm,
    ExplanationForm,
    LevelForm,
    NoteForm,
    OverruleForm,
    QuoteForm,
    ReasonForm,
    RemoteForm,
    ReplyForm,
    WaitForm,
)
from tickets.forms.visits import LinkVisitForm, ThirdPartyForm, TicketVisitForm, VisitOfTicketForm
from tickets.models import NOT_COUNTED, CallBack, Channel, EscalationTrigger, Explanation, Ticket, TicketState
from tickets.services.call_backs import call_back_done
from tickets.services.callouts import third_party_raise, ticket_call_out
from tickets.services.conversation import note_add, ticket_reply
from tickets.services.coverage import coverage_check, coverage_overrule
from tickets.services.escalation import (
    breach_reason_give,
    explanation_confirm,
    explanation_dismiss,
    ticket_escalate,
)
from tickets.services.quotes import ticket_quote_ask
from tickets.services.remote import ticket_remote_session
from tickets.services.visits import (
    ticket_visit_book,
    ticket_visit_link,
    ticket_visit_refused,
    ticket_visit_unlink,
)
from tickets.services.work import (
    missed_clocks,
    ticket_assign,
    ticket_change_level,
    ticket_clocks,
    ticket_close,
    ticket_fix,
    ticket_reopen,
    ticket_resume,
    ticket_set_apart,
    ticket_wait,
)
from visits.forms.fields import has_code
from visits.when import TimesOn

Data = dict[str, Any]
Do = Callable[[HttpRequest, Ticket, Data], str]


@dataclass(frozen=True, slots=True)
class Action:
    """A form, what it does (answering the words for the success message) and on which tickets it is offered.

    `on_demand`: its choices are read from the database, so that the form is drawn, with `button`, when somebody opens
    it. `of_ticket`: the form is made with the ticket.
    """

    form: type[forms.Form]
    do: Do
    permission: Permission = Permission.WORK_TICKETS
    fits: Callable[[Ticket], bool] = lambda ticket: True
    on_demand: bool = False
    button: str | Promise = ""
    of_ticket: bool = False

    def made(self, ticket: Ticket, *args: Any, **options: Any) -> forms.Form:
        """The form for a ticket, bound or not."""
        if self.of_ticket:
            options["ticket"] = ticket
        return self.form(*args, **options)


def _person(request: HttpRequest) -> Any:
    return request.person  # type: ignore[attr-defined]


def _channel(data: Data) -> str:
    return Channel.PHONE if data["by_phone"] else Channel.EMAIL


def _reply(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_reply(
        ticket=ticket,
        author=_person(request),
        text=data["text"],
        channel=_channel(data),
        attachments=data["attachments"],
        expected_version=data["version"],
    )
    if request.POST.get("then") == "wait":
        ticket_wait(ticket=ticket, waiting_for="customer", reason=_("We asked the school a question"))
        return _("Sent. We are waiting for the school.")
    return _("Noted as a call.") if data["by_phone"] else _("Sent.")


def _fix(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_fix(
        ticket=ticket,
        author=_person(request),
        text=data["text"],
        channel=_channel(data),
        attachments=data["attachments"],
        expected_version=data["version"],
    )
    return _("Sent, and marked as fixed.")


def _note(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    note_add(ticket=ticket, author=_person(request), text=data["text"], attachments=data["attachments"])
    return _("Note added. The school does not see it.")


def _assign(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_assign(ticket=ticket, assignee=data["assignee"], team=data["team"])
    return (
        _("%(name)s owns it now.") % {"name": data["assignee"]}
        if data["assignee"]
        else _("Nobody owns it now.")
    )


def _take(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_assign(ticket=ticket, assignee=_person(request))
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
    if (
        data["closed_as"] in NOT_COUNTED
        and missed_clocks(ticket)
        and not may(request, Permission.EXEMPT_CLOCKS)
    ):
        raise WrongState(
            _("A deadline was missed here. Only a lead or a manager may close it as not counted.")
        )
    ticket_close(ticket=ticket, closed_as=data["closed_as"], text=data["text"])
    return _("Closed.")


def _escalate(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_escalate(
        ticket=ticket, to_stage=data["to_stage"], trigger=EscalationTrigger.TECHNICIAN, reason=data["reason"]
    )
    return _("Escalated. The right people and the school are told.")


def _call_out(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    when = TimesOn(data["day"], data["starts"], data["ends"])
    ticket_call_out(ticket=ticket, engineer=data["engineer"], when=when, reason=data["reason"])
    return _("%(name)s is called out. The school is told.") % {"name": data["engineer"]}


def _remote(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_remote_session(ticket=ticket, by=_person(request), minutes=data["minutes"], note=data["note"])
    return _("Noted. It counts as a remote session of the school's contract.")


def _quote(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_quote_ask(ticket=ticket, wanted=data["wanted"], by=_person(request))
    return _("Asked. You will see here what becomes of the quote.")


def _visit(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    try:
        booked = ticket_visit_book(
            ticket=ticket,
            kind=data["kind"],
            when=data["when"],
            engineer=data["engineer"],
            reason=data["reason"],
            tells_school=data["tells_school"],
        )
    except ValidationError as error:
        if not has_code(error, "none_left"):
            raise
        words = " ".join(error.messages)
        ticket_visit_refused(ticket=ticket, day=data["when"].day, words=words)
        told = _("Nothing is booked. It is noted here, and the success manager is told.")
        messages.warning(request, f"{words} {told}")
        return ""
    for words in booked.warnings:
        messages.warning(request, words)
    return _("The visit is booked.")


def _link_visit(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_visit_link(ticket=ticket, visit=data["visit"])
    return _("The visit is for this ticket too.")


def _unlink_visit(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_visit_unlink(ticket=ticket, visit=data["visit"])
    return _("The visit is not for this ticket any more. It takes place all the same.")


def _third_party(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    third_party_raise(ticket=ticket, name=data["name"], reference=data["reference"])
    return _("Noted. The school sees it.")


def _apart(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_set_apart(ticket=ticket, apart=data["apart"], reason=data["reason"])
    return _("Reported as: %(what)s.") % {"what": Apart(data["apart"]).label}


def _reason(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    clock = next((one for one in ticket_clocks(ticket) if one.pk == data["clock"]), None)
    if clock is None:
        return ""
    breach_reason_give(
        ticket=ticket, clock=clock, cause=data["cause"], words=data["words"], person=_person(request)
    )
    return _("Reason noted. It appears in the quarterly report.")


def _explain(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    explanation = Explanation.objects.filter(ticket=ticket, pk=data["explanation"]).first()
    if explanation is None:
        return ""
    if request.POST.get("then") == "dismiss":
        explanation_dismiss(explanation=explanation)
        return _("Nothing was sent.")
    explanation_confirm(explanation=explanation, person=_person(request), text=data["text"])
    return _("The explanation is on its way to the school.")


def _covered(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    form = TicketCoverageForm(request.POST)
    form.is_valid()  # as the page has found before it did this
    record = coverage_check(
        ticket=ticket, topic=ClauseTopic(data["topic"]), facts=form.known(), by=_person(request)
    )
    return _("Noted: %(answer)s.") % {"answer": record.get_answer_display()}


def _overrule(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    coverage_overrule(
        ticket=ticket,
        answer=Answer(data["answer"]),
        wording=data["wording"],
        reason=data["reason"],
        by=_person(request),
    )
    return _("Your answer holds. The one before is kept beside it.")


def _called(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    for call_back in CallBack.objects.filter(ticket=ticket, done_at__isnull=True):
        call_back_done(call_back=call_back)
    return _("Call-back done.")


def _is_open(ticket: Ticket) -> bool:
    return ticket.is_open


def _has_contract(ticket: Ticket) -> bool:
    return ticket.contract_id is not None


def _may_be_visited(ticket: Ticket) -> bool:
    return ticket.is_open and ticket.contract_id is not None


def _is_called_out(ticket: Ticket) -> bool:
    clocks = (ticket.response_clock, ticket.fix_clock)
    return ticket.is_open and any(clock is not None and clock.apart == Apart.CALLOUT for clock in clocks)


def _is_waiting(ticket: Ticket) -> bool:
    return ticket.state in {TicketState.WAITING_CUSTOMER, TicketState.WAITING_THIRD_PARTY}


ACTIONS: dict[str, Action] = {
    "reply": Action(ReplyForm, _reply),
    "fix": Action(ReplyForm, _fix, fits=_is_open),
    "note": Action(NoteForm, _note),
    "take": Action(forms.Form, _take),
    "assign": Action(AssignForm, _assign, on_demand=True, button=_lazy("Save the owner")),
    "level": Action(LevelForm, _level, fits=_is_open, on_demand=True, button=_lazy("Change the level")),
    "wait": Action(WaitForm, _wait, fits=_is_open),
    "resume": Action(forms.Form, _resume, fits=_is_waiting),
    "reopen": Action(ReasonForm, _reopen, fits=lambda ticket: not ticket.is_open),
    "close": Action(CloseForm, _close, fits=lambda ticket: ticket.state != TicketState.CLOSED),
    "escalate": Action(EscalateForm, _escalate, fits=_is_open),
    "callout": Action(
        CalloutForm, _call_out, fits=_may_be_visited, on_demand=True, button=_lazy("Send the engineer")
    ),
    "visit": Action(
        TicketVisitForm,
        _visit,
        fits=_may_be_visited,
        on_demand=True,
        button=_lazy("Book the visit"),
        of_ticket=True,
    ),
    "link_visit": Action(
        LinkVisitForm,
        _link_visit,
        fits=_may_be_visited,
        on_demand=True,
        button=_lazy("Add it to this visit"),
        of_ticket=True,
    ),
    "unlink_visit": Action(VisitOfTicketForm, _unlink_visit, on_demand=True, of_ticket=True),
    "third_party": Action(ThirdPartyForm, _third_party, fits=_is_called_out),
    "remote": Action(RemoteForm, _remote, fits=_has_contract),
    "quote": Action(QuoteForm, _quote, fits=_is_open),
    "apart": Action(ApartForm, _apart, Permission.EXEMPT_CLOCKS),
    "reason": Action(BreachReasonForm, _reason),
    "explain": Action(ExplanationForm, _explain),
    "covered": Action(TicketCoverageForm, _covered, fits=_has_contract),
    "overrule": Action(OverruleForm, _overrule, fits=_has_contract),
    "called": Action(forms.Form, _called),
}
