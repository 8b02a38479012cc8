"""Which open requests get other terms when the variations of their contract change, and giving them these terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from accounts.tenancy.memory import current_provider
from contracts.models import Contract, Variation
from contracts.selectors import NoPromise, agreed_terms
from contracts.variations import in_force, varied_terms
from sla.impact import Impact
from sla.models import Clock, ClockState, ServiceLevel
from sla.services.recomputation import Progress
from sla.services.terms_changes import clocks_change_terms
from sla.terms import ClockTerms
from sla.times import local_day, local_midnight
from sla.variants import variant_ensure


@dataclass(frozen=True, slots=True)
class Reading:
    """The variations of a contract, and the local day on which they are read."""

    rows: Sequence[Variation]
    day: date

    def for_request(self, started_on: date) -> list[Variation]:
        """Those that hold on that day for a request that came in on `started_on`."""
        return in_force(self.rows, started_on=started_on, seen_on=self.day)


def requests_move(
    *,
    contract: Contract,
    before: Reading,
    after: Reading,
    at: datetime,
    cause: str,
    progress: Progress | None = None,
) -> Impact:
    """Give every open clock of the contract what differs between two readings of its variations (rules P8, S13).

    Only what differs: the rest of its terms stays what the clock was started under.
    """
    wanted = dict(_wanted(contract, before, after))
    return clocks_change_terms(wanted=wanted, at=at, cause=cause, progress=progress)


def _wanted(contract: Contract, before: Reading, after: Reading) -> Iterable[tuple[int, ClockTerms]]:
    zone = current_provider().time_zone
    levels = {level.pk: level for level in ServiceLevel.objects.all()}
    known: dict[tuple[int, date], tuple[ClockTerms, ClockTerms] | None] = {}
    for clock in _open_clocks(contract, zone):
        key = clock.level_id, local_day(clock.started_at, zone)
        if key not in known:
            known[key] = _pair(
                contract, levels[key[0]], before.for_request(key[1]), after.for_request(key[1])
            )
        pair = known[key]
        if pair is not None:
            terms = _terms_of(clock)
            changed = replace(terms, **_differences(*pair))
            if _kept_by(clock, changed) != _kept_by(clock, terms):
                yield clock.pk, changed


def _open_clocks(contract: Contract, zone: str) -> Iterable[Clock]:
    """The open clocks of requests that came in while the contract held."""
    rows = Clock.objects.filter(
        customer_id=contract.customer_id,
        state__in=[ClockState.RUNNING, ClockState.PAUSED],
        started_at__gte=local_midnight(contract.starts_on, zone),
    )
    if contract.ends_on is not None:
        rows = rows.filter(started_at__lt=local_midnight(contract.ends_on + timedelta(days=1), zone))
    return rows.order_by("pk").iterator()


def _pair(
    contract: Contract, level: ServiceLevel, before: list[Variation], after: list[Variation]
) -> tuple[ClockTerms, ClockTerms] | None:
    if before == after:
        return None
    try:
        agreed = agreed_terms(contract=contract, level=level)
    except NoPromise:
        return None  # a level of another edition, which this contract promises nothing for
    old, new = (varied_terms(agreed, rows, find_calendar=variant_ensure) for rows in (before, after))
    return (old, new) if old != new else None


def _differences(old: ClockTerms, new: ClockTerms) -> dict[str, Any]:
    names = [one.name for one in fields(ClockTerms)]
    return {name: getattr(new, name) for name in names if getattr(new, name) != getattr(old, name)}


def _terms_of(clock: Clock) -> ClockTerms:
    """The terms that a clock has. It knows one allowance, its own."""
    return ClockTerms(
        level_id=clock.level_id,
        calendar_id=clock.calendar_id,
        response_minutes=clock.allowance_minutes,
        fix_minutes=clock.allowance_minutes,
        target_percent=clock.target_percent,
        warn_percent=clock.warn_percent,
        pausable_for=frozenset(clock.pausable_for),
    )


def _kept_by(clock: Clock, terms: ClockTerms) -> tuple[object, ...]:
    """What a clock of this kind keeps of terms."""
    return (
        terms.calendar_of(clock.kind),
        terms.allowance_minutes(clock.kind),
        terms.target_percent,
        terms.warn_percent,
        terms.pauses(clock.kind),
    )
