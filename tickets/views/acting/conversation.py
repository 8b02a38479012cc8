"""What is said on a ticket: replies, notes, explanations of a miss, calls."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tickets.forms.call_backs import AgreeCallForm, CalledForm, MoveCallForm
from tickets.forms.desk import ExplanationForm, NoteForm, ReplyForm
from tickets.models import Channel, DraftKind, Explanation, Ticket
from tickets.services.call_backs import call_back_agree, call_back_done, call_back_move
from tickets.services.conversation import note_add, ticket_reply
from tickets.services.escalation import explanation_confirm, explanation_dismiss
from tickets.services.work import ticket_fix, ticket_wait
from tickets.views.acting.action import Action, Data, is_open, person_of


def _channel(data: Data) -> str:
    return Channel.PHONE if data["by_phone"] else Channel.EMAIL


def _reply(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_reply(
        ticket=ticket,
        author=person_of(request),
        text=data["text"],
        channel=_channel(data),
        attachments=data["attachments"],
    )
    if request.POST.get("then") == "wait":
        ticket_wait(ticket=ticket, waiting_for="customer", reason=_("We asked the school a question"))
        return _("Sent. We are waiting for the school.")
    return _("Noted as a call.") if data["by_phone"] else _("Sent.")


def _fix(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_fix(
        ticket=ticket,
        author=person_of(request),
        text=data["text"],
        channel=_channel(data),
        attachments=data["attachments"],
    )
    return _("Sent, and marked as fixed.")


def _note(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    note_add(ticket=ticket, author=person_of(request), text=data["text"], attachments=data["attachments"])
    return _("Note added. The school does not see it.")


def _explain(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    explanation = Explanation.objects.filter(ticket=ticket, pk=data["explanation"]).first()
    if explanation is None:
        return ""
    if request.POST.get("then") == "dismiss":
        explanation_dismiss(explanation=explanation)
        return _("Nothing was sent.")
    explanation_confirm(explanation=explanation, person=person_of(request), text=data["text"])
    return _("The explanation is on its way to the school.")


def _called(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    again = call_back_done(
        call_back=data["call_back"], outcome=data["outcome"], note=data["note"], again_at=data["again_at"]
    )
    return _("Noted. The next call is on the list.") if again else _("Noted.")


def _call_back(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    call_back_agree(ticket=ticket, person=ticket.requester, phone=data["phone"], at=data["at"])
    return _("It is on the list of call-backs. You are reminded ten minutes before.")


def _move_call(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    call_back_move(call_back=data["call_back"], at=data["at"])
    return _("Moved. You are reminded ten minutes before.")


CONVERSATION: dict[str, Action] = {
    "reply": Action(ReplyForm, _reply, ends_draft=DraftKind.REPLY),
    "fix": Action(ReplyForm, _fix, fits=is_open, ends_draft=DraftKind.REPLY),
    "note": Action(NoteForm, _note, ends_draft=DraftKind.NOTE),
    "explain": Action(ExplanationForm, _explain),
    "call_back": Action(
        AgreeCallForm, _call_back, on_demand=True, button=_lazy("Agree the call"), of_ticket=True
    ),
    "called": Action(CalledForm, _called, on_demand=True, button=_lazy("Note it"), of_ticket=True),
    "move_call": Action(
        MoveCallForm, _move_call, on_demand=True, button=_lazy("Move the call"), of_ticket=True
    ),
}
