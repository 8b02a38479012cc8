"""Whether a school can be visited then, and if not, why: on-site hours, holidays, closures (rules S3, P2).

Visits keep to the public holidays of the desk's nation and of the school's. What opens a calendar for once opens it
for the desk alone: visits are never in evenings, at weekends, on public holidays or in the Christmas shutdown.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.tenancy.memory import current_provider, remembered
from contracts.models import Contract, Variation, Varied
from contracts.variations import variations_of
from sla.calendars import AGREED, HOLIDAYS, calendar_spec
from sla.explain import reason_words
from sla.models import PublicHoliday
from sla.working_time import (
    CalendarException,
    CalendarSpec,
    Gap,
    Layer,
    LayerKind,
    ReasonKind,
    Timeline,
    working_time_for,
)
from visits.models import VisitPolicy
from visits.periods import DAY, Span
from visits.when import When, instants_of

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why it cannot be, and the field of a form to say it at."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class OnSiteHours:
    """When one school can be visited. `time_zone` is the provider's, in which slots are told."""

    timeline: Timeline
    time_zone: str

    def hindrance(self, when: When, *, start_only: bool = False) -> Hindrance | None:
        """What stands against this time; with `start_only`, against beginning then (Rule P4)."""
        if when.day.weekday() >= SATURDAY:
            return Hindrance("day", _("Visits do not take place at weekends."))
        starts_at, ends_at = instants_of(when, self.time_zone)
        if start_only:
            ends_at = starts_at + timedelta(minutes=1)
        rows = self.timeline.explain(starts_at, ends_at)
        reasons = [reason for row in rows if isinstance(row, Gap) for reason in row.reasons]
        if not reasons:
            return None
        is_hours = all(reason.kind == ReasonKind.OUTSIDE_HOURS for reason in reasons)
        why = ", ".join(dict.fromkeys(reason_words(reason) for reason in reasons))
        words = _("We cannot be on site then: %(why)s.") % {"why": why}
        return Hindrance("starts" if is_hours else "day", words)

    def days(self, span: Span) -> "OpenDays":
        """When it is open in a span of local days."""
        zone = ZoneInfo(self.time_zone)
        first = datetime.combine(span.first, datetime.min.time(), zone).astimezone(UTC)
        last = datetime.combine(span.last + DAY, datetime.min.time(), zone).astimezone(UTC)
        found = self.timeline.open_between(first, last) if span.first <= span.last else []
        return OpenDays(
            [(_naive(starts, zone), _naive(ends, zone)) for starts, ends in found],
        )


@dataclass(frozen=True, slots=True)
class OpenDays:
    """Open stretches in local time, in order."""

    stretches: list[tuple[datetime, datetime]]

    def allow(self, when: When) -> bool:
        """Whether the whole time is open."""
        starts, ends = datetime.combine(when.day, when.starts), datetime.combine(when.day, when.ends)
        place = bisect_right(self.stretches, starts, key=lambda stretch: stretch[0]) - 1
        return place >= 0 and ends <= self.stretches[place][1] and when.day.weekday() < SATURDAY

    def __iter__(self) -> Iterator[date]:
        """The days with some opening, each once. At weekends nobody is visited."""
        days = dict.fromkeys(starts.date() for starts, _ends in self.stretches)
        return (day for day in days if day.weekday() < SATURDAY)


def visit_policy() -> VisitPolicy:
    """What holds for the provider's visits. Raises ValidationError where nobody has set on-site hours."""
    rows = VisitPolicy.objects.select_related("on_site_hours")
    policy = remembered("visit_policy", rows.first)
    if policy is None:
        raise ValidationError(_("There are no on-site hours yet. An administrator sets them first."))
    return policy


def on_site_hours_for(contract: Contract, variations: Iterable[Variation] | None = None) -> OnSiteHours:
    """When the contract's school can be visited, as of now. Holds the calendars to the end of the transaction.

    Reads the contract's customer. `variations` are the contract's, where the caller has them already. Raises
    ValidationError where nobody has set on-site hours.
    """
    provider, calendar = current_provider(), visit_policy().on_site_hours
    spec = _closing_only(calendar_spec(calendar, contract.customer_id))
    rows = variations_of(contract) if variations is None else variations
    nations = frozenset({provider.nation, contract.customer.nation} - {calendar.nation})
    holidays = remembered(("holidays", nations), lambda: _holidays(nations))
    extra = (
        Layer(HOLIDAYS, LayerKind.PUBLIC_HOLIDAYS, holidays),
        Layer(AGREED, LayerKind.CUSTOMER_EXCEPTIONS, tuple(_agreed_closures(rows))),
    )
    layers = (*spec.layers, *(layer for layer in extra if layer.exceptions))
    return OnSiteHours(working_time_for(replace(spec, layers=layers)), provider.time_zone)


def _holidays(nations: Collection[str]) -> tuple[CalendarException, ...]:
    rows = PublicHoliday.objects.filter(nation__in=nations)
    return tuple(CalendarException.closed_days(row.name, row.day) for row in rows)


def _closing_only(spec: CalendarSpec) -> CalendarSpec:
    return replace(
        spec,
        layers=tuple(
            replace(layer, exceptions=tuple(one for one in layer.exceptions if not one.opens))
            for layer in spec.layers
        ),
    )


def _agreed_closures(variations: Iterable[Variation]) -> Iterator[CalendarException]:
    """The closures that variations agree, on the days on which they hold (Rule P8)."""
    for row in variations:
        if row.varied == Varied.CLOSURE and row.is_closed and row.first_day and row.last_day:
            first = max(row.first_day, row.holds_from)
            last = min(row.last_day, row.holds_until or row.last_day)
            if first <= last:
                yield CalendarException.closed_days(row.words, first, last)


def _naive(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)
