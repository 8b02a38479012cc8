"""The standing rows of the demo: providers from their presets, schools, people, contracts, closures and visits.

Nearly everything goes through the services that people's own actions go through. Returns what the
history needs to know.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from accounts.models import (
    AuditEntry,
    Customer,
    CustomerMembership,
    CustomerRole,
    Person,
    Provider,
    StaffRole,
    Team,
    TeamMember,
    User,
)
from accounts.people import contact_roles_set
from accounts.permissions import permissions_of
from accounts.services import customer_create, staff_create
from contracts.models import Contract, EmergencyCallout, Package
from contracts.presets import CONCERO, PISYS, ProviderPreset
from contracts.selectors import agreed_terms
from contracts.services import contract_create
from demo.history import Desk
from demo.macros import macros_add
from demo.people import (
    CONCERO_STAFF,
    NAMED_CONTACTS,
    PISYS_STAFF,
    StaffPlan,
    address_of,
    invented_names,
    staff_phone,
)
from demo.records import Agreement, School, Somebody, Terms
from demo.rhythm import last_quarter
from demo.school_year import engineers_add, school_terms_add
from demo.schools import CONCERO_SCHOOLS, PISYS_SCHOOLS, SchoolPlan, school_address, school_phone
from demo.visits import visits_add
from demo.words import ALERTS, CONCERO_STORIES, PISYS_STORIES, Story
from sla.calendars import calendar_version_pin, working_time_of
from sla.models import BusinessCalendar, ClockKind, Closure, ClosureKind, ServiceLevel
from tickets.models import Audience, Category, TicketState, ViewIcon
from tickets.services.installation import desk_install
from tickets.services.saved_views import saved_view_keep
from visits.services import visits_install

PASSWORD = "chalk-and-cheese"  # noqa: S105 - of invented people in a try-out; printed when the desk starts

ENGINEERS = frozenset({StaffRole.TECHNICIAN_1, StaffRole.TECHNICIAN_2})


@dataclass(frozen=True, slots=True)
class DemoProvider:
    """A provider of the demo: its preset, people, schools and what is asked of it."""

    preset: ProviderPreset
    staff: tuple[StaffPlan, ...]
    schools: tuple[SchoolPlan, ...]
    stories: tuple[Story, ...]
    alerts: tuple[Story, ...]
    share: float  # of all tickets
    night_share: float

    @property
    def slug(self) -> str:
        return self.preset.brand.slug


DEMO_PROVIDERS = (
    DemoProvider(CONCERO, CONCERO_STAFF, CONCERO_SCHOOLS, CONCERO_STORIES, ALERTS, 0.8, 0.02),
    # Its customers sign in with a password here, so that the demo opens without a second factor.
    DemoProvider(
        replace(PISYS, brand=replace(PISYS.brand, two_factor_for_customers=False)),
        PISYS_STAFF,
        PISYS_SCHOOLS,
        PISYS_STORIES,
        ALERTS[:1],
        0.2,
        0.25,
    ),
)


def desk_fill(plan: DemoProvider, provider: Provider, *, seed: int, now: datetime) -> Desk:
    """Fill an installed provider inside its open scope: staff, schools, contracts, closures, visits."""
    random = Random(f"{seed}:{plan.slug}:people")  # noqa: S311 - a demo that can be repeated
    today = now.astimezone(ZoneInfo(provider.time_zone)).date()
    password = make_password(PASSWORD)
    desk_install(plan.preset)
    visits_install(plan.preset)
    staff = {one.name: _staff_add(one, plan, password) for one in plan.staff}
    teams = _teams_add(plan.staff, staff)
    macros_add(plan.staff, staff, teams)
    closures_add(today)
    engineers_add([staff[one.name] for one in plan.staff if ENGINEERS.intersection(one.roles)])
    names = invented_names(random)
    filled = [
        _school_add(one, teams[one.team], staff[one.manager], names, password, today) for one in plan.schools
    ]
    _trust_leads_add([customer for customer, _plan in filled])
    # Before the agreements: visits are the hours of the clocks that run in them (Rule S7).
    visits_add(now=now, seed=seed)
    levels = {level.rank: level for level in ServiceLevel.objects.all()}
    schools = tuple(_as_school(row, one, staff, plan.staff, levels) for row, one in filled)
    return Desk(
        slug=plan.slug,
        time_zone=provider.time_zone,
        schools=schools,
        categories=dict(Category.objects.values_list("key", "pk")),
        stories=plan.stories,
        alerts=plan.alerts,
        night_share=plan.night_share,
    )


def closures_add(today: date) -> None:
    """The Christmas shutdowns round today, and a one-off closure of last quarter (Rule S3)."""
    for year in range(today.year - 2, today.year + 2):
        Closure.objects.create(
            kind=ClosureKind.SHUTDOWN,
            name=f"Christmas shutdown {year}",
            first_day=date(year, 12, 24),
            last_day=date(year + 1, 1, 1),
        )
    training = _weekday_on(last_quarter(today)[0] + timedelta(days=40))
    Closure.objects.create(
        kind=ClosureKind.ONE_OFF,
        name="Staff training afternoon",
        first_day=training,
        last_day=training,
        from_time=time(13),
    )


def _weekday_on(day: date) -> date:
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)


def _staff_add(one: StaffPlan, plan: DemoProvider, password: str) -> Person:
    person = staff_create(
        name=one.name,
        email=address_of(one.name, f"{plan.slug}.example"),
        roles=one.roles,
        phone=staff_phone(one),
    )
    _let_in([person], password)
    return person


def _let_in(people: list[Person], password: str) -> None:
    """Give people the demo's password. It is hashed once: that is slow on purpose."""
    User.objects.filter(pk__in=[person.user_id for person in people]).update(password=password)


