"""The list of reports: one line for each school, with the state of its report and the headline."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Customer
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from reports.forms import OverviewForm
from reports.models import QuarterlyReport
from reports.presentation import percent, verdict
from reports.selectors import headlines
from sla.quarters import Quarter

PAGE_SIZE = 50
QUARTERS_OFFERED = 12


@require_safe
@desk_view(Permission.SEE_REPORTS)
def overview(request: HttpRequest) -> HttpResponse:
    """Every school's report of one quarter; the last whole quarter unless another is asked for."""
    tenant: Any = request
    now = timezone.now()
    running = Quarter.at(now, tenant.provider.time_zone)
    offered = list(reversed(running.last(QUARTERS_OFFERED)))
    chosen = request.GET.get("quarter", "")
    quarter = next((one for one in offered if str(one) == chosen), offered[1])
    form = OverviewForm({"quarter": str(quarter), "state": request.GET.get("state", "")}, quarters=offered)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    page = Paginator(_customers(quarter, state), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "quarter": quarter,
        "is_running": quarter == running,
        "rows": _rows(list(page), quarter, tenant.provider.time_zone, now),
        "page": page,
        "clear_url": "?" if request.GET else "",
        "query": f"quarter={quarter}&state={state}",
    }
    return render(request, "reports/list.html", context)


def _customers(quarter: Quarter, state: str) -> Any:
    active = Customer.objects.filter(is_active=True)
    if not state:
        return active
    reports = QuarterlyReport.objects.filter(quarter=str(quarter))
    if state == "none":
        return active.exclude(pk__in=reports.values("customer"))
    return active.filter(pk__in=reports.filter(state=state).values("customer"))


def _rows(customers: list[Customer], quarter: Quarter, zone: str, now: Any) -> list[dict[str, Any]]:
    keys = [customer.pk for customer in customers]
    reports = {
        report.customer_id: report
        for report in QuarterlyReport.objects.filter(quarter=str(quarter), customer__in=keys).only(
            "customer_id", "quarter", "state", "released_at"
        )
    }
    live = headlines(customer_ids=keys, quarter=quarter, zone=zone, now=now)
    return [
        {
            "customer": customer,
            "report": reports.get(customer.pk),
            "promises": [
                {"percent": percent(tally.tenths), "badge": verdict(tally.on_target), "tally": tally}
                for tally in (live[customer.pk].reply, live[customer.pk].fix)
            ],
        }
        for customer in customers
    ]
