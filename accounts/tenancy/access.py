"""Which door a view stands behind. A tenant page without one of these decorators answers 403: deny by default."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import CustomerRole, Person
from accounts.permissions import Permission
from accounts.tenancy.scope import Scope

View = Callable[..., HttpResponseBase]


class Door(Enum):
    """Who may come in at all."""

    DESK = "desk"  # the provider's staff
    PORTAL = "portal"  # people of schools
    BOTH = "both"  # either, each within their scope
    PUBLIC = "public"  # nobody need have signed in; only the provider's brand is visible


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks. `permission` is asked of staff, `customer_roles` (any one of them) of people of schools."""

    door: Door
    permission: Permission | None = None
    customer_roles: frozenset[CustomerRole] = frozenset()


def desk_view(permission: Permission) -> Callable[[View], View]:
    """A page of the provider's staff; those without `permission` get 403."""
    return _marked(Access(Door.DESK, permission))


def portal_view(view: View) -> View:
    """A page of people of schools."""
    return _marked(Access(Door.PORTAL))(view)


def contact_view(roles: frozenset[CustomerRole]) -> Callable[[View], View]:
    """A page of people of schools who hold one of `roles` at any of their schools; others get 403."""
    return _marked(Access(Door.PORTAL, customer_roles=roles))


def shared_view(permission: Permission | None = None) -> Callable[[View], View]:
    """A page of both; `permission` is asked of staff only."""
    return _marked(Access(Door.BOTH, permission))


def public_view(view: View) -> View:
    """A page before sign-in, which may show the provider's brand and nothing else."""
    return _marked(Access(Door.PUBLIC))(view)


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


class TenantRequest(HttpRequest):
    """The request that every view under a provider's address gets. For type checkers only."""

    tenant_scope: Scope  # not `scope`: under ASGI that is the connection
    person: Person
    roles: frozenset[str]
    permissions: frozenset[Permission]
    provider: Any


def may_enter(request: HttpRequest, access: Access) -> bool:
    """Whether the person behind the request may come in; the pages and the menus that lead to them ask the same."""
    tenant: Any = request
    if tenant.tenant_scope.is_staff:
        inside = access.door is not Door.PORTAL
        return inside and (access.permission is None or access.permission in tenant.permissions)
    inside = access.door is not Door.DESK
    return inside and (not access.customer_roles or not access.customer_roles.isdisjoint(tenant.roles))


def may(request: HttpRequest, permission: Permission) -> bool:
    """Whether the person behind the request holds the permission."""
    return permission in getattr(request, "permissions", frozenset())
