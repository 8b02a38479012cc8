"""The technician's chats: several at once, taken, answered, handed over, ended, kept as tickets (Rule I4)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from accounts.telephone import first_number
from accounts.tenancy.access import desk_view
from chat.answers import answers_at_hand
from chat.errors import ChatError
from chat.forms import AttachForm, CallBackForm, FilesForm, HandOverForm, OpenTicketForm, files_sent
from chat.live import chat_sign, desk_topic
from chat.models import Chat, ChatEnd, ChatPresence
from chat.news import news_of, number_in, refused
from chat.selectors import chats_with_people, desk_list, lines_of, tickets_to_join
from chat.services.call_backs import chat_call_back
from chat.services.conversation import chat_answer, chat_hand_over, chat_take
from chat.services.desk import presence_beat, presence_set
from chat.services.ending import chat_end
from chat.services.transcript import SUBJECT_LENGTH, chat_attach, chat_open_ticket
from chat.views.visitor import chat_file
from delivery.live.keys import live_address
from tickets.errors import TicketError
from tickets.references import ticket_reference

WORK = Permission.WORK_TICKETS
Act = Callable[[HttpRequest, Chat, dict[str, Any]], str]


@require_safe
@desk_view(WORK)
def chat_list(request: HttpRequest) -> HttpResponse:
    """Who waits, and which chats are going on."""
    return render(request, "chat/desk/list.html", _beside(request))


@require_safe
@desk_view(WORK)
def chat(request: HttpRequest, pk: int) -> HttpResponse:
    """One chat beside the list of all."""
    return _draw(request, _chat(pk))


@require_safe
@desk_view(WORK)
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """What is new in a chat."""
    return _news(request, _chat(pk))


@require_safe
@desk_view(WORK)
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file that was sent in a chat."""
    return chat_file(_chat(pk), file, _person(request).pk)


@require_POST
@desk_view(WORK)
def beat(request: HttpRequest) -> HttpResponse:
    """The technician's page is there: the list as it is now, and where to listen for news."""
    tenant: Any = request
    takes = presence_beat(person=tenant.person)
    rows = desk_list(tenant.person)
    context = {"list": rows, "provider": tenant.provider, "current": number_in(request.POST.get("chat", ""))}
    return JsonResponse(
        {
            "html": render_to_string("chat/desk/_list.html", context),
            "count": rows.count,
            "takes": takes,
            "live": live_address([desk_topic(tenant.provider.pk)]),
        }
    )


@require_POST
@desk_view(WORK)
def presence(request: HttpRequest) -> HttpResponse:
    """Take chats, or no longer."""
    tenant: Any = request
    takes = request.POST.get("takes") == "yes"
    presence_set(person=tenant.person, takes_chats=takes)
    messages.success(
        request,
        _("Chats come to you while this page is open.") if takes else _("You take no more chats."),
    )
    return redirect("desk_chat:list", tenant.provider.slug)


