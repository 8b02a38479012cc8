"""All the schools of somebody who looks after several: a trust's IT director, a shared business manager (Rule I6)."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.own_schools import all_schools_chosen
from accounts.spreadsheets import csv_text
from accounts.tenancy.access import portal_view
from reports.forms import SchoolRequestsForm
from reports.schools import school_lines, schools_with_roles
from tickets.models import Ticket
from tickets.paging import page_by_key
from tickets.portal_lists import ORDER, open_requests
from tickets.references import ticket_reference

FILTERS = ("at", "q", "need")


@require_safe
@portal_view
def schools(request: HttpRequest) -> HttpResponse:
    """Each school on a line, and one list of what is open at them all. Who comes here looks at all again."""
    tenant: Any = request
    all_schools_chosen(request)
    own = schools_with_roles(tenant.person)
    form = SchoolRequestsForm(request.GET, schools=own)
    now = timezone.now()
    page = page_by_key(
        _found(request, form, now),
        ORDER,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    tenant.own_schools = own  # what the switcher shows, read once
    context = {
        "lines": school_lines(tenant.person, own, zone=tenant.provider.time_zone, now=now),
        "form": form,
        "filtered": bool(kept),
        "csv_query": urlencode(kept),
        "rows": [
            {
                "ticket": one,
                "reference": ticket_reference(tenant.provider, one.number),
                "path": one.portal_path(tenant.provider.slug),
            }
            for one in page.rows
        ],
        "older": "?" + urlencode({**kept, "after": page.older}) if page.older else "",
        "newer": "?" + urlencode({**kept, "before": page.newer}) if page.newer else "",
    }
    return render(request, "reports/portal/schools.html", context)


@require_safe
@portal_view
def requests_csv(request: HttpRequest) -> HttpResponse:
    """The whole list as it is filtered, for a spreadsheet."""
    tenant: Any = request
    form = SchoolRequestsForm(request.GET, schools=schools_with_roles(tenant.person))
    rows = _found(request, form, timezone.now()).order_by(F(ORDER).asc(nulls_last=True), "id")
    heads = (
        _("Reference"),
        _("School"),
        _("Subject"),
        _("Person"),
        _("State"),
        _("Level"),
        _("Logged"),
        _("Reply due"),
        _("Fix due"),
    )
    text = csv_text(heads, (_cells(tenant.provider, one) for one in rows))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="open-requests.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _found(request: HttpRequest, form: SchoolRequestsForm, now: Any) -> QuerySet[Ticket]:
    """What the form asks for; everything where it asks for what there is not."""
    tenant: Any = request
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {"at": None, "q": "", "need": ""}
    return open_requests(tenant.person, now, school=asked["at"], words=asked["q"], need=asked["need"])


def _cells(provider: Any, one: Ticket) -> tuple[object, ...]:
    reply, fix = one.response_clock, one.fix_clock
    return (
        ticket_reference(provider, one.number),
        one.customer.name,
        one.subject,
        one.requester.name,
        one.get_state_display(),
        one.level.name,
        _moment(one.logged_at),
        _moment(reply.due_at) if reply and reply.is_open else "",
        _moment(fix.due_at) if fix and fix.is_open else "",
    )


def _moment(at: Any) -> str:
    """A local instant that sorts and that nobody reads as another day: '2026-11-23 08:30'."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
