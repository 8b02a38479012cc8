"""Reads of variations: the terms, clauses and visits of a contract on a day, as varied (Rule P8)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date

from accounts.tenancy.memory import remembered
from contracts.models import Contract, PackageClause, PausePolicy, Variation, Varied
from contracts.variations.folding import in_force
from sla.calendars import calendar_revision
from sla.models import BusinessCalendar
from sla.terms import ClockTerms
from sla.variants import OwnDays, variant_find

PAUSABLE_FOR: dict[str, frozenset[str]] = {
    PausePolicy.STRICT: frozenset(),
    PausePolicy.FIX_WAITS_FOR_CUSTOMER: frozenset({"customer"}),
    PausePolicy.FIX_WAITS_FOR_ANYONE: frozenset({"customer", "third_party"}),
}
FindCalendar = Callable[[int, Collection[OwnDays]], int | None]


class NoVariant(LookupError):
    """Nobody has made the calendar that the variations ask for; whoever saves a variation makes it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a contract says on a day about everything but its levels. `variations` are those that hold."""

    calendar: BusinessCalendar
    own_days: tuple[OwnDays, ...]
    pause_policy: PausePolicy
    visits_purchased: int
    visit_window: str
    variations: tuple[Variation, ...]


def variations_of(contract: Contract) -> list[Variation]:
    """The contract's variations that nothing has replaced, past and coming ones included."""
    rows = Variation.objects.filter(contract_id=contract.pk, period__isnull=False)
    return list(rows.select_related("calendar", "level", "approved_by"))


def variations_of_many(contracts: Collection[Contract]) -> dict[int, list[Variation]]:
    """The same of many contracts, by their ids, in one query."""
    found: dict[int, list[Variation]] = {contract.pk: [] for contract in contracts}
    rows = Variation.objects.filter(contract_id__in=found, period__isnull=False)
    for row in rows.select_related("calendar", "level", "approved_by"):
        found[row.contract_id].append(row)
    return found


def variations_held(contract: Contract) -> list[Variation]:
    """The same, held to the end of the transaction: whoever saves another waits, and then finds the clocks that
    start now.
    """

    def read() -> list[Variation]:
        calendar_revision()
        return variations_of(contract)

    return remembered(("variations", contract.pk), read)


def varied_terms(
    terms: ClockTerms, rows: Iterable[Variation], *, find_calendar: FindCalendar = variant_find
) -> ClockTerms:
    """The terms of a level with these variations, which all hold. Raises NoVariant."""
    calendar_id, days = terms.calendar_id, []
    for row in rows:
        if row.level_id is not None and row.level_id != terms.level_id:
            continue
        number = row.number or 0  # the database lets no row of a kind that counts be without
        match row.varied:
            case Varied.CALENDAR:
                calendar_id = row.calendar_id or calendar_id
            case Varied.CLOSURE:
                days.append(_own_days(row))
            case Varied.RESPONSE:
                terms = replace(terms, response_minutes=number)
            case Varied.FIX:
                terms = replace(terms, fix_minutes=number)
            case Varied.TARGET:
                terms = replace(terms, target_percent=number)
            case Varied.PAUSE:
                terms = replace(terms, pausable_for=PAUSABLE_FOR[row.choice])
    found = find_calendar(calendar_id, days)
    if found is None:
        raise NoVariant(f"Calendar {calendar_id} has no variant with these days.")
    return replace(terms, calendar_id=found)


def own_days_in(rows: Iterable[Variation]) -> tuple[OwnDays, ...]:
    """The closures that these variations agree, or agree away."""
    return tuple(_own_days(row) for row in rows if row.varied == Varied.CLOSURE)


def varied_clauses(contract: Contract, day: date, clauses: Iterable[PackageClause]) -> list[PackageClause]:
    """The clauses of the contract's package as they read on a local day (rules P1, P8).

    A varied clause is an unsaved copy with the answer and wording that were agreed; its `limits` are empty, since
    they were those of other words. A topic that the package says nothing about comes last.
    """
    return clauses_under(contract, in_force(variations_of(contract), started_on=day, seen_on=day), clauses)


def clauses_under(
    contract: Contract, rows: Iterable[Variation], clauses: Iterable[PackageClause]
) -> list[PackageClause]:
    """The clauses as they read under variations that all hold: see `varied_clauses`."""
    agreed = {row.topic: row for row in rows if row.varied == Varied.CLAUSE}
    found = []
    for clause in clauses:
        row = agreed.pop(clause.topic, None)
        found.append(_agreed(copy(clause), row) if row else clause)
    blank = [PackageClause(package_id=contract.package_id, topic=topic) for topic in agreed]
    return [*found, *(_agreed(clause, agreed[clause.topic]) for clause in blank)]


def standing_on(contract: Contract, day: date, variations: Iterable[Variation] | None = None) -> Standing:
    """What the contract says on a local day. Reads the calendar and the package of the contract.

    `variations` are those of the contract that nothing replaces, where the caller has them already.
    """
    known = variations_of(contract) if variations is None else variations
    rows = in_force(known, started_on=day, seen_on=day)
    by_kind = {row.varied: row for row in rows}
    calendar, pause = by_kind.get(Varied.CALENDAR), by_kind.get(Varied.PAUSE)
    return Standing(
        calendar=calendar.calendar if calendar and calendar.calendar else contract.calendar,
        own_days=own_days_in(rows),
        pause_policy=PausePolicy(pause.choice if pause else contract.pause_policy),
        visits_purchased=_visits(contract, rows),
        visit_window=_window(contract, rows),
        variations=tuple(rows),
    )


def visits_purchased_on(contract: Contract, day: date, variations: Iterable[Variation] | None = None) -> int:
    """How many visits a year the contract includes on a local day (rules P2, P8). `variations` as in `standing_on`."""
    rows = variations_of(contract) if variations is None else variations
    return _visits(contract, in_force(rows, started_on=day, seen_on=day))


def visit_window_on(contract: Contract, day: date, variations: Iterable[Variation] | None = None) -> str:
    """Within what time purchased visits are delivered, a `VisitWindow`, on a local day (rules P2, P8).

    `variations` as in `standing_on`.
    """
    rows = variations_of(contract) if variations is None else variations
    return _window(contract, in_force(rows, started_on=day, seen_on=day))


def _visits(contract: Contract, rows: Sequence[Variation]) -> int:
    agreed = [row.number for row in rows if row.varied == Varied.VISITS and row.number is not None]
    return agreed[-1] if agreed else contract.visits_purchased


def _window(contract: Contract, rows: Sequence[Variation]) -> str:
    agreed = [row.choice for row in rows if row.varied == Varied.WINDOW]
    return agreed[-1] if agreed else contract.package.visit_window


def _own_days(row: Variation) -> OwnDays:
    assert row.first_day is not None
    assert row.last_day is not None
    return OwnDays(row.first_day, row.last_day, bool(row.is_closed), row.words if row.is_closed else "")


def _agreed(clause: PackageClause, row: Variation) -> PackageClause:
    clause.pk = None
    clause.answer, clause.wording, clause.limits = row.choice, row.words, {}
    return clause
