"""Service notices in the desk: the list, one notice with its updates and tickets, and links from a ticket's page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.keys import row_in
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view, may
from accounts.views.asking import posted, slug_of
from accounts.views.paging import page_of
from knowledge.models import NoticeAudience, NoticeState, NoticeUpdate, ServiceNotice
from knowledge.notice_answers import answer_form
from knowledge.notice_forms import NewsForm, NoticeFilterForm, NoticeForm
from knowledge.notices import links_of, meant_for, notices_readable, with_counts
from knowledge.selectors import package_names
from knowledge.services import (
    notice_answer,
    notice_change,
    notice_link,
    notice_publish,
    notice_unlink,
    notice_update,
    notice_write,
)
from sla.times import local_day
from tickets.forms.fields import tell_at_fields
from tickets.models import Ticket

Forms = dict[str, forms.Form | None]
LINKS_SHOWN = 100


@require_safe
@desk_view(Permission.WORK_TICKETS)
def notice_list(request: HttpRequest) -> HttpResponse:
    """Every notice, narrowed by words, state, kind, school and category."""
    context = {
        "form": NoticeFilterForm(request.GET),
        "page": page_of(request, with_counts(_wanted(request)).select_related("category")),
        "clear_url": "?" if request.GET else "",
        "now": timezone.now(),
    }
    return render(request, "knowledge/desk/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.WORK_TICKETS)
def notice_new(request: HttpRequest) -> HttpResponse:
    """Write a notice: kept as a draft, or published at once by who may."""
    tenant: Any = request
    publishes = may(request, Permission.PUBLISH_KNOWLEDGE)
    form = NoticeForm(posted(request), initial={"starts_at": timezone.now()})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():  # what cannot be published leaves no draft behind
                notice = notice_write(words=form.said(), by=tenant.person)
                if publishes and request.POST.get("do") == "publish":
                    notice_publish(notice=notice, expected_version=notice.version, by=tenant.person)
        except ValidationError as problem:
            tell_at_fields(form, problem)
        else:
            messages.success(request, _said_of(notice, request.POST.get("do") == "publish" and publishes))
            return redirect(_address(request, notice))
    context = {"form": form, "publishes": publishes}
    return render(request, "knowledge/desk/notice_new.html", context, status=422 if form.errors else 200)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def notice_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as schools read it, its updates, who waits for news, the linked tickets, and what can be done."""
    return _draw(request, _notice(pk), {})


