"""Variants of a calendar: the same hours, holidays and closures, but for days that were agreed with one customer.

A variant is a calendar row that follows another one, so that clocks, recomputations and explanations need to know
nothing of it: an edit of the calendar that it follows reaches it too.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from sla.models import BusinessCalendar
from sla.working_time import CalendarException

NAME_KEPT = 55


@dataclass(frozen=True, order=True, slots=True)
class OwnDays:
    """Local days, both included. `closed`: closed on them too; else the provider's closures do not hold on them.

    Public holidays are no closures of the provider: they hold on all days.
    """

    first_day: date
    last_day: date
    closed: bool
    name: str = ""


def variant_key(days: Iterable[OwnDays]) -> str:
    """The same text for the same days."""
    return hashlib.sha256(json.dumps(_plain(days)).encode()).hexdigest()


def variant_find(calendar_id: int, days: Collection[OwnDays]) -> int | None:
    """The calendar itself where there are no own days, else its variant, or None where nobody has made it yet."""
    if not days:
        return calendar_id
    rows = BusinessCalendar.objects.filter(follows_id=calendar_id, variant_key=variant_key(days))
    return rows.values_list("pk", flat=True).first()


def variant_ensure(calendar_id: int, days: Collection[OwnDays]) -> int:
    """The calendar with these days of its own, made where there is none yet."""
    found = variant_find(calendar_id, days)
    if found is not None:
        return found
    calendar = BusinessCalendar.objects.get(pk=calendar_id)
    key = variant_key(days)
    made = BusinessCalendar.objects.create(
        name=_("%(calendar)s, as agreed (%(key)s)") % {"calendar": calendar.name[:NAME_KEPT], "key": key[:6]},
        time_zone=calendar.time_zone,
        keeps_closures=False,
        follows=calendar,
        own_days=_plain(days),
        variant_key=key,
    )
    return made.pk


def with_variants(condition: Q) -> list[int]:
    """The ids of calendars that fit, and of the variants that follow one of them."""
    own = BusinessCalendar.objects.filter(condition, follows__isnull=True)
    found = BusinessCalendar.objects.filter(Q(pk__in=own.values("pk")) | Q(follows__in=own.values("pk")))
    return list(found.values_list("pk", flat=True))


def own_days_of(calendar: BusinessCalendar) -> list[OwnDays]:
    """The days of a variant; none of any other calendar."""
    return [
        OwnDays(
            date.fromisoformat(row["first_day"]),
            date.fromisoformat(row["last_day"]),
            row["closed"],
            row["name"],
        )
        for row in calendar.own_days
    ]


def closures_left(
    closures: Iterable[CalendarException], days: Iterable[OwnDays]
) -> tuple[CalendarException, ...]:
    """The provider's closures without the days on which they do not hold; what opens for once stays."""
    left = list(closures)
    for one in days:
        if not one.closed:
            starts = datetime.combine(one.first_day, time.min)
            ends = datetime.combine(one.last_day + timedelta(days=1), time.min)
            left = [piece for closure in left for piece in _cut(closure, starts, ends)]
    return tuple(left)


def _cut(closure: CalendarException, starts: datetime, ends: datetime) -> list[CalendarException]:
    if closure.opens or closure.ends <= starts or closure.starts >= ends:
        return [closure]
    spans = [(closure.starts, min(closure.ends, starts)), (max(closure.starts, ends), closure.ends)]
    return [CalendarException(first, last, closure.name) for first, last in spans if first < last]


def _plain(days: Iterable[OwnDays]) -> list[dict[str, Any]]:
    return [
        {**asdict(one), "first_day": one.first_day.isoformat(), "last_day": one.last_day.isoformat()}
        for one in sorted(days)
    ]