def _teams_add(plans: tuple[StaffPlan, ...], staff: dict[str, Person]) -> dict[str, Team]:
    teams: dict[str, Team] = {}
    for name in dict.fromkeys(one.team for one in plans if one.team):
        members = [one for one in plans if one.team == name]
        lead = next(one for one in members if "technical_lead" in one.roles)
        teams[name] = Team.objects.create(name=name, lead=staff[lead.name])
        for one in members:
            TeamMember.objects.create(team=teams[name], person=staff[one.name])
        _view_add(teams[name], staff[lead.name], lead)
    return teams


def _view_add(team: Team, lead: Person, plan: StaffPlan) -> None:
    """The tab that each team keeps beside its queue: what has come in for it."""
    saved_view_keep(
        view=None,
        name=f"New for {team.name}"[:40],
        icon=ViewIcon.INBOX,
        audience=Audience.TEAM,
        team=team,
        base="open",
        chosen={"team": str(team.pk), "state": TicketState.NEW},
        by=lead,
        permissions=permissions_of(frozenset(plan.roles)),
    )


def _school_add(
    plan: SchoolPlan, team: Team, manager: Person, names: Iterator[str], password: str, today: date
) -> tuple[Customer, SchoolPlan]:
    customer = customer_create(
        slug=plan.slug,
        name=plan.name,
        domains=(plan.domain,),
        address=school_address(plan),
        phone=school_phone(plan),
        trust=plan.trust,
        team=team,
        success_manager=manager,
    )
    _contracts_add(customer, plan, today)
    _people_add(customer, plan, names, password)
    _inset_days_add(customer, plan, today)
    school_terms_add(customer, today)
    return customer, plan


FIRST_EXTENSION = 201


def _people_add(customer: Customer, plan: SchoolPlan, names: Iterator[str], password: str) -> None:
    """What `contact_create` makes, for a whole school at once: a hundred and sixty calls would take seconds."""
    roles = [*NAMED_CONTACTS, *[CustomerRole.REQUESTER] * plan.teachers]
    named = [(name, address_of(name, plan.domain)) for name in islice(names, len(roles))]
    addresses = [email for _, email in named]
    # Credentials belong to no provider: a person may have one already (Rule T3).
    User.objects.bulk_create(
        (User(email=email, password=password) for email in addresses), ignore_conflicts=True
    )
    users = User.objects.in_bulk(addresses, field_name="email")
    people = Person.objects.bulk_create(
        Person(name=name, email=email, phone=f"{school_phone(plan)} ext {extension}", user=users[email])
        for extension, (name, email) in enumerate(named, start=FIRST_EXTENSION)
    )
    CustomerMembership.objects.bulk_create(
        CustomerMembership(customer=customer, person=person, role=role, is_nominated=True)
        for person, role in zip(people, roles, strict=True)
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            action="person.created",
            object_type=Person._meta.label_lower,
            object_id=person.pk,
            object_label=person.name,
            customer=customer,
        )
        for person in people
    )


def _trust_leads_add(schools: list[Customer]) -> None:
    """The IT lead of the first school of a trust leads its other schools too, and sees them side by side (Rule I6)."""
    leads: dict[str, Person] = {}
    for school in (one for one in schools if one.trust):
        own = CustomerMembership.objects.select_related("person").get(
            customer=school, role=CustomerRole.IT_LEAD
        )
        lead = leads.setdefault(school.trust, own.person)
        if lead != own.person:
            contact_roles_set(customer=school, person=lead, roles=[CustomerRole.IT_LEAD], is_nominated=True)


