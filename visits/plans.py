"""Reads of proposals: by school, by engineer, by week."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from accounts.models import Person
from contracts.models import Contract
from visits.models import PlanGap, PlannedVisit, VisitPlan


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One contract in a proposal: of `to_plan` visits so many are planned; `later` ones lie after the plan's days."""

    contract: Contract
    to_plan: int
    planned: int
    in_term: int
    edited: int
    booked: int
    later: int
    gaps: list[PlanGap] = field(default_factory=list)
    has_terms: bool = True

    @property
    def outside_term(self) -> int:
        return self.planned - self.in_term


@dataclass(frozen=True, slots=True)
class EngineerLine:
    """The visits of a proposal that one engineer makes, and to how many schools."""

    engineer: Person
    visits: int
    schools: int


def school_lines(plan: VisitPlan) -> list[SchoolLine]:
    """Every contract of a proposal by its school's name. Three queries."""
    counts = {
        row["contract"]: row
        for row in plan.planned.order_by()
        .values("contract")
        .annotate(
            planned=Count("pk"),
            term=Count("pk", filter=Q(in_term=True)),
            edited=Count("pk", filter=Q(is_edited=True)),
            booked=Count("pk", filter=Q(visit__isnull=False)),
        )
    }
    gaps: dict[int, list[PlanGap]] = {}
    for gap in plan.gaps.all():
        gaps.setdefault(gap.contract_id, []).append(gap)
    to_plan, later = _by_id(plan, "to_plan"), _by_id(plan, "later")
    keys = {*counts, *gaps, *to_plan}
    contracts = Contract.objects.filter(pk__in=keys).select_related("customer", "package")
    without = set(plan.figures.get("without_terms", []))
    nothing = {"planned": 0, "term": 0, "edited": 0, "booked": 0}
    return [
        SchoolLine(
            contract=contract,
            to_plan=to_plan[contract.pk],
            planned=(count := counts.get(contract.pk, nothing))["planned"],
            in_term=count["term"],
            edited=count["edited"],
            booked=count["booked"],
            later=later[contract.pk],
            gaps=gaps.get(contract.pk, []),
            has_terms=contract.pk not in without,
        )
        for contract in contracts.order_by("customer__name", "pk")
    ]


def engineer_lines(plan: VisitPlan) -> list[EngineerLine]:
    """Who makes how many visits of a proposal, the busiest first."""
    rows = (
        plan.planned.order_by()
        .values("engineer")
        .annotate(visits=Count("pk"), schools=Count("contract", distinct=True))
    )
    people = Person.objects.in_bulk([row["engineer"] for row in rows])
    lines = [EngineerLine(people[row["engineer"]], row["visits"], row["schools"]) for row in rows]
    return sorted(lines, key=lambda line: (-line.visits, line.engineer.name))


@dataclass(frozen=True, slots=True)
class WeekTable:
    """A week of a proposal: for each engineer the visits of each day from Monday to Friday."""

    days: list[date]
    rows: list[tuple[Person, list[list[PlannedVisit]]]]


def week_table(plan: VisitPlan, monday: date) -> WeekTable:
    """The week that begins on a Monday."""
    days = [monday + timedelta(days=number) for number in range(5)]
    planned = plan.planned.filter(day__range=(days[0], days[-1]))
    by_place: dict[Person, dict[date, list[PlannedVisit]]] = {}
    for one in planned.select_related("slot", "engineer", "contract__customer"):
        by_place.setdefault(one.engineer, {}).setdefault(one.day, []).append(one)
    people = sorted(by_place, key=lambda person: (person.name, person.pk))
    return WeekTable(days, [(one, [by_place[one].get(day, []) for day in days]) for one in people])


def totals(lines: Iterable[SchoolLine]) -> dict[str, int]:
    """The sums of a proposal."""
    found = list(lines)
    return {
        "schools": len(found),
        "to_plan": sum(line.to_plan for line in found),
        "planned": sum(line.planned for line in found),
        "outside_term": sum(line.outside_term for line in found),
        "booked": sum(line.booked for line in found),
        "later": sum(line.later for line in found),
        "missing": sum(max(0, line.to_plan - line.planned - line.later) for line in found),
    }


def _by_id(plan: VisitPlan, name: str) -> Counter[int]:
    figures: dict[str, Any] = plan.figures.get(name, {})
    return Counter({int(key): int(number) for key, number in figures.items()})
