"""Which door a view stands behind. A tenant page without one of these decorators answers 403: deny by default."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Person
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
    door: Door
    permission: Permission | None = None


def desk_view(permission: Permission) -> Callable[[View], View]:
    """A page of the provider's staff; those without `permission` get 403."""
    return _marked(Access(Door.DESK, permission))


def portal_view(view: View) -> View:
    """A page of people of schools."""
    return _marked(Access(Door.PORTAL))(view)


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

    scope_: Scope
    person: Person
    roles: frozenset[str]
    permissions: frozenset[Permission]
    provider: Any


def may(request: HttpRequest, permission: Permission) -> bool:
    """Whether the person behind the request holds the permission."""
    return permission in getattr(request, "permissions", frozenset())
