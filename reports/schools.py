"""All the schools of one person side by side: what is open, who comes next, what is left, whether we keep our promises
(rules I6, P9, R2).

Nine queries, however many schools there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from accounts.models import Customer, CustomerMembership, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from contracts.models import Contract
from contracts.selectors import contracts_with_terms, held_on
from reports.panels import promises_shown
from reports.selectors import headlines
from reports.services import NAMED_CONTACTS
from sla.quarters import Quarter
from sla.status import ClosureAhead, closures_ahead_of_each
from sla.times import local_day
from tickets.portal_lists import OpenCounts, open_counts
from visits.allowance_lines import AllowanceLine, allowance_lines
from visits.allowances import allowance_books
from visits.models import Visit, VisitState


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school as the person may see it. `allowances` and `promises` are for those who lead it, None for others."""

    school: Customer
    counts: OpenCounts
    next_visit_at: datetime | None
    contract: Contract | None
    allowances: list[AllowanceLine] | None
    promises: list[dict[str, Any]] | None
    closure: ClosureAhead | None
    reads_reports: bool


def schools_with_roles(person: Person) -> list[Customer]:
    """The person's active schools by name, the scope shows no other; `held_roles` are the person's at each."""
    roles = CustomerMembership.objects.filter(person=person, customer=OuterRef("pk")).values("role")
    rows = Customer.objects.filter(is_active=True).order_by("name", "pk")
    return list(rows.annotate(held_roles=ArraySubquery(roles)))


def school_lines(
    person: Person, schools: Sequence[Customer], *, zone: str, now: datetime
) -> list[SchoolLine]:
    """A line for each of these schools, which come from `schools_with_roles`, in their order."""
    day, keys = local_day(now, zone), [school.pk for school in schools]
    roles: dict[int, set[str]] = {school.pk: set(school.held_roles) for school in schools}  # type: ignore[attr-defined]
    led = {key for key, held in roles.items() if not SEES_WHOLE_SCHOOL.isdisjoint(held)}
    counts = open_counts(person, keys, now)
    contracts = _contracts(day, keys, now)
    held = [contract for key, contract in contracts.items() if key in led]
    books = allowance_books(held) if held else {}
    promises = headlines(
        customer_ids=[key for key in keys if key in led], quarter=Quarter.at(now, zone), zone=zone, now=now
    )
    closures = closures_ahead_of_each(day, keys)
    lines = []
    for school in schools:
        contract = contracts.get(school.pk)
        book = books.get(contract.pk) if contract else None
        lines.append(
            SchoolLine(
                school=school,
                counts=counts[school.pk],
                next_visit_at=contract.next_visit_at if contract else None,  # type: ignore[attr-defined]
                contract=contract,
                allowances=allowance_lines(contract, day, book) if contract and book else None,
                promises=promises_shown(promises[school.pk]) if school.pk in led else None,
                closure=next(iter(closures[school.pk]), None),
                reads_reports=not NAMED_CONTACTS.isdisjoint(roles[school.pk]),
            )
        )
    return lines


def _contracts(day: date, keys: Sequence[int], now: datetime) -> dict[int, Contract]:
    """The contract of today of each school, with the start of its next visit."""
    coming = Visit.objects.filter(
        contract=OuterRef("pk"), ends_at__gt=now, state__in=(VisitState.BOOKED, VisitState.ON_SITE)
    )
    rows = contracts_with_terms().filter(held_on(day), customer_id__in=keys)
    rows = rows.annotate(next_visit_at=Subquery(coming.order_by("starts_at", "id").values("starts_at")[:1]))
    return {row.customer_id: row for row in rows.order_by("starts_on")}
