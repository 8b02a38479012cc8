"""The page behind the links in the mail. It works without signing in and without a cookie (Rule I6).

Opening it saves nothing, since mail scanners open links. The signed address alone says who answers, so no cookie counts
and no other site can make a browser send anything: hence no CSRF token, which would fail where cookies are blocked.
"""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.limits import HOUR, MINUTE, within_limit
from accounts.tenancy.access import public_view
from accounts.tenancy.scope import open_scope
from accounts.views.unsigned import unsigned_page
from satisfaction.forms import AnswerForm
from satisfaction.links import Link, LinkExpired, link_read
from satisfaction.models import SatisfactionQuestion
from satisfaction.services import AnswerRefused, answer_give
from tickets.references import ticket_reference

OPENED_A_MINUTE = 60  # from one address: a school's people come from the same one
SENT_AN_HOUR = 20  # with one link


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_view
def question(request: HttpRequest, token: str) -> HttpResponse:
    """The question with the link's answer chosen; one post saves it."""
    tenant: Any = request
    if not _is_within(request, token):
        return _told(request, "often", status=429)
    try:
        link = link_read(tenant.provider.pk, token)
    except LinkExpired:
        return _told(request, "expired", status=410)
    if link is None:
        return _told(request, "unknown", status=404)
    with open_scope(link.scope()):
        return _answered(request, link)


def _answered(request: HttpRequest, link: Link) -> HttpResponse:
    found = link.question()
    if found is None:
        return _told(request, "unknown", status=404)
    if timezone.now() > found.open_until:
        return unsigned_page(request, "satisfaction/public/over.html", _about(request, found))
    if request.method != "POST":
        chosen = request.GET.get("answer", "") or found.answer
        return _question(request, found, AnswerForm(initial={"answer": chosen, "comment": found.comment}))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _question(request, found, form, status=422)
    try:
        answer_give(question=found, **form.cleaned_data)
    except AnswerRefused:
        return _told(request, "unknown", status=404)
    return redirect(request.path)


def _question(
    request: HttpRequest, found: SatisfactionQuestion, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {**_about(request, found), "form": form}
    return unsigned_page(request, "satisfaction/public/question.html", context, status=status)


def _about(request: HttpRequest, found: SatisfactionQuestion) -> dict[str, Any]:
    """All that is said of the request: whoever has the link sees no more."""
    tenant: Any = request
    return {
        "question": found,
        "reference": ticket_reference(tenant.provider, found.ticket.number),
        "subject": found.ticket.subject,
    }


def _told(request: HttpRequest, why: str, *, status: int) -> HttpResponse:
    return unsigned_page(request, "satisfaction/public/refused.html", {"why": why}, status=status)


def _is_within(request: HttpRequest, token: str) -> bool:
    place = request.META.get("REMOTE_ADDR", "")
    if not within_limit(f"satisfaction:at:{place}", most=OPENED_A_MINUTE, seconds=MINUTE):
        return False
    digest = hashlib.sha256(token.encode()).hexdigest()
    return request.method != "POST" or within_limit(
        f"satisfaction:sent:{digest}", most=SENT_AN_HOUR, seconds=HOUR
    )
