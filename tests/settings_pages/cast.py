"""The cast of the settings' tests: a provider with one person per role, and a school under contract."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Customer, CustomerRole, Person, Provider, StaffRole
from accounts.services import contact_create, customer_create, staff_create
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import Contract, Package
from contracts.presets import CONCERO, PISYS
from contracts.services import contract_create, provider_install
from sla.models import BusinessCalendar


@dataclass
class Cast:
    """One provider with its people; `client(role)` is signed in as the person of that role."""

    provider: Provider
    school: Customer
    contract: Contract
    staff: dict[str, Person]
    contact: Person
    clients: dict[str, Client] = field(default_factory=dict)

    def scope(self) -> AbstractContextManager[Scope]:
        return open_scope(Scope(provider_id=self.provider.pk))

    def client(self, role: str) -> Client:
        if role not in self.clients:
            self.clients[role] = Client()
            if role != "nobody":
                person = self.contact if role == "school" else self.staff[role]
                assert person.user is not None
                self.clients[role].force_login(person.user)
        return self.clients[role]

    def url(self, name: str, *args: object) -> str:
        return reverse(f"settings:{name}", args=[self.provider.slug, *args])

    def get(self, name: str, *args: object, role: str = "administrator", query: str = "") -> Any:
        return self.client(role).get(f"{self.url(name, *args)}{query}")

    def post(
        self, name: str, *args: object, data: Mapping[str, Any] | None = None, role: str = "administrator"
    ) -> Any:
        return self.client(role).post(self.url(name, *args), data or {})


def cast_of(provider: Provider, domain: str) -> Cast:
    with open_scope(Scope(provider_id=provider.pk)):
        staff = {
            role.value: staff_create(
                name=f"{role.label} of {provider.name}", email=f"{role.value}@{domain}", roles=(role,)
            )
            for role in StaffRole
        }
        school = customer_create(
            slug="oakfield", name="Oakfield Primary School", domains=("oakfield.sch.uk",)
        )
        contact = contact_create(
            customer=school,
            name="Olivia Owner",
            email=f"olivia@{provider.slug}.sch.uk",
            roles=(CustomerRole.IT_LEAD,),
        )
        contract = contract_create(
            customer=school,
            package=Package.objects.order_by("position")[0],
            calendar=BusinessCalendar.objects.get(is_default=True),
            starts_on=date(2025, 9, 1),
        )
    return Cast(provider, school, contract, staff, contact)


def make_cast() -> Cast:
    """Concero."""
    return cast_of(provider_install(CONCERO), "concero.example")


def make_stranger() -> Cast:
    """Another provider, whose rows have ids that exist and must answer 404 to Concero."""
    return cast_of(provider_install(PISYS), "pisys.example")