@require_POST
@desk_view(WORK)
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of `ACTS`. A page with script gets news back, one without the page again."""
    tenant: Any = request
    found = _chat(pk)
    do = ACTS.get(action)
    if do is None:
        return redirect("desk_chat:chat", tenant.provider.slug, pk)
    form = _form(action, found, request)
    if form is not None and not form.is_valid():
        return _draw(request, found, {action: form}, status=422)
    try:
        with transaction.atomic():
            words = do(request, found, form.cleaned_data if form is not None else {})
    except (ChatError, TicketError, ValidationError) as problem:
        return _problem(request, found, action, form, problem)
    if action == "sign":
        return HttpResponse(status=204)
    if "application/json" in request.headers.get("Accept", ""):
        return _news(request, _chat(pk))
    if words:
        messages.success(request, words)
    return redirect("desk_chat:chat", tenant.provider.slug, pk)


def _say(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    chat_answer(
        chat=chat,
        author=_person(request),
        text=request.POST.get("text", ""),
        key=request.POST.get("key", ""),
        files=files_sent(request),
    )
    return ""


def _sign(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    kind = "read" if request.POST.get("kind") == "read" else "typing"
    if chat.assignee_id == _person(request).pk:  # a colleague who looks in is not the visitor's partner
        chat_sign(chat, kind=kind, by="desk", seq=number_in(request.POST.get("seq", "")))
    return ""


def _take(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    chat_take(chat=chat, person=_person(request))
    return ""


def _take_over(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    chat_hand_over(chat=chat, to=_person(request))
    return _("You have this chat now.")


def _hand_over(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    chat_hand_over(chat=chat, to=data["to"])
    return _("Handed over.")


def _ticket(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    ticket = chat_open_ticket(chat=chat, **data)
    return _("Kept as %(reference)s.") % {"reference": _reference(request, ticket.number)}


def _attach(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    ticket = chat_attach(chat=chat, ticket=data["ticket"])
    return _("Put on %(reference)s.") % {"reference": _reference(request, ticket.number)}


def _call_back(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    chat_call_back(chat=chat, **data)
    return _("Agreed. You will be reminded ten minutes before.")


def _end(request: HttpRequest, chat: Chat, data: dict[str, Any]) -> str:
    chat_end(chat=chat, by=ChatEnd.DESK)
    return _("Ended.")


ACTS: dict[str, Act] = {
    "say": _say,
    "sign": _sign,
    "take": _take,
    "take-over": _take_over,
    "hand-over": _hand_over,
    "ticket": _ticket,
    "attach": _attach,
    "call-back": _call_back,
    "end": _end,
}


def _form(action: str, chat: Chat, request: HttpRequest | None = None) -> Form | None:
    """The form of an act, bound where something was sent."""
    data = request.POST if request is not None else None
    match action:
        case "hand-over":
            return HandOverForm(data)
        case "ticket":
            return OpenTicketForm(data)
        case "attach":
            return AttachForm(data, tickets=tickets_to_join(chat))
        case "call-back":
            return CallBackForm(data, initial={"phone": first_number(chat.person.phone, chat.customer.phone)})
        case _:
            return None


def _problem(
    request: HttpRequest, found: Chat, action: str, form: Form | None, problem: Exception
) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", "") and not isinstance(problem, TicketError):
        return refused(problem)
    if form is None:
        words = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
        messages.error(request, words)
        return redirect("desk_chat:chat", request.provider.slug, found.pk)  # type: ignore[attr-defined]
    form.add_error(None, problem if isinstance(problem, ValidationError) else str(problem))
    return _draw(request, _chat(found.pk), {action: form}, status=422)


def _draw(
    request: HttpRequest, found: Chat, forms: dict[str, Form] | None = None, *, status: int = 200
) -> HttpResponse:
    tenant: Any = request
    lines = list(lines_of(found))
    names = ("ticket", "attach", "call-back") if found.ticket is None else ("call-back",)
    if found.is_open:
        names = (*names, "hand-over")
    shown = {name.replace("-", "_"): _form(name, found) for name in names}
    opening = shown.get("ticket")
    if opening is not None:
        opening.initial["subject"] = lines[0].text[:SUBJECT_LENGTH]
    context = {
        **_beside(request, found),
        "chat": found,
        "lines": lines,
        "side": "desk",
        "files_form": FilesForm(),
        "is_mine": found.is_open and found.assignee_id == tenant.person.pk,
        "answers": answers_at_hand(tenant.provider, found, tenant.person),
        "forms": shown | {name.replace("-", "_"): form for name, form in (forms or {}).items()},
        "tried": next(iter(forms or {}), ""),
        "reference": _reference(request, found.ticket.number) if found.ticket else "",
    }
    return render(request, "chat/desk/chat.html", context, status=status)


def _beside(request: HttpRequest, found: Chat | None = None) -> dict[str, Any]:
    tenant: Any = request
    takes = ChatPresence.objects.filter(person=tenant.person, takes_chats=True).exists()
    return {"list": desk_list(tenant.person), "takes": takes, "current": found.pk if found else 0}


def _news(request: HttpRequest, found: Chat) -> JsonResponse:
    return news_of(request, found, side="desk", topics=[desk_topic(found.provider_id)])


def _chat(pk: int) -> Chat:
    return get_object_or_404(chats_with_people(), pk=pk)


def _person(request: HttpRequest) -> Any:
    return request.person  # type: ignore[attr-defined]


def _reference(request: HttpRequest, number: int) -> str:
    return ticket_reference(request.provider, number)  # type: ignore[attr-defined]