@require_POST
@desk_view(Permission.WORK_TICKETS)
def notice_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Change, publish, update or answer. Whoever does not publish may change drafts alone."""
    notice = _notice(pk)
    if action not in ACTS:
        raise Http404
    is_own = action == "change" and notice.is_draft
    if not (is_own or may(request, Permission.PUBLISH_KNOWLEDGE)):
        raise PermissionDenied
    return ACTS[action](request, notice)


@require_POST
@desk_view(Permission.WORK_TICKETS)
def ticket_links(request: HttpRequest, number: int) -> HttpResponse:
    """Link a ticket to the notice that was chosen, or take the link away; back to the ticket."""
    tenant: Any = request
    ticket = get_object_or_404(Ticket, number=number)
    notice = row_in(ServiceNotice.objects.all(), request.POST.get("notice"))
    if notice is None:
        messages.error(request, _("Choose a notice."))
    elif request.POST.get("do") == "unlink":
        notice_unlink(notice=notice, ticket=ticket)
        messages.success(request, _("No longer linked to ‘%(title)s’.") % {"title": notice.title})
    else:
        try:
            notice_link(notice=notice, ticket=ticket, by=tenant.person)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, _("Linked to ‘%(title)s’.") % {"title": notice.title})
    return redirect(ticket.desk_path(slug_of(request)))


def _change(request: HttpRequest, notice: ServiceNotice) -> HttpResponse:
    form = NoticeForm(request.POST, notice=notice)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            notice_change(notice=notice, words=form.said(), expected_version=version)
        except ValidationError as problem:
            tell_at_fields(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(_address(request, notice))
    return _draw(request, _notice(notice.pk), {"change": form}, status=422)


def _publish(request: HttpRequest, notice: ServiceNotice) -> HttpResponse:
    tenant: Any = request
    version = request.POST.get("version", "")
    try:
        notice_publish(
            notice=notice,
            expected_version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            by=tenant.person,
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _said_of(notice, is_published=True))
    return redirect(_address(request, notice))


def _update(request: HttpRequest, notice: ServiceNotice) -> HttpResponse:
    tenant: Any = request
    form = NewsForm(request.POST, notice=notice)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            notice_update(notice=notice, expected_version=version, by=tenant.person, news=form.said())
        except ValidationError as problem:
            tell_at_fields(form, problem)
        else:
            messages.success(request, _("Told. Whoever asked for news gets it by mail."))
            return redirect(_address(request, notice))
    fresh = _notice(notice.pk)
    if fresh.is_current:  # what came in between stands below; the same words may be sent after it
        form.data = {**request.POST.dict(), "version": str(fresh.version)}
    return _draw(request, fresh, {"update": form}, status=422)


def _answer(request: HttpRequest, notice: ServiceNotice) -> HttpResponse:
    tenant: Any = request
    form = answer_form(notice, links_of(notice)[:LINKS_SHOWN], tenant.provider, request.POST)
    if form is None:
        messages.error(request, _("No linked ticket is open any longer."))
        return redirect(_address(request, notice))
    if not form.is_valid():
        return _draw(request, notice, {"answer": form}, status=422)
    data = form.cleaned_data
    try:
        done, failed = notice_answer(
            notice=notice,
            ticket_ids=data["tickets"],
            text=data["text"],
            by=tenant.person,
            is_fix=data["is_fix"],
        )
    except ValidationError as problem:
        tell_at_fields(form, problem)
        return _draw(request, notice, {"answer": form}, status=422)
    if done:
        words = ngettext("%(count)d ticket has been answered.", "%(count)d tickets have been answered.", done)
        messages.success(request, words % {"count": done})
    for one in failed:
        words = _("%(number)s %(subject)s was not answered: %(why)s")
        values = {"number": one.ticket.number, "subject": one.ticket.subject, "why": one.why}
        messages.error(request, words % values)
    return redirect(_address(request, notice))


ACTS = {"change": _change, "publish": _publish, "update": _update, "answer": _answer}


def _draw(request: HttpRequest, notice: ServiceNotice, bound: Forms, *, status: int = 200) -> HttpResponse:
    tenant: Any = request
    publishes = may(request, Permission.PUBLISH_KNOWLEDGE)
    names = package_names() if notice.packages else {}
    links = list(links_of(notice)[:LINKS_SHOWN])
    named = notice.audience == NoticeAudience.SCHOOLS
    shown: Forms = {
        "change": NoticeForm(notice=notice)
        if not notice.is_over and (publishes or notice.is_draft)
        else None,
        "update": NewsForm(notice=notice) if notice.is_current and publishes else None,
        "answer": answer_form(notice, links, tenant.provider) if publishes and not notice.is_draft else None,
    }
    context = {
        "notice": notice,
        "forms": {**shown, **bound},
        "opened": next(iter(bound), ""),
        "publishes": publishes,
        "packages": [names.get(key, key) for key in notice.packages],
        "schools": notice.schools.select_related("customer").order_by("customer__name") if named else [],
        "updates": notice.updates.select_related("by"),
        "links": links,
        "now": timezone.now(),
    }
    return render(request, "knowledge/desk/notice.html", context, status=status)


def _wanted(request: HttpRequest) -> QuerySet[ServiceNotice]:
    tenant: Any = request
    day = local_day(timezone.now(), tenant.provider.time_zone)
    form = NoticeFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = notices_readable(day).order_by("-starts_at", "-pk")
    state = chosen.get("state")
    if not state:
        rows = rows.exclude(state=NoticeState.OVER)
    elif state != "any":
        rows = rows.filter(state=state)
    if words := chosen.get("q"):
        told = NoticeUpdate.objects.filter(text__icontains=words).values("notice_id")
        rows = rows.filter(Q(title__icontains=words) | Q(text__icontains=words) | Q(pk__in=told))
    if chosen.get("kind"):
        rows = rows.filter(kind=chosen["kind"])
    if chosen.get("category"):
        rows = rows.filter(category=chosen["category"])
    if chosen.get("school"):
        rows = rows.filter(meant_for(day, customer_id=chosen["school"].pk))
    return rows


def _notice(pk: int) -> ServiceNotice:
    rows = with_counts(ServiceNotice.objects.select_related("category", "by"))
    return get_object_or_404(rows, pk=pk)


def _said_of(notice: ServiceNotice, is_published: bool) -> str:
    if is_published:
        return _("Published. The schools for whom it is can read it now.")
    return _("Kept as a draft. Only staff see it.")


def _address(request: HttpRequest, notice: ServiceNotice) -> str:
    return reverse("notices:notice", args=[slug_of(request), notice.pk])
