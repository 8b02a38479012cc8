"""Articles in the desk: the list, one article with its versions, and what is suggested while a call is logged."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view, may
from accounts.views.asking import posted, slug_of
from accounts.views.paging import page_of
from knowledge.forms import ArticleFilterForm, ArticleForm
from knowledge.models import Article, ArticleState
from knowledge.presentation import shown, suggested
from knowledge.selectors import articles_readable, counts_of, package_names, with_solved
from knowledge.services import (
    article_change,
    article_publish,
    article_restore,
    article_retire,
    article_write,
)
from sla.times import local_day
from tickets.forms.fields import tell_at_fields

# What each step does, and what it says afterwards.
STEPS: Mapping[str, tuple[Callable[..., Article], Any]] = {
    "publish": (article_publish, gettext_lazy("Published. Those for whom it is can read it now.")),
    "retire": (article_retire, gettext_lazy("Retired. Nobody finds it any longer; you can take it back.")),
    "restore": (article_restore, gettext_lazy("It is a draft again.")),
}


@require_safe
@desk_view(Permission.WORK_TICKETS)
def article_list(request: HttpRequest) -> HttpResponse:
    """Every article, narrowed by words, state, readers, category and what is to be looked at again."""
    tenant: Any = request
    context = {
        "form": ArticleFilterForm(request.GET),
        "page": page_of(request, with_solved(_wanted(request)).select_related("category", "owner")),
        "clear_url": "?" if request.GET else "",
        "today": local_day(timezone.now(), tenant.provider.time_zone),
    }
    return render(request, "knowledge/desk/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.WORK_TICKETS)
def article_new(request: HttpRequest) -> HttpResponse:
    """Write a draft; it can be looked at before it is kept."""
    form = ArticleForm(posted(request))
    tried = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "preview":
            tried = shown(_tried(form))
        else:
            try:
                article = article_write(words=form.said())
            except ValidationError as problem:
                tell_at_fields(form, problem)
            else:
                messages.success(request, _("Kept as a draft. Only staff see it."))
                return redirect(_address(request, article))
    status = 422 if form.errors else 200
    return render(request, "knowledge/desk/new.html", {"form": form, "tried": tried}, status=status)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def article_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One article as schools read it, how often it helped, its versions, and what can be done with it."""
    article = _article(pk)
    return _draw(request, article, ArticleForm(initial=ArticleForm.initial_of(article)))


@require_POST
@desk_view(Permission.WORK_TICKETS)
def article_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Change it, or take one of STEPS. Whoever does not publish may change drafts alone."""
    article = _article(pk)
    publishes = may(request, Permission.PUBLISH_KNOWLEDGE)
    if action == "change":
        if not (publishes or article.state == ArticleState.DRAFT):
            raise PermissionDenied
        return _change(request, article)
    if action not in STEPS:
        raise Http404
    if not publishes:
        raise PermissionDenied
    version = request.POST.get("version", "")
    do, done = STEPS[action]
    try:
        do(article=article, expected_version=int(version) if version.isdecimal() else 0)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, done)
    return redirect(_address(request, article))


@require_POST
@desk_view(Permission.WORK_TICKETS)
def suggest(request: HttpRequest) -> HttpResponse:
    """What may answer a call while it is being logged."""
    context = {"found": suggested(request.POST), "for_staff": True}
    return render(request, "knowledge/_suggestions.html", context)


def _change(request: HttpRequest, article: Article) -> HttpResponse:
    form, tried = ArticleForm(request.POST), None
    if form.is_valid():
        if request.POST.get("do") == "preview":
            tried = shown(_tried(form))
        else:
            try:
                article_change(
                    article=article,
                    words=form.said(),
                    expected_version=form.cleaned_data["version"] or 0,
                )
            except ValidationError as problem:
                tell_at_fields(form, problem)
            else:
                messages.success(request, _("Saved."))
                return redirect(_address(request, article))
    return _draw(request, _article(article.pk), form, tried=tried, status=422 if form.errors else 200)


def _draw(
    request: HttpRequest, article: Article, form: ArticleForm, *, tried: Any = None, status: int = 200
) -> HttpResponse:
    publishes = may(request, Permission.PUBLISH_KNOWLEDGE)
    names = package_names()
    context = {
        "shown": shown(article),
        "article": article,
        "form": form if publishes or article.state == ArticleState.DRAFT else None,
        "tried": tried,
        "publishes": publishes,
        "packages": [names.get(key, key) for key in article.packages],
        "counts": counts_of(article),
        "versions": article.versions.select_related("by"),
    }
    return render(request, "knowledge/desk/article.html", context, status=status)


def _tried(form: ArticleForm) -> Article:
    """What the form says as an article that is not kept."""
    names = ("title", "short_answer", "body")
    return Article(**{name: form.cleaned_data[name] for name in names})


def _wanted(request: HttpRequest) -> QuerySet[Article]:
    tenant: Any = request
    form = ArticleFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = articles_readable().order_by("title", "pk")
    state = chosen.get("state")
    rows = rows.filter(state=state) if state else rows.exclude(state=ArticleState.RETIRED)
    if words := chosen.get("q"):
        query = SearchQuery(words, config="english", search_type="websearch")
        rows = rows.filter(Q(vector=query) | Q(title__icontains=words))
    if chosen.get("audience"):
        rows = rows.filter(audience=chosen["audience"])
    if chosen.get("category"):
        rows = rows.filter(category=chosen["category"])
    if chosen.get("due"):
        rows = rows.filter(review_by__lte=local_day(timezone.now(), tenant.provider.time_zone))
    return rows


def _article(pk: int) -> Article:
    return get_object_or_404(articles_readable().select_related("category", "owner"), pk=pk)


def _address(request: HttpRequest, article: Article) -> str:
    return reverse("knowledge:article", args=[slug_of(request), article.pk])
