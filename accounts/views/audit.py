"""Settings: the audit trail, filtered, and as CSV."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.forms.provider import AuditFilterForm
from accounts.models import AuditEntry
from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.spreadsheets import harmless
from accounts.tenancy.access import desk_view
from accounts.views.paging import page_of

MOST_ROWS = 50_000
HEADER = ["at", "who", "action", "object", "id", "customer", "changes", "reason"]


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def audit_list(request: HttpRequest) -> HttpResponse:
    """Who did what, when and why; the newest first."""
    form = AuditFilterForm(request.GET)
    page = page_of(request, _entries(request, form))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "query": query.urlencode()}
    return settings_page(request, "accounts/settings/audit.html", context)


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def audit_csv(request: HttpRequest) -> HttpResponse:
    """The same rows as a file, up to fifty thousand."""
    # Built whole: a streamed answer would be written after the request's transaction, and see no row.
    text = "".join(_csv_lines(_entries(request, AuditFilterForm(request.GET))[:MOST_ROWS]))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _entries(request: HttpRequest, form: AuditFilterForm) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.select_related("actor", "customer")
    if not form.is_valid():
        return rows.none()
    asked = form.cleaned_data
    tenant: Any = request
    zone = ZoneInfo(tenant.provider.time_zone)
    if asked["who"]:
        rows = rows.filter(Q(actor__name__icontains=asked["who"]) | Q(actor__email__icontains=asked["who"]))
    if asked["what"]:
        rows = rows.filter(Q(action__icontains=asked["what"]) | Q(object_label__icontains=asked["what"]))
    if asked["customer"]:
        rows = rows.filter(customer__name__icontains=asked["customer"])
    if asked["since"]:
        rows = rows.filter(at__gte=datetime.combine(asked["since"], time.min, zone))
    if asked["until"]:
        rows = rows.filter(at__lt=datetime.combine(asked["until"] + timedelta(days=1), time.min, zone))
    return rows


def _csv_lines(rows: QuerySet[AuditEntry]) -> Iterator[str]:
    yield ",".join(HEADER) + "\r\n"
    for row in rows.iterator(chunk_size=2000):
        buffer = StringIO()
        csv.writer(buffer).writerow(
            [
                row.at.isoformat(),
                harmless(row.actor.name if row.actor else _("the software")),
                row.action,
                harmless(row.object_label),
                row.object_id,
                harmless(row.customer.name if row.customer else ""),
                harmless(json.dumps(row.changes, ensure_ascii=False)) if row.changes else "",
                harmless(row.reason),
            ]
        )
        yield buffer.getvalue()
