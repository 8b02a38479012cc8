"""The hours of clocks that run in visits follow the visits (Rule S7)."""

from accounts.tenancy.memory import current_provider
from contracts.models import Contract
from sla.services.on_site_time import OnSite, on_site_times_set
from sla.times import local_time
from visits.models import TAKES_ENGINEER, Visit, VisitKind


def visit_hours_follow(contract: Contract, cause: str) -> None:
    """Give the school's running clocks the visits as they are now; registered at `visits.changes.on_visits_change`.

    Delivered and planned visits count for their planned time, whenever the engineer came and left: that is the time
    the school was promised, and an outcome of yesterday does not move today's deadlines. Emergency callouts are no
    on-site engineer time of the agreement (Rule S8). Visits under an earlier contract of the school count too.
    """
    if not contract.package.clock_runs_in_visits:
        return
    rows = Visit.objects.filter(customer_id=contract.customer_id, state__in=TAKES_ENGINEER)
    zone = current_provider().time_zone
    times = [
        OnSite(day, local_time(starts_at, zone), local_time(ends_at, zone))
        for day, starts_at, ends_at in rows.exclude(kind=VisitKind.CALLOUT).values_list(
            "day", "starts_at", "ends_at"
        )
    ]
    on_site_times_set(customer_id=contract.customer_id, times=times, cause=cause)
