"""What a token may do: a view names its scopes, and without a name nothing is allowed."""

from collections.abc import Mapping
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.models import TokenScope

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class HoldsScope(BasePermission):
    """A token that holds the scope the view asks for reading (`reads`) or for all else (`writes`).

    `staff_only` names actions that no token of a school may use, whatever its scopes.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        if token is None:
            return False
        needed: TokenScope | None = getattr(view, "reads" if request.method in SAFE else "writes", None)
        if needed is None or needed not in token.scopes:
            return False
        staff_only: Mapping[str, Any] | frozenset[str] = getattr(view, "staff_only", frozenset())
        return token.customer_id is None or getattr(view, "action", "") not in staff_only


class HoldsAnyToken(BasePermission):
    """Any living token."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.auth is not None
