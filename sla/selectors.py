"""What pages and commands ask about calendars."""

from datetime import date, timedelta

from django.db.models import QuerySet

from accounts.models import Provider
from accounts.tenancy.memory import remembered
from sla.models import BusinessCalendar, Closure, ClosureKind

# Asked for from September on: half a term's warning for visits and mail to schools.
ASK_FROM_MONTH = 9


def shutdown_missing(provider: Provider, on: date) -> int | None:
    """The year of the Christmas whose shutdown has to be entered, from 1 September on; else None (Rule S3).

    `on` is a local date. A provider without a calendar that keeps closures has no shutdown.
    """
    year = on.year if on.month >= ASK_FROM_MONTH else None
    if year is None or not BusinessCalendar.objects.filter(provider=provider, keeps_closures=True).exists():
        return None
    entered = Closure.objects.filter(
        provider=provider,
        customer__isnull=True,
        kind=ClosureKind.SHUTDOWN,
        last_day__gte=date(year, 12, 1),
        first_day__lte=date(year + 1, 1, 31),
    )
    return None if entered.exists() else year


def calendars_of_hours() -> QuerySet[BusinessCalendar]:
    """The calendars that people keep and choose from: no variants, and not the engineers' visits."""
    rows = BusinessCalendar.objects.filter(follows=None, runs_in_visits=False)
    return rows.order_by("-is_default", "name")


def visits_calendar_id() -> int:
    """The calendar of clocks that run only while an engineer is at the customer's (Rule S7). Each provider has one."""
    return remembered(
        "sla.visits_calendar",
        lambda: BusinessCalendar.objects.values_list("pk", flat=True).get(runs_in_visits=True),
    )


def closures_ahead(*, on: date, days: int, customer_id: int | None = None) -> list[Closure]:
    """Closures and extra openings from a local date on, the provider's and one customer's own."""
    rows = Closure.objects.filter(last_day__gte=on, first_day__lt=on + timedelta(days=days))
    return [row for row in rows if row.customer_id in {None, customer_id}]
