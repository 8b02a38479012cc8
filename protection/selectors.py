"""What is due, what is held back, what would go (Rule T7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import Person
from accounts.protecting import RecordKind, record_kinds
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_system
from protection.models import Hold, RetentionRule, RetentionRun
from sla.times import local_day


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would go of one kind on a day."""

    kind: RecordKind
    count: int
    oldest: datetime | None
    held: int


def kind_of(key: str) -> RecordKind:
    """The kind of record of this key. Raises KeyError for one that this version does not know."""
    return {one.key: one for one in record_kinds()}[key]


def holds_now(*, today: date | None = None) -> QuerySet[Hold]:
    """Holds that hold today."""
    day = today or local_day(timezone.now(), current_provider().time_zone)
    return Hold.objects.filter(ended_at__isnull=True).filter(Q(until__isnull=True) | Q(until__gte=day))


def rows_over(kind: RecordKind, before: datetime) -> QuerySet[Any]:
    """What of this kind has lived long enough and is not held. Needs the open system scope."""
    rows = kind.rows(before)
    for held in _held(kind):
        rows = rows.exclude(held)
    return rows


def _held(kind: RecordKind) -> Iterable[Q]:
    holds = holds_now()
    tickets = holds.filter(ticket__isnull=False).values("ticket")
    people = holds.filter(person__isnull=False).values("person")
    if kind.ticket:
        yield Q(**{f"{kind.ticket}__in": tickets})
        if kind.ticket != "pk":
            yield Q(**{f"{kind.ticket}__requester__in": people})
    for look_up in kind.people:
        yield Q(**{f"{look_up}__in": people})
    if kind.addresses:
        emails = list(Person.objects.filter(pk__in=people).values_list("email", flat=True))
        overlaps = kind.addresses.endswith("recipients")
        yield Q(**{f"{kind.addresses}__{'overlap' if overlaps else 'in'}": emails})


def forecasts(days: dict[str, int | None], *, at: datetime) -> list[Forecast]:
    """What would go at that instant of each kind that is not kept for ever. Counts tell nothing of contents."""
    with as_system():
        return [
            _forecast(kind, at - timedelta(days=kept))
            for kind in record_kinds()
            if (kept := days.get(kind.key)) is not None
        ]


def _forecast(kind: RecordKind, before: datetime) -> Forecast:
    numbers = rows_over(kind, before).aggregate(count=Count("pk", distinct=True), oldest=Min(kind.began))
    everything = kind.rows(before).aggregate(count=Count("pk", distinct=True))["count"]
    return Forecast(kind, numbers["count"], numbers["oldest"], everything - numbers["count"])


def days_now() -> dict[str, int | None]:
    """The periods that hold, by kind; a kind without one is kept."""
    return dict(RetentionRule.objects.values_list("kind", "days"))


def runs_newest() -> QuerySet[RetentionRun]:
    """What went, the newest first."""
    return RetentionRun.objects.order_by("-id")
