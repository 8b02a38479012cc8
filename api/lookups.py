"""Whose a token is, asked before a tenant is known: ids and nothing else, and only of a token that is alive."""

from dataclasses import dataclass

from django.db import connection

from accounts.tenancy.scope import Scope
from api.services.tokens import token_digest


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A living token, by ids."""

    token_id: int
    provider_id: int
    person_id: int
    customer_id: int | None

    def scope(self) -> Scope:
        """Everything of the provider, or one customer alone."""
        customers = None if self.customer_id is None else frozenset({self.customer_id})
        return Scope(provider_id=self.provider_id, customers=customers, person_id=self.person_id)


def token_holder(secret: str) -> TokenHolder | None:
    """The token with this secret, unless it is unknown, revoked or expired or its person may not act any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, provider_id, person_id, customer_id FROM api_token_holder(%s)", [token_digest(secret)]
        )
        row = cursor.fetchone()
        return TokenHolder(*row) if row else None
