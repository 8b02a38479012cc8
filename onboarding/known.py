"""What a provider has, read once before an import or for an export: a dozen queries, however many rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import (
    Customer,
    CustomerDomain,
    CustomerMembership,
    CustomerRole,
    Person,
    StaffRole,
    Team,
)
from contracts.models import Contract, Package
from onboarding.cells import alike
from sla.models import BusinessCalendar
from visits.models import SchoolTerm


@dataclass(slots=True)
class Belonging:
    """What a person is at one school."""

    roles: tuple[str, ...] = ()
    is_nominated: bool = False


@dataclass(slots=True)
class Known:
    """Rows by what finds them in a sheet. The appliers add what they make."""

    schools: dict[str, Customer] = field(default_factory=dict)
    domains: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    people: dict[str, Person] = field(default_factory=dict)
    belongings: dict[tuple[int, int], Belonging] = field(default_factory=dict)
    contracts: dict[tuple[int, date], Contract] = field(default_factory=dict)
    terms: dict[tuple[int, date], SchoolTerm] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    managers: dict[str, Person] = field(default_factory=dict)
    packages: list[Package] = field(default_factory=list)
    calendars: dict[str, BusinessCalendar] = field(default_factory=dict)
    held_back: set[str] = field(default_factory=set)  # schools of the file that have a problem of their own

    @property
    def own_hours(self) -> BusinessCalendar | None:
        return next((one for one in self.calendars.values() if one.is_default), None)


def rows_lock(*, slugs: Collection[str], emails: Collection[str]) -> None:
    """Hold these schools and people until the transaction ends.

    What somebody changes on a page between our reading and our writing would be overwritten without a word.
    """
    schools = Customer.objects.filter(slug__in=slugs).order_by("pk")
    people = Person.objects.filter(email__in=emails).order_by("pk")
    for rows in (schools.select_for_update(no_key=True), people.select_for_update(no_key=True)):
        list(rows.values_list("pk"))


def known_read() -> Known:
    """Everything of the scope's provider."""
    known = Known()
    schools = Customer.objects.select_related("success_manager", "team")
    known.schools = {school.slug: school for school in schools}
    for row in CustomerDomain.objects.all():
        known.domains[row.customer_id].add(row.domain)
    known.people = {person.email: person for person in Person.objects.all()}
    known.belongings = _belongings(CustomerMembership.objects.all())
    contracts = Contract.objects.select_related("package__version", "calendar", "customer")
    known.contracts = {(one.customer_id, one.starts_on): one for one in contracts}
    terms = SchoolTerm.objects.select_related("customer")
    known.terms = {(one.customer_id, one.first_day): one for one in terms}
    known.teams = {alike(team.name): team for team in Team.objects.all()}
    managers = Person.objects.filter(
        is_staff=True, is_active=True, staff_memberships__role=StaffRole.SUCCESS_MANAGER
    )
    known.managers = {person.email: person for person in managers}
    # The newest edition first.
    packages = Package.objects.select_related("version").order_by("-version__published_on", "position", "pk")
    known.packages = list(packages)
    calendars = BusinessCalendar.objects.filter(follows=None)
    known.calendars = {alike(one.name): one for one in calendars}
    return known


def _belongings(rows: Iterable[CustomerMembership]) -> dict[tuple[int, int], Belonging]:
    roles: dict[tuple[int, int], set[str]] = defaultdict(set)
    nominated: set[tuple[int, int]] = set()
    for row in rows:
        key = (row.customer_id, row.person_id)
        roles[key].add(row.role)
        if row.is_nominated:
            nominated.add(key)
    return {key: Belonging(in_order(own), key in nominated) for key, own in roles.items()}


def in_order(roles: Collection[Any]) -> tuple[str, ...]:
    """Roles in the order in which they are listed everywhere."""
    return tuple(role.value for role in CustomerRole if role.value in roles)
