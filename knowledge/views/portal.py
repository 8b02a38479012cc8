"""What schools read: answers while they type, a page to look for them, each article, and whether it helped."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.limits import MINUTE, within_limit
from accounts.own_schools import school_chosen
from accounts.tenancy.access import portal_view
from accounts.views.asking import posted, slug_of
from accounts.views.paging import page_of
from knowledge.forms import FindForm
from knowledge.models import Article, Verdict
from knowledge.presentation import shown, suggested
from knowledge.selectors import articles_found, articles_readable
from knowledge.services import verdict_add
from tickets.forms.fields import own_schools

SEARCHES_A_MINUTE = 60
FOUND = 10


@require_POST
@portal_view
def suggest(request: HttpRequest) -> HttpResponse:
    """What may answer a request that is being written. Posted, so that no word stands in an address or a log."""
    found = suggested(request.POST) if may_search(request) else []
    return render(request, "knowledge/_suggestions.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
@portal_view
def find(request: HttpRequest) -> HttpResponse:
    """Look for an answer, or through all of them."""
    form = FindForm(posted(request))
    context: dict[str, Any] = {"form": form, "is_asked": False}
    if request.method == "POST" and form.is_valid():
        if may_search(request):
            words = form.cleaned_data["words"]
            context |= {"is_asked": True, "found": articles_found(words, limit=FOUND)}
        else:
            form.add_error("words", _("That was quick. Please wait a minute, then look again."))
    if not context["is_asked"]:
        rows = articles_readable().select_related("category")
        context["page"] = page_of(request, rows.order_by("category__position", "category_id", "title"))
    status = 422 if form.errors else 200
    return render(request, "knowledge/portal/find.html", context, status=status)


@require_safe
@portal_view
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One article, and the question whether it helped."""
    return render(request, "knowledge/portal/article.html", {"shown": shown(_article(pk))})


@require_POST
@portal_view
def answered(request: HttpRequest, pk: int, verdict: str) -> HttpResponse:
    """Note whether it helped; `solved` ends without a request, whatever was typed before."""
    tenant: Any = request
    found = _article(pk)
    if verdict not in Verdict.values:
        raise Http404
    school = school_chosen(request) or own_schools().order_by("pk").first()
    if school is None:
        raise Http404
    verdict_add(article=found, customer=school, person=tenant.person, verdict=verdict)
    if verdict == Verdict.SOLVED:
        messages.success(request, _("Good that it helped. Nothing was sent to us."))
        return redirect(reverse("portal:home", args=[slug_of(request)]))
    thanks = {
        Verdict.HELPFUL: _("Thank you. Good that it helped."),
        Verdict.NOT_HELPFUL: _(
            "Thank you. We look at what is missing. Tell us what is wrong, and we help you."
        ),
    }
    messages.success(request, thanks[Verdict(verdict)])
    return redirect(reverse("portal_knowledge:article", args=[slug_of(request), found.pk]))


def may_search(request: HttpRequest) -> bool:
    """Whether this person has not searched too often in the last minute."""
    tenant: Any = request
    return within_limit(f"knowledge:{tenant.person.pk}", most=SEARCHES_A_MINUTE, seconds=MINUTE)


def _article(pk: int) -> Article:
    return get_object_or_404(articles_readable().select_related("category"), pk=pk)
