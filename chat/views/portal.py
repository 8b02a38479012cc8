"""Chat in the portal: who is signed in is known, so the first message opens it (rules I4, S9)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Customer
from accounts.own_schools import school_chosen
from accounts.tenancy.access import portal_view
from chat.availability import availability
from chat.errors import ChatClosed, TooMuch
from chat.forms import FilesForm, StartForm
from chat.limits import count_start
from chat.models import Chat, ChatOrigin, ChatState
from chat.selectors import lines_of, own_chats
from chat.services.conversation import chat_start
from chat.services.requests import request_instead
from chat.views.visitor import chat_file, visitor_end, visitor_news, visitor_say, visitor_sign
from tickets.forms.fields import own_schools
from tickets.views.received import received_words


@require_http_methods(["GET", "POST"])
@portal_view
def start(request: HttpRequest) -> HttpResponse:
    """Ask something. With nobody to chat it says when we open, and what is sent becomes a request."""
    tenant: Any = request
    going_on = own_chats(tenant.person).exclude(state=ChatState.ENDED).first()
    schools = list(own_schools().order_by("name"))
    school = school_chosen(request) or next(iter(schools), None)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _begin(request, school, form)
    context = {
        "form": form,
        "schools": schools,
        "school": school,
        "going_on": going_on,
        "open": availability(timezone.now(), school, time_zone=tenant.provider.time_zone),
    }
    return render(request, "chat/portal/start.html", context, status=422 if form.errors else 200)


@require_safe
@portal_view
def chat(request: HttpRequest, pk: int) -> HttpResponse:
    """One chat of one's own."""
    found = _own(request, pk)
    return render(
        request,
        "chat/portal/chat.html",
        {"chat": found, "lines": lines_of(found), "side": "visitor", "files_form": FilesForm()},
    )


@require_safe
@portal_view
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """What is new in it."""
    return visitor_news(request, _own(request, pk))


@require_safe
@portal_view
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file that was sent in it."""
    tenant: Any = request
    return chat_file(_own(request, pk), file, tenant.person.pk)


@require_POST
@portal_view
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """A message."""
    return visitor_say(request, _own(request, pk))


@require_POST
@portal_view
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody types, or has read."""
    return visitor_sign(request, _own(request, pk))


@require_POST
@portal_view
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The end."""
    visitor_end(request, _own(request, pk))
    return redirect("portal_chat:chat", request.provider.slug, pk)  # type: ignore[attr-defined]


def _own(request: HttpRequest, pk: int) -> Chat:
    tenant: Any = request
    return get_object_or_404(own_chats(tenant.person), pk=pk)


def _begin(request: HttpRequest, school: Customer | None, form: StartForm) -> HttpResponse:
    tenant: Any = request
    if school is None:
        return redirect("portal:new", tenant.provider.slug)
    text, key = form.cleaned_data["text"], str(form.cleaned_data["once"] or "")
    try:
        count_start(tenant.person.pk)
        begun = chat_start(
            customer=school, person=tenant.person, text=text, key=key, origin=ChatOrigin.PORTAL
        )
    except ChatClosed:
        ticket = request_instead(
            customer=school, person=tenant.person, text=text, digest=form.digest(tenant.person.pk, "chat")
        )
        messages.success(request, received_words(tenant, ticket))
        return redirect(ticket.portal_path(tenant.provider.slug))
    except TooMuch as problem:
        messages.error(request, str(problem))
        return redirect("portal_chat:start", tenant.provider.slug)
    return redirect("portal_chat:chat", tenant.provider.slug, begun.pk)
