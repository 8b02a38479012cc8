"""What a contract allows on a day and what is taken of it, read from the records (rules P5, P9).

Nothing is stored: visits and sessions say what is taken, the contract and its variations what was purchased, the
package's rules over which days it is counted. The ledger tells the same again; `ledger_differences` compares.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, IntegerField, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import JSONObject

from contracts.models import Contract, Variation, VisitWindow
from contracts.variations import variations_of, variations_of_many, visit_window_on, visits_purchased_on
from visits.models import (
    USES_ALLOWANCE,
    AllowanceEntry,
    AllowanceKind,
    AllowanceRule,
    FairUseAgreement,
    Period,
    RemoteSession,
    Visit,
    VisitState,
)
from visits.periods import DAY, Span, contract_year, delivery_window, school_year

# Over which days is counted what a package has no rule for.
USUAL_PERIOD: dict[str, Period] = {
    AllowanceKind.SCHEDULED_VISIT: Period.WINDOW,
    AllowanceKind.ON_DEMAND_VISIT: Period.SCHOOL_YEAR,
    AllowanceKind.REMOTE_SESSION: Period.SCHOOL_YEAR,
}
# What was used and what is booked of one kind on each day.
Uses = Mapping[str, Mapping[date, tuple[int, int]]]
SESSION_COUNTS = Q(in_lieu_of__isnull=True, undone_at__isnull=True)
WINDOW_WEEKS: dict[str, int] = {VisitWindow.WEEKS_52: 52, VisitWindow.WEEKS_46: 46}


class AllowanceState(StrEnum):
    """How far it is used: less than the first warning, warned of, all of it, more than all."""

    FINE = "fine"
    WARNED = "warned"
    SPENT = "spent"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Allowance:
    """One kind of use in the period of a day.

    `purchased` is None where nothing is bought by number; then `norm` may say what is fair, or nothing is limited.
    `used` is delivered, `booked` lies ahead. `deliver_by` is the last day for a purchased visit.
    """

    kind: AllowanceKind
    span: Span
    deliver_by: date
    purchased: int | None
    carried: int
    norm: int | None
    warn_at: tuple[int, ...]
    used: int
    booked: int

    @property
    def taken(self) -> int:
        return self.used + self.booked

    @property
    def limit(self) -> int | None:
        """All that may be used before there is something to talk about; None: without a limit."""
        return self.norm if self.purchased is None else self.purchased + self.carried

    @property
    def left(self) -> int | None:
        """What is neither used nor booked; negative after an emergency callout with none left (Rule P4)."""
        return None if self.limit is None else self.limit - self.taken

    @property
    def counted(self) -> int:
        """What warnings count: purchased visits are meant to be booked early, so only the delivered ones."""
        return self.taken if self.purchased is None else self.used

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all of it. None without a limit, and of nothing."""
        return 100 * self.counted // self.limit if self.limit else None

    @property
    def is_past(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def state(self) -> AllowanceState:
        if self.limit is None:
            return AllowanceState.FINE
        if self.is_past:
            return AllowanceState.PAST
        if self.counted and self.counted >= self.limit:
            return AllowanceState.SPENT
        warned = [percent for percent in self.warn_at if self.percent is not None and self.percent >= percent]
        return AllowanceState.WARNED if warned else AllowanceState.FINE


@dataclass(frozen=True, slots=True)
class AllowanceBook:
    """What decides a contract's allowances, read once: variations, the package's rules, what was agreed instead.

    `uses`: what was taken of it, where that was read for many contracts at once; None: it is asked for each span.
    """

    contract: Contract
    variations: Sequence[Variation]
    rules: dict[str, AllowanceRule]
    norms: dict[str, int]
    uses: Uses | None = None

    def window_on(self, day: date) -> str:
        """Within what time purchased visits are delivered, a `VisitWindow`."""
        return visit_window_on(self.contract, day, self.variations)

    def purchased_on(self, day: date) -> int:
        """Visits a year, of any window."""
        return visits_purchased_on(self.contract, day, self.variations)

    def deliver_by(self, day: date) -> date:
        """The last day for the visits of the contract year in which `day` lies (Rule P2)."""
        weeks = WINDOW_WEEKS.get(self.window_on(day))
        starts_on = self.contract.starts_on
        span = contract_year(starts_on, day) if weeks is None else delivery_window(starts_on, day, weeks)
        return span.until(self.contract.ends_on).last

    def allowance(self, kind: AllowanceKind, day: date, *, without: Visit | None = None) -> Allowance:
        """See `allowance_of`."""
        day = self._inside(day)
        rule = self.rules.get(kind)
        span = self._span(kind, day)
        used, booked = self._taken(kind, span, without)
        return Allowance(
            kind=kind,
            span=span,
            deliver_by=self.deliver_by(day) if kind == AllowanceKind.SCHEDULED_VISIT else span.last,
            purchased=self._purchased(kind, day),
            carried=self._carried(kind, rule.carry_over, span) if rule and rule.carry_over else 0,
            norm=self._norm(kind),
            warn_at=tuple(sorted(rule.warn_at)) if rule else (),
            used=used,
            booked=booked,
        )

    def _inside(self, day: date) -> date:
        return max(self.contract.starts_on, min(day, self.contract.ends_on or day))

    def _span(self, kind: str, day: date) -> Span:
        rule = self.rules.get(kind)
        if (rule.period if rule else USUAL_PERIOD[kind]) == Period.SCHOOL_YEAR:
            return school_year(day)
        return contract_year(self.contract.starts_on, day)

    def _purchased(self, kind: str, day: date) -> int | None:
        if kind != AllowanceKind.SCHEDULED_VISIT or self.window_on(day) == VisitWindow.FULL_TIME:
            return None
        return self.purchased_on(day)

    def _norm(self, kind: str) -> int | None:
        """The threshold agreed for this contract, else its package's (Rule P5)."""
        if kind == AllowanceKind.SCHEDULED_VISIT:
            return None
        rule = self.rules.get(kind)
        return self.norms.get(kind, rule.norm if rule else None)

    def _carried(self, kind: AllowanceKind, most: int, span: Span) -> int:
        """What the periods before left, at most so many each time. Debts are not carried."""
        carried, before = 0, self._span(kind, self.contract.starts_on)
        while before.last < span.first:
            purchased = self._purchased(kind, self._inside(before.last))
            granted = (self._norm(kind) or 0) if purchased is None else purchased
            left = granted + carried - sum(self._taken(kind, before, None))
            carried = min(most, max(0, left))
            before = self._span(kind, before.last + DAY)
        return carried

    def _taken(self, kind: AllowanceKind, span: Span, without: Visit | None) -> tuple[int, int]:
        if self.uses is None or without is not None:
            return _taken(self.contract, kind, span, without)
        days = [taken for day, taken in self.uses.get(kind, {}).items() if span.first <= day <= span.last]
        return sum(used for used, _booked in days), sum(booked for _used, booked in days)


def allowance_book(contract: Contract) -> AllowanceBook:
    """Read what decides the contract's allowances. Reads its package."""
    rules = AllowanceRule.objects.filter(package_id=contract.package_id)
    agreed = FairUseAgreement.objects.filter(contract=contract)
    return AllowanceBook(
        contract=contract,
        variations=variations_of(contract),
        rules={rule.kind: rule for rule in rules},
        norms=dict(agreed.values_list("kind", "norm")),
    )


def allowance_books(contracts: Collection[Contract]) -> dict[int, AllowanceBook]:
    """The books of many contracts, by their ids, with what was taken, in three queries."""
    variations, uses = variations_of_many(contracts), _uses_of(contracts)
    agreed = FairUseAgreement.objects.filter(contract=OuterRef("pk")).values(
        row=JSONObject(kind="kind", norm="norm")
    )
    rules = AllowanceRule.objects.filter(package=OuterRef("package")).values(
        row=JSONObject(**{name: name for name in ("kind", "period", "norm", "carry_over", "warn_at")})
    )
    rows = Contract.objects.filter(pk__in=variations).annotate(
        its_norms=ArraySubquery(agreed), its_rules=ArraySubquery(rules)
    )
    by_key = {one.pk: one for one in contracts}
    return {
        key: AllowanceBook(
            contract=by_key[key],
            variations=variations[key],
            rules={rule["kind"]: AllowanceRule(**rule) for rule in its_rules},
            norms={norm["kind"]: norm["norm"] for norm in its_norms},
            uses=uses[key],
        )
        for key, its_norms, its_rules in rows.values_list("pk", "its_norms", "its_rules")
    }


def allowance_of(contract: Contract, kind: AllowanceKind, day: date) -> Allowance:
    """The allowance of the period in which a local day lies. A day outside the contract counts as its nearest."""
    return allowance_book(contract).allowance(kind, day)


def allowances_of(contract: Contract, day: date, book: AllowanceBook | None = None) -> list[Allowance]:
    """All that applies to the contract: what its package has a rule for, was purchased, or is used all the same.

    `book` is the contract's, where the caller has read it already.
    """
    book = book or allowance_book(contract)
    found = [book.allowance(kind, day) for kind in AllowanceKind]
    is_full_time = book.window_on(day) == VisitWindow.FULL_TIME  # such days on site are no use of anything
    return [
        one
        for one in found
        if one.purchased
        or one.taken
        or (one.kind in book.rules and not (is_full_time and one.kind == AllowanceKind.SCHEDULED_VISIT))
    ]


def ledger_left(contract: Contract, kind: AllowanceKind, day: date) -> int | None:
    """What is left by the ledger: always the same as `allowance_of(…).left` (Rule P9)."""
    allowance = allowance_of(contract, kind, day)
    if allowance.limit is None:
        return None
    lines = AllowanceEntry.objects.filter(
        contract=contract, kind=kind, day__range=(allowance.span.first, allowance.span.last)
    )
    return allowance.limit + (lines.aggregate(total=Sum("quantity"))["total"] or 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """A day on which ledger and records disagree: `lines` is what the ledger took, `records` what really was."""

    kind: str
    day: date
    lines: int
    records: int


def ledger_differences(contract: Contract) -> list[Difference]:
    """Where the contract's ledger and its records disagree; empty at all times (Rule P9)."""
    ledger = _by_day(
        AllowanceEntry.objects.filter(contract=contract)
        .values_list("kind", "day")
        .annotate(number=-Sum("quantity"))
        .order_by()
    )
    records = _by_day(
        Visit.objects.filter(contract=contract, state__in=USES_ALLOWANCE)
        .exclude(uses="")
        .values_list("uses", "day")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for day, number in _sessions(contract).values_list("day").annotate(number=Count("pk")).order_by():
        records[AllowanceKind.REMOTE_SESSION, day] = number
    return [
        Difference(kind, day, ledger.get((kind, day), 0), records.get((kind, day), 0))
        for kind, day in sorted({*ledger, *records})
        if ledger.get((kind, day), 0) != records.get((kind, day), 0)
    ]


def _by_day(rows: Iterable[tuple[str, date, int]]) -> dict[tuple[str, date], int]:
    return {(kind, day): number for kind, day, number in rows}


def _taken(contract: Contract, kind: AllowanceKind, span: Span, without: Visit | None) -> tuple[int, int]:
    """Used and booked in a span."""
    days = (span.first, span.last)
    if kind == AllowanceKind.REMOTE_SESSION:
        return _sessions(contract).filter(day__range=days).count(), 0
    rows = Visit.objects.filter(contract=contract, uses=kind, day__range=days, state__in=USES_ALLOWANCE)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    found = rows.aggregate(all=Count("pk"), booked=Count("pk", filter=Q(state=VisitState.BOOKED)))
    return found["all"] - found["booked"], found["booked"]


def _uses_of(contracts: Collection[Contract]) -> dict[int, dict[str, dict[date, tuple[int, int]]]]:
    """What was used and what is booked, by contract, kind and day, in one query; counts what `_taken` counts."""
    booked = Count("pk", filter=Q(state=VisitState.BOOKED))
    visits = Visit.objects.filter(contract__in=contracts, state__in=USES_ALLOWANCE).exclude(uses="")
    sessions = RemoteSession.objects.filter(SESSION_COUNTS, contract__in=contracts)
    kind = Value(AllowanceKind.REMOTE_SESSION.value, output_field=CharField())
    rows = (
        visits.order_by()
        .values_list("contract_id", "uses", "day")
        .annotate(all=Count("pk"), booked=booked)
        .union(
            sessions.order_by()
            .annotate(uses=kind)
            .values_list("contract_id", "uses", "day")
            .annotate(all=Count("pk"), booked=Value(0, output_field=IntegerField())),
            all=True,
        )
    )
    found: dict[int, dict[str, dict[date, tuple[int, int]]]] = {
        one.pk: defaultdict(dict) for one in contracts
    }
    for key, uses, day, number, ahead in rows:
        found[key][uses][day] = (number - ahead, ahead)
    return found


def _sessions(contract: Contract) -> QuerySet[RemoteSession]:
    """Those that count: in lieu of a visit they use up nothing, for the visit does already (Rule P3)."""
    return RemoteSession.objects.filter(SESSION_COUNTS, contract=contract)
