"""The tenant scope: on whose behalf the running code works.

A scope is opened once, at the edge (request, task, command), and holds for one database transaction. It is told to
PostgreSQL, whose row-level security is the wall, and kept in a context variable for the managers, which filter as
well. Nothing set: no row is visible and none can be written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.db import connection, transaction


class NoScope(RuntimeError):
    """Tenant rows were asked for before anybody said whose."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A provider and, for people of schools, their customers. `customers=None`: every customer, the staff's view.

    `person_id` says whose confidential tickets are seen: those of which this person is a reader (Rule T6).
    `is_system`: the software itself works, and sees them all.
    """

    provider_id: int
    customers: frozenset[int] | None = None
    person_id: int | None = None
    is_system: bool = False

    @property
    def is_staff(self) -> bool:
        return self.customers is None

    def sees(self, customer_id: int | None) -> bool:
        """Whether a row of this customer is inside the scope. Rows of no customer are the staff's."""
        return self.customers is None or customer_id in self.customers


_current: ContextVar[Scope | None] = ContextVar("tenant_scope", default=None)


def current_scope() -> Scope:
    """The open scope. Raises NoScope outside any."""
    scope = _current.get()
    if scope is None:
        raise NoScope("No tenant scope is open. Wrap the work in open_scope(Scope(provider_id=…)).")
    return scope


def scope_or_none() -> Scope | None:
    """The open scope, or None before a tenant is known."""
    return _current.get()


def current_provider_id() -> int:
    """The provider of the open scope; the default of every tenant row's `provider`. Raises NoScope."""
    return current_scope().provider_id


@contextmanager
def open_scope(scope: Scope) -> Iterator[Scope]:
    """One transaction on behalf of `scope`. Nested scopes restore the outer one, also after an error."""
    outer = _current.get()
    with transaction.atomic():
        _tell_database(scope)
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
    # After an error the rollback has restored the outer settings; a finished transaction has forgotten them.
    if connection.in_atomic_block:
        _tell_database(outer)


@contextmanager
def as_provider() -> Iterator[Scope]:
    """The provider's own view for a moment, on behalf of the same person.

    For what the software itself must look up while it serves somebody of a school, such as whom to tell of an
    escalation. Never around anything that returns rows to a page.
    """
    scope = current_scope()
    with open_scope(replace(scope, customers=None)) as whole:
        yield whole


@contextmanager
def as_system() -> Iterator[Scope]:
    """The same scope for a moment with confidential tickets seen, for what the software does by itself (Rule T6).

    Such as moving the deadlines of all tickets after a holiday was entered, or counting for a report. What comes out of
    it must hold no word of a ticket.
    """
    scope = current_scope()
    if scope.is_system:
        yield scope
        return
    with open_scope(replace(scope, is_system=True)) as whole:
        yield whole


def _tell_database(scope: Scope | None) -> None:
    """Settings of this transaction only (third argument true): a pooled connection carries nothing to the next one."""
    provider = str(scope.provider_id) if scope else ""
    everyone = "on" if scope and scope.is_staff else ""
    customers = "{" + ",".join(str(key) for key in sorted(scope.customers or ())) + "}" if scope else "{}"
    person = str(scope.person_id) if scope and scope.person_id else ""
    system = "on" if scope and scope.is_system else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('desk.provider', %s, true), set_config('desk.all_customers', %s, true),"
            " set_config('desk.customers', %s, true), set_config('desk.person', %s, true),"
            " set_config('desk.system', %s, true)",
            [provider, everyone, customers, person, system],
        )