def _contracts_add(customer: Customer, plan: SchoolPlan, today: date) -> None:
    calendar = (
        BusinessCalendar.objects.get(name=plan.calendar)
        if plan.calendar
        else BusinessCalendar.objects.get(is_default=True)
    )
    began = today - timedelta(days=plan.began)
    common = {"customer": customer, "calendar": calendar, "pause_policy": plan.pause_policy}
    if plan.earlier_package:
        contract_create(
            **common,  # type: ignore[arg-type]
            package=Package.objects.get(key=plan.earlier_package),
            starts_on=began - timedelta(days=730),
            ends_on=began - timedelta(days=1),
            reference=f"{plan.slug.upper()[:4]}-1",
        )
    contract_create(
        **common,  # type: ignore[arg-type]
        package=Package.objects.get(key=plan.package),
        starts_on=began,
        ends_on=None if plan.runs_out_in is None else today + timedelta(days=plan.runs_out_in),
        reference=f"{plan.slug.upper()[:4]}-2",
        visits_purchased=plan.visits,
    )


def _inset_days_add(customer: Customer, plan: SchoolPlan, today: date) -> None:
    """Days on which a school is closed for its staff's training; its clocks stand still."""
    if plan.slug == "highbeck-primary":
        Closure.objects.create(customer=customer, name="INSET day", first_day=today, last_day=today)
    if plan.slug in {"highbeck-primary", "ottermead-high"}:
        first = _weekday_on(date(today.year if today.month >= 9 else today.year - 1, 9, 1))
        Closure.objects.create(customer=customer, name="INSET day", first_day=first, last_day=first)


def _as_school(
    customer: Customer,
    plan: SchoolPlan,
    staff: dict[str, Person],
    plans: tuple[StaffPlan, ...],
    levels: dict[int, ServiceLevel],
) -> School:
    team = [one for one in plans if one.team == plan.team]

    def holders(role: str) -> tuple[Somebody, ...]:
        return tuple(_somebody(staff[one.name]) for one in team if role in one.roles)

    members = customer_people(customer)
    return School(
        customer_id=customer.pk,
        slug=plan.slug,
        name=plan.name,
        agreements=tuple(_agreement(row, customer, levels) for row in _contracts_of(customer)),
        people=tuple(_somebody(person) for person in members),
        team_id=customer.team_id or 0,
        lead=holders("technical_lead")[0],
        manager=_somebody(staff[plan.manager]),
        technicians=holders("technician_1"),
        experts=holders("technician_2"),
        share=plan.share,
        rough_quarter=plan.rough_quarter,
    )


def customer_people(customer: Customer) -> list[Person]:
    """The people of a school who ask, its IT lead first."""
    rows = Person.objects.filter(customer_memberships__customer=customer).exclude(
        customer_memberships__role__in=[CustomerRole.FINANCE_CONTACT, CustomerRole.RELATIONSHIP_OWNER]
    )
    leads = set(rows.filter(customer_memberships__role=CustomerRole.IT_LEAD).values_list("pk", flat=True))
    return sorted(rows, key=lambda person: (person.pk not in leads, person.pk))


def _contracts_of(customer: Customer) -> list[Contract]:
    return list(Contract.objects.filter(customer=customer).select_related("package__version", "calendar"))


def _agreement(contract: Contract, customer: Customer, levels: dict[int, ServiceLevel]) -> Agreement:
    terms = {rank: agreed_terms(contract=contract, level=level) for rank, level in levels.items()}
    # One calendar for both clocks: no contract of the demo lets only its reply clocks run in visits.
    (calendar_id,) = {one.calendar_of(kind) for one in terms.values() for kind in ClockKind.values}
    version = calendar_version_pin(calendar_id, customer.pk)
    timeline = working_time_of(version)
    return Agreement(
        contract_id=contract.pk,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        has_desk_access=contract.package.has_desk_access,
        runs_in_visits=contract.package.clock_runs_in_visits,
        has_callouts=contract.package.emergency_callout != EmergencyCallout.NO,
        terms={
            rank: Terms(
                level_id=one.level_id,
                calendar_id=calendar_id,
                version_id=version.pk,
                timeline=timeline,
                response_minutes=one.response_minutes,
                fix_minutes=one.fix_minutes,
                target_percent=one.target_percent,
                warn_percent=one.warn_percent,
                pausable_for=tuple(sorted(one.pausable_for)),
            )
            for rank, one in terms.items()
        },
    )


def _somebody(person: Person) -> Somebody:
    return Somebody(person.pk, person.name, person.phone)
