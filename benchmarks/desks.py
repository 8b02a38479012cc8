"""The demo's desk at any size, and a technician in front of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from benchmarks.database import scratch_database

if TYPE_CHECKING:
    from django.test import Client

    from accounts.tenancy.scope import Scope

SLUG = "concero"


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """A provider with its tickets; `staff` is the technician's scope, `requester` that of somebody of a school."""

    staff: "Scope"
    requester: "Scope"
    owner_url: str

    def client(self, scope: "Scope") -> "Client":
        """A browser in which the person of a scope is signed in."""
        from django.test import Client

        from accounts.models import Person
        from accounts.tenancy.scope import open_scope

        with open_scope(scope):
            user = Person.objects.select_related("user").get(pk=scope.person_id).user
        assert user is not None
        client = Client()
        client.force_login(user)
        return client


@contextmanager
def demo_desk(tickets: int, open_tickets: int) -> Iterator[DemoDesk]:
    """A year of the demo's tickets in a database of their own, vacuumed and analysed."""
    with scratch_database() as owner_url:
        import psycopg
        from django.core.management import call_command

        call_command("demo", tickets=tickets, open=open_tickets, provider=SLUG, stdout=StringIO())
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("VACUUM (ANALYZE)")
        yield desk_here(owner_url)


def desk_here(owner_url: str) -> DemoDesk:
    """The demo's desk in the database that Django works on."""
    from accounts.models import CustomerMembership, CustomerRole, StaffMembership, StaffRole
    from accounts.tenancy.lookups import provider_id_for
    from accounts.tenancy.scope import Scope, open_scope

    provider_id = provider_id_for(SLUG)
    assert provider_id is not None
    with open_scope(Scope(provider_id=provider_id)):
        technicians = StaffMembership.objects.filter(role=StaffRole.TECHNICIAN_1, person__user__isnull=False)
        leads = CustomerMembership.objects.filter(role=CustomerRole.IT_LEAD, person__user__isnull=False)
        technician, lead = technicians.order_by("pk")[0], leads.order_by("pk")[0]
    return DemoDesk(
        Scope(provider_id=provider_id, person_id=technician.person_id),
        Scope(provider_id=provider_id, customers=frozenset([lead.customer_id]), person_id=lead.person_id),
        owner_url,
    )
