"""What may be asked before a tenant is known: narrow SECURITY DEFINER functions that return ids and nothing else."""

from dataclasses import dataclass

from django.db import connection

from accounts.tenancy.scope import Scope


@dataclass(frozen=True, slots=True)
class Membership:
    """Where a user belongs: one row for each provider that knows them."""

    provider_id: int
    person_id: int
    is_staff: bool
    customer_ids: frozenset[int]

    def scope(self) -> Scope:
        """Everything of the provider for its staff; their own customers for people of schools."""
        return Scope(
            provider_id=self.provider_id,
            customers=None if self.is_staff else self.customer_ids,
            person_id=self.person_id,
        )


def membership_at(user_id: int, slug: str) -> Membership | None:
    """The active membership of a user at the provider behind an address's first segment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT provider_id, person_id, is_staff, customer_ids FROM accounts_memberships(%s)"
            " WHERE provider_id = accounts_provider_id(%s)",
            [user_id, slug],
        )
        row = cursor.fetchone()
        return Membership(row[0], row[1], row[2], frozenset(row[3])) if row else None


def memberships_of(user_id: int) -> list[Membership]:
    """Every active membership of a user."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT provider_id, person_id, is_staff, customer_ids FROM accounts_memberships(%s)", [user_id]
        )
        return [Membership(row[0], row[1], row[2], frozenset(row[3])) for row in cursor.fetchall()]


def provider_id_for(slug: str) -> int | None:
    """The provider behind the first segment of an address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_provider_id(%s)", [slug])
        return next(iter(cursor.fetchone() or ()), None)


def all_provider_ids() -> list[int]:
    """Every provider, for commands and sweeps that go through all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_provider_ids()")
        return [row[0] for row in cursor.fetchall()]
