"""What every view of the settings asks of its request."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from accounts.settings_menu import settings_page


def slug_of(request: HttpRequest) -> str:
    """The provider's short name, for addresses."""
    tenant: Any = request
    return str(tenant.provider.slug)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, for a form; None shows the form. An empty post is a post all the same."""
    return request.POST if request.method == "POST" else None


def settings_url(request: HttpRequest, name: str, *args: object) -> str:
    """The address of a page of the settings."""
    return reverse(f"settings:{name}", args=[slug_of(request), *args])


def confirm_page(
    request: HttpRequest,
    *,
    heading: str,
    question: str,
    action: str,
    cancel_url: str,
    consequences: Sequence[str] = (),
    danger: bool = False,
    form: Any = None,
) -> HttpResponse:
    """'Are you sure?' on a page of its own; the answer is posted to the same address."""
    context = {
        "heading": heading,
        "question": question,
        "consequences": consequences,
        "action": action,
        "danger": danger,
        "form": form,
        "cancel_url": cancel_url,
    }
    return settings_page(request, "confirm.html", context)
