"""What a chat page asks for again and again: the lines it has not got yet, and where to listen for more."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string

from chat.errors import ChatError, TooMuch
from chat.models import Chat
from chat.selectors import lines_of
from delivery.live.keys import live_address


def number_in(words: str) -> int:
    """A sequence number as it stands in an address; 0 for what is none."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0


def news_of(request: HttpRequest, chat: Chat, *, side: str, topics: Sequence[str]) -> JsonResponse:
    """Lines behind `?after=`, drawn for the `side` that reads them ('visitor' or 'desk'), and the state of the chat."""
    tenant: Any = request
    lines = lines_of(chat, after=number_in(request.GET.get("after", "") or request.POST.get("after", "")))
    # The files of a chat lie beside the address that asks for its news or says something, on all three doors.
    files_at = urljoin(request.path, "../files/")
    context = {"lines": lines, "side": side, "provider": tenant.provider, "files_at": files_at}
    return JsonResponse(
        {
            "html": render_to_string("chat/_lines.html", context),
            "last": chat.last_seq,
            "state": chat.state,
            "with": chat.assignee.name if chat.assignee else "",
            "got": chat.got_seq,
            "live": live_address(topics),
        }
    )


def refused(problem: Exception) -> JsonResponse:
    """What stops a message, in words for the page."""
    if isinstance(problem, ValidationError):
        return JsonResponse({"error": " ".join(problem.messages)}, status=422)
    assert isinstance(problem, ChatError)
    return JsonResponse({"error": str(problem)}, status=429 if isinstance(problem, TooMuch) else 409)
