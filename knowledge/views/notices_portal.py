"""Service notices for schools: what holds now and what was, and 'Yes, this is my problem' (Rule I6)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.keys import key_in
from accounts.models import Customer
from accounts.own_schools import school_chosen, school_preset
from accounts.tenancy.access import portal_view, public_view
from accounts.tenancy.scope import as_provider
from accounts.views.asking import slug_of
from accounts.views.paging import page_of
from accounts.views.unsigned import unsigned_page
from knowledge.models import NOT_CURRENT, NoticeState, ServiceNotice
from knowledge.notice_forms import SameProblemForm
from knowledge.notice_mailing import follower_of
from knowledge.notices import meant_for, notices_for_person, notices_readable
from knowledge.services import notice_follow, notice_join, notice_unfollow
from sla.times import local_day
from tickets.errors import TooLarge
from tickets.forms.fields import own_schools
from tickets.models import Ticket
from tickets.services.sending import sent_once
from tickets.views.received import had_it_words, received_words


@require_safe
@portal_view
def notice_list(request: HttpRequest) -> HttpResponse:
    """What holds now, maintenance ahead, and what is over, page by page."""
    tenant: Any = request
    day = local_day(timezone.now(), tenant.provider.time_zone)
    over = notices_readable(day).filter(state=NoticeState.OVER).order_by("-over_at", "-pk")
    context = {"current": list(notices_for_person(day, tenant.person)), "page": page_of(request, over)}
    return render(request, "knowledge/portal/notices.html", context)


@require_safe
@portal_view
def notice_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice and all that was told of it."""
    form = SameProblemForm(initial=school_preset(request))
    return _draw(request, _notice(request, pk), form)


@require_POST
@portal_view
def notice_mine(request: HttpRequest, pk: int) -> HttpResponse:
    """'Yes, this is my problem': logged and linked, with whatever was typed in the form of a new request."""
    tenant: Any = request
    notice = _notice(request, pk)
    form = SameProblemForm(_with_school(request), request.FILES)
    if not notice.is_current:
        messages.info(request, _("This is over. If it still troubles you, please tell us."))
        return redirect(reverse("portal:new", args=[slug_of(request)]))
    if form.is_valid() and not _is_for(request, notice, form.cleaned_data["customer"]):
        form.add_error(
            "customer", _("The notice is not for this school. Choose another, or write a request.")
        )
    if not form.is_valid():  # the school must be chosen, or a file is too large
        return _draw(request, notice, form, status=422)
    data = form.cleaned_data

    def join() -> Ticket:
        names = ("customer", "subject", "text", "level", "attachments", "is_confidential")
        return notice_join(notice=notice, person=tenant.person, **{name: data[name] for name in names})

    digest = form.digest(tenant.person.pk, notice.pk, "mine")
    try:
        ticket, is_new = sent_once(customer_id=data["customer"].pk, digest=digest, act=join)
    except TooLarge as problem:
        form.add_error("attachments", str(problem))
        return _draw(request, notice, form, status=422)
    messages.success(request, received_words(tenant, ticket) if is_new else had_it_words(tenant, ticket))
    if data["is_confidential"]:
        messages.info(
            request, _("Being confidential, it is not linked to the notice. We tell you news of both.")
        )
    return redirect(ticket.portal_path(tenant.provider.slug))


@require_POST
@portal_view
def notice_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell me of news, or no longer; nothing is logged. What stood in a form of a new request stays on its page."""
    tenant: Any = request
    notice = _notice(request, pk)
    mine = notice.followers.filter(person=tenant.person).first()
    if request.POST.get("news") == "stop":
        if mine is not None:
            notice_unfollow(follower=mine)
        messages.success(request, _("You get no more mail about this."))
    elif not notice.is_current:
        messages.info(request, _("This is over: there will be no more news."))
    else:
        notice_follow(notice=notice, customer=_school(request, notice), person=tenant.person)
        messages.success(request, _("You get a mail when there is news. You need do nothing else."))
    return redirect(reverse("portal_notices:notice", args=[slug_of(request), notice.pk]))


@csrf_exempt  # a mail program posts it, with no cookie (RFC 8058); the signed key is what counts
@require_http_methods(["GET", "HEAD", "POST"])
@public_view
def notice_stop(request: HttpRequest, key: str) -> HttpResponse:
    """No more mail about a notice, with one press and without signing in. Opening the address ends nothing."""
    with as_provider():
        follower = follower_of(key)
        if follower is not None and request.method == "POST":
            notice_unfollow(follower=follower)
    context = {"is_known": follower is not None, "is_done": request.method == "POST"}
    status = 200 if follower is not None else 404
    return unsigned_page(request, "knowledge/notice_stop.html", context, status=status)


def _draw(
    request: HttpRequest, notice: ServiceNotice, form: SameProblemForm, *, status: int = 200
) -> HttpResponse:
    context = {"notice": notice, "updates": notice.updates.select_related("by"), "form": form}
    return render(request, "knowledge/portal/notice.html", context, status=status)


def _notice(request: HttpRequest, pk: int) -> ServiceNotice:
    """With whether the person is told of news, while it goes on."""
    tenant: Any = request
    day = local_day(timezone.now(), tenant.provider.time_zone)
    notice = get_object_or_404(notices_readable(day), pk=pk)
    notice.is_followed = (  # type: ignore[attr-defined] # as `notices_for_person` has it
        notice.state not in NOT_CURRENT
        and notice.followers.filter(person=tenant.person, ended_at__isnull=True).exists()
    )
    return notice


def _with_school(request: HttpRequest) -> Any:
    """What was posted; with the school that is looked at, or the only one, where the form named none."""
    if request.POST.get("customer"):
        return request.POST
    schools = [school for school in [school_chosen(request)] if school] or list(own_schools()[:2])
    only = {"customer": str(schools[0].pk)} if len(schools) == 1 else {}
    data = request.POST.copy()
    data.update(only)
    return data


def _school(request: HttpRequest, notice: ServiceNotice) -> Customer:
    """In whose name somebody asks for news: of the schools that it is for, the one in the form or the one looked at."""
    own = list(own_schools().order_by("pk"))
    if not own:
        raise Http404
    asked = key_in(request.POST.get("customer"))
    chosen = school_chosen(request)
    own.sort(key=lambda school: (school.pk != asked, school != chosen))
    meant = own if len(own) == 1 else [school for school in own if _is_for(request, notice, school)]
    return (meant or own)[0]


def _is_for(request: HttpRequest, notice: ServiceNotice, school: Customer) -> bool:
    tenant: Any = request
    day = local_day(timezone.now(), tenant.provider.time_zone)
    return ServiceNotice.objects.filter(meant_for(day, customer_id=school.pk), pk=notice.pk).exists()
