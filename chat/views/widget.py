"""The widget on a provider's own site: a script, a frame, and what the frame asks (rules I4, T5).

No cookie is read here, so another site can make a browser send nothing that counts: the key in a header does. Hence no
CSRF token, which could not reach a frame on another site either.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.tenancy.access import public_view
from accounts.tenancy.scope import as_provider
from chat.availability import availability
from chat.errors import ChatClosed, ChatError
from chat.forms import FilesForm
from chat.limits import count_code, count_start
from chat.models import Chat, ChatOrigin, ChatProof, ChatSettings
from chat.news import refused
from chat.services.conversation import chat_start
from chat.services.proof import proof_begin, proof_give
from chat.services.requests import request_instead
from chat.views.visitor import chat_file, visitor_end, visitor_news, visitor_say, visitor_sign
from chat.visiting import chat_of, proof_of, visitor_key
from tickets.views.received import received_words

SCRIPT = Path(__file__).resolve().parent.parent / "widget" / "widget.js"
WithChat = Callable[[HttpRequest, Chat], HttpResponse]
Visited = Callable[..., HttpResponseBase]


def sites() -> list[str]:
    """The origins on which the widget may stand."""
    row = ChatSettings.objects.filter(is_on=True).first()
    return list(row.sites) if row else []


@require_safe
@public_view
@cache_control(max_age=300, public=True)
def script(request: HttpRequest) -> HttpResponse:
    """The one script of the widget, the same for every provider: it finds them by its own address."""
    return HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")


@require_safe
@public_view
def status(request: HttpRequest) -> HttpResponse:
    """Whether somebody can chat now, and the button's words; answered to the sites of the list alone."""
    words = (ChatSettings.objects.first() or ChatSettings()).button_words()
    answer = JsonResponse({"open": availability(timezone.now()).is_open, "words": words})
    origin = request.headers.get("Origin", "")
    if origin in sites():
        answer["Access-Control-Allow-Origin"] = origin
    answer["Vary"] = "Origin"
    return answer


@require_safe
@public_view
@xframe_options_exempt
def frame(request: HttpRequest) -> HttpResponse:
    """What stands in the widget's frame. Browsers show it on the sites of the list, and nowhere else."""
    allowed = sites()
    answer = render(
        request,
        "chat/widget/frame.html",
        {
            "open": availability(timezone.now()),
            "parent": _parent(request, allowed),
            "files_form": FilesForm(),
        },
    )
    answer._csp_replace = {"frame-ancestors": allowed or ["'none'"]}  # type: ignore[attr-defined]
    return answer


def _visitor(view: Visited) -> Visited:
    """A public address that works in the provider's own scope: what it may touch is up to `chat.visiting`."""

    @csrf_exempt
    @wraps(view)
    def inside(request: HttpRequest, **place: int) -> HttpResponseBase:
        with as_provider():
            return view(request, **place)

    return public_view(inside)


@_visitor
@require_POST
def proof(request: HttpRequest) -> HttpResponse:
    """Name and address: a code is mailed. The answer is the same for an address that nobody knows."""
    tenant: Any = request
    email = request.POST.get("email", "").strip().lower()
    try:
        with transaction.atomic():
            count_code(provider_id=tenant.provider.pk, email=email, place=request.META.get("REMOTE_ADDR", ""))
            begun = proof_begin(name=request.POST.get("name", ""), email=email)
    except (ValidationError, ChatError) as problem:
        return refused(problem)
    return JsonResponse({"key": visitor_key(begun)})


@_visitor
@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """The code from the mail. A right one says who is there, and whether they can chat."""
    begun = proof_of(request, proved=False)
    proved = proof_give(proof=begun, code=request.POST.get("code", "")) if begun else None
    if proved is None:
        words = _("This code is wrong or too old. Check the mail, or go back and ask for a new one.")
        return JsonResponse({"error": words}, status=422)
    return _welcome(request, proved)


@_visitor
@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Who is there, for a frame that was opened again with its key."""
    proved = proof_of(request)
    return _welcome(request, proved) if proved else _unknown()


@_visitor
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """The first message: a chat, or with nobody to chat a request with its promise (Rule S9)."""
    proved = proof_of(request)
    if proved is None or proved.person is None or proved.customer is None:
        return _unknown()
    text, key = request.POST.get("text", ""), request.POST.get("key", "")
    try:
        count_start(proved.person.pk)
        with transaction.atomic():
            chat_start(
                customer=proved.customer,
                person=proved.person,
                text=text,
                key=key,
                origin=ChatOrigin.WIDGET,
                proof=proved,
            )
    except ChatClosed:
        ticket = request_instead(
            customer=proved.customer, person=proved.person, text=text.strip(), digest=f"chat:{key}"[:64]
        )
        return JsonResponse({"request": received_words(request, ticket)})
    except (ValidationError, ChatError) as problem:
        return refused(problem)
    return _welcome(request, proved)


@_visitor
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of the visitor's chat; the frame asks for it with its key, as for everything."""
    proved = proof_of(request)
    chat = chat_of(proved) if proved else None
    return chat_file(chat, pk, chat.person_id) if chat else _unknown()


def _in_chat(act: WithChat) -> Visited:
    def inside(request: HttpRequest) -> HttpResponse:
        proved = proof_of(request)
        chat = chat_of(proved) if proved else None
        return act(request, chat) if chat else _unknown()

    return inside


news = _visitor(require_safe(_in_chat(visitor_news)))
say = _visitor(require_POST(_in_chat(visitor_say)))
sign = _visitor(require_POST(_in_chat(visitor_sign)))
end = _visitor(require_POST(_in_chat(visitor_end)))


def _welcome(request: HttpRequest, proved: ChatProof) -> JsonResponse:
    """Now that they are known: their name and school, whether they can chat, and the chat that goes on."""
    found = availability(timezone.now(), proved.customer)
    chat = chat_of(proved)
    assert proved.person is not None
    words = {"open": found, "person": proved.person, "customer": proved.customer}
    return JsonResponse(
        {
            "opening": render(request, "chat/widget/_welcome.html", words).content.decode(),
            "open": found.is_open,
            "chat": chat.state if chat is not None and chat.is_open else "",
        }
    )


def _unknown() -> JsonResponse:
    """The key opens nothing (any more): prove the address again."""
    return JsonResponse({"error": _("Please prove your address again.")}, status=403)


def _parent(request: HttpRequest, allowed: list[str]) -> str:
    """The site that shows the frame, where it is one of the list: the only one that the frame talks to."""
    url = urlsplit(request.headers.get("Referer", ""))
    origin = f"{url.scheme}://{url.netloc}"
    return origin if origin in allowed else ""
