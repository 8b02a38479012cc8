"""The named cast of the tests: two providers, three schools, one person for each role, and a stranger.

Built once for each test database and committed; each test gets it as the fixture `cast` and changes it freely, since
its own transaction is rolled back. All passwords are `PASSWORD`.
"""

from dataclasses import dataclass, field
from datetime import date

from accounts.models import Customer, CustomerRole, Person, Provider, StaffRole, Team, TeamMember, User
from accounts.services import contact_create, customer_create, staff_create
from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import Contract, Package, PausePolicy
from contracts.presets import CONCERO, PISYS
from contracts.services import provider_install
from sla.models import BusinessCalendar, Closure, ClosureKind
from tickets.services.installation import desk_install
from visits.services import visits_install

PASSWORD = "a good enough password"

# Alder: the Concero preset, with Oakfield (Full Managed) and Hillside (Scheduled Support).
ALDER_STAFF = {
    "tess": StaffRole.TECHNICIAN_1,
    "theo": StaffRole.TECHNICIAN_2,
    "lena": StaffRole.TECHNICAL_LEAD,
    "cass": StaffRole.SUCCESS_MANAGER,
    "sena": StaffRole.SENIOR_MANAGEMENT,
    "ada": StaffRole.ADMINISTRATOR,
}
OAKFIELD_PEOPLE = {
    "rita": CustomerRole.REQUESTER,
    "remy": CustomerRole.REQUESTER,
    "rob": CustomerRole.RELATIONSHIP_OWNER,
    "bea": CustomerRole.BUSINESS_MANAGER,
    "ian": CustomerRole.IT_LEAD,
    "fay": CustomerRole.FINANCE_CONTACT,
}
HILLSIDE_PEOPLE = {"hugo": CustomerRole.REQUESTER, "hana": CustomerRole.IT_LEAD}
# Birch: the Pisys preset, open day and night, with Riverside.
BIRCH_STAFF = {"tim": StaffRole.TECHNICIAN_1, "bill": StaffRole.ADMINISTRATOR}
RIVERSIDE_PEOPLE = {"rose": CustomerRole.IT_LEAD}
STRANGER = "sid@elsewhere.example"


def build() -> None:
    """Make the cast, inside a transaction of the caller or in autocommit."""
    _build_alder()
    _build_birch()
    _with_password(User.objects.create_user(STRANGER))


@dataclass
class Cast:
    """The cast as a test sees it: rows by short name, and scopes to open for a person."""

    _ids: dict[str, int] = field(default_factory=dict)

    def provider(self, slug: str = "alder") -> Provider:
        with open_scope(Scope(provider_id=self.provider_id(slug))):
            return Provider.objects.get(slug=slug)

    def provider_id(self, slug: str = "alder") -> int:
        if slug not in self._ids:
            found = provider_id_for(slug)
            assert found is not None, f"the cast has no provider {slug}"
            self._ids[slug] = found
        return self._ids[slug]

    def staff_scope(self, slug: str = "alder", name: str | None = None) -> Scope:
        """The scope of a provider's staff; of one person where `name` is given."""
        scope = Scope(provider_id=self.provider_id(slug))
        if name is None:
            return scope
        with open_scope(scope):
            return Scope(provider_id=scope.provider_id, person_id=Person.objects.get(name__iexact=name).pk)

    def scope(self, name: str) -> Scope:
        """The scope in which somebody of the cast works, as the web process opens it."""
        provider = "birch" if name in {**BIRCH_STAFF, **RIVERSIDE_PEOPLE} else "alder"
        key = self.provider_id(provider)
        with open_scope(Scope(provider_id=key)):
            person = Person.objects.get(name__iexact=name)
            if person.is_staff:
                return Scope(provider_id=key, person_id=person.pk)
            customers = frozenset(person.customer_memberships.values_list("customer_id", flat=True))
            return Scope(provider_id=key, customers=customers, person_id=person.pk)

    def person(self, name: str) -> Person:
        """Somebody of the cast. Needs an open scope of their provider that may see them."""
        return Person.objects.get(name__iexact=name)

    def customer(self, slug: str = "oakfield") -> Customer:
        """A school of the cast. Needs an open scope of its provider."""
        return Customer.objects.get(slug=slug)

    def user(self, name: str) -> User:
        """The credential of somebody of the cast."""
        return User.objects.get(email__startswith=f"{name}@")


def _build_alder() -> None:
    provider = provider_install(CONCERO, slug="alder")
    with open_scope(Scope(provider_id=provider.pk)):
        people = {name: _staff(name, role, "alder.example") for name, role in ALDER_STAFF.items()}
        team = Team.objects.create(name="Desk", lead=people["lena"])
        for name in ("tess", "theo"):
            TeamMember.objects.create(team=team, person=people[name])
        shutdown = {"first_day": date(2026, 12, 24), "last_day": date(2027, 1, 1)}
        Closure.objects.create(kind=ClosureKind.SHUTDOWN, name="Christmas shutdown 2026", **shutdown)
        _school("oakfield", "Full Managed", team, people["cass"], OAKFIELD_PEOPLE)
        _school("hillside", "Scheduled Support", team, people["cass"], HILLSIDE_PEOPLE)
        Provider.objects.update(support_email="support@alder.example")
        desk_install(CONCERO)
        visits_install(CONCERO)


def _build_birch() -> None:
    provider = provider_install(PISYS, slug="birch")
    with open_scope(Scope(provider_id=provider.pk)):
        for name, role in BIRCH_STAFF.items():
            _staff(name, role, "birch.example")
        team = Team.objects.create(name="Round the clock")
        _school("riverside", "", team, None, RIVERSIDE_PEOPLE)
        Provider.objects.update(support_email="support@birch.example", two_factor_for_customers=False)
        desk_install(PISYS)
        visits_install(PISYS)


def _staff(name: str, role: StaffRole, domain: str) -> Person:
    person = staff_create(name=name.title(), email=f"{name}@{domain}", roles=(role,))
    _with_password(person.user)
    return person


def _school(
    slug: str, package: str, team: Team, manager: Person | None, people: dict[str, CustomerRole]
) -> Customer:
    customer = customer_create(
        slug=slug, name=slug.title(), domains=(f"{slug}.example",), team=team, success_manager=manager
    )
    Contract.objects.create(
        customer=customer,
        package=Package.objects.filter(name__startswith=package).order_by("name")[0],
        calendar=BusinessCalendar.objects.get(is_default=True),
        starts_on=date(2024, 9, 1),
        pause_policy=PausePolicy.STRICT,
    )
    for name, role in people.items():
        person = contact_create(
            customer=customer,
            name=name.title(),
            email=f"{name}@{slug}.example",
            roles=(role,),
            nominated=True,
        )
        _with_password(person.user)
    return customer


def _with_password(user: User | None) -> None:
    assert user is not None
    user.set_password(PASSWORD)
    user.save()
