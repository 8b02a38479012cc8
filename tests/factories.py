"""Small factories of the rows that many tests need. Each works inside an open scope."""

from datetime import date, time
from typing import Any

from django.db import connection

from accounts.models import Customer, Provider
from accounts.services import customer_create
from accounts.tenancy.scope import Scope, open_scope
from sla.models import BusinessCalendar, Closure, ClosureKind, OpeningWindow, PublicHoliday, ServiceLevel
from sla.terms import ClockTerms
from sla.working_time import Nation, public_holidays

# Response and fix in working minutes (Rule S2).
HOURS = {"Urgent": (60, 480), "High": (120, 960), "Medium": (240, 2400), "Low": (480, 4800)}


def make_provider(slug: str = "concero", **fields: Any) -> Provider:
    """A provider, made in a scope of its own as its installation does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_provider_id_seq')")
        key = int(cursor.fetchone()[0])
    details = {
        "name": slug.title(),
        "support_email": f"help@{slug}.example",
        "reference_prefix": "TST",
        **fields,
    }
    with open_scope(Scope(provider_id=key)):
        return Provider.objects.create(pk=key, slug=slug, **details)


def make_customer(slug: str = "oakfield") -> Customer:
    """A school."""
    return customer_create(slug=slug, name=slug.title(), domains=(f"{slug}.example",))


def make_levels() -> dict[str, ServiceLevel]:
    """The four levels, by name."""
    return {
        name: ServiceLevel.objects.create(key=name.lower(), name=name, rank=rank, impact=name)
        for rank, name in enumerate(HOURS, start=1)
    }


def make_calendar(
    name: str = "Desk hours", *, closes: time = time(16, 30), **fields: Any
) -> BusinessCalendar:
    """Monday to Friday from 08:00, keeping public holidays and the provider's closures (Rule S3)."""
    calendar = BusinessCalendar.objects.create(name=name, **{"nation": Nation.ENGLAND_AND_WALES, **fields})
    for weekday in range(5):
        OpeningWindow.objects.create(calendar=calendar, weekday=weekday, opens=time(8), closes=closes)
    return calendar


def make_holidays(*, years: range = range(2026, 2029), nation: Nation = Nation.ENGLAND_AND_WALES) -> None:
    """The stored public holidays of some years."""
    PublicHoliday.objects.bulk_create(
        PublicHoliday(nation=nation, day=row.day, name=row.name) for row in public_holidays(nation, years)
    )


def make_shutdown(first: date = date(2026, 12, 24), last: date = date(2027, 1, 1)) -> Closure:
    """The Christmas shutdown of the worked examples."""
    return Closure.objects.create(
        kind=ClosureKind.SHUTDOWN, name="Christmas shutdown", first_day=first, last_day=last
    )


def make_terms(level: ServiceLevel, calendar: BusinessCalendar, **fields: Any) -> ClockTerms:
    """The promises of Rule S2 for one of the four levels."""
    response, fix = HOURS[level.name]
    details = {
        "response_minutes": response,
        "fix_minutes": fix,
        "target_percent": 95,
        "warn_percent": 75,
        **fields,
    }
    return ClockTerms(level_id=level.pk, calendar_id=calendar.pk, **details)
