"""What every resource stands on: the token's scope round the whole request, problems, and the reader's zone."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import Permission, permissions_of
from accounts.tenancy.scope import open_scope
from api.authentication import holder_of, introduce
from api.idempotency import AnsweredBefore, answer_again, claimed
from api.models import KeyedRequest, TokenScope
from api.problems import TooLong
from api.services.requests import request_answered
from api.services.use import token_used


def given_in(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The body as this shape reads it. Raises the ValidationError of DRF, by field."""
    read = shape(data=request.data)
    read.is_valid(raise_exception=True)
    given: dict[str, Any] = read.validated_data
    return given


class Resource(GenericViewSet[Any]):
    """Viewsets of the API. `reads` and `writes` are the scopes that it asks; None allows nobody.

    The request runs in one transaction inside the token's scope, times are written in the provider's zone. An error
    answer leaves nothing half-written behind.
    """

    reads: TokenScope | None = None
    writes: TokenScope | None = None
    staff_only: frozenset[str] = frozenset()
    _keyed: KeyedRequest | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        holder = holder_of(request.headers.get("Authorization", ""))
        if holder is None:
            return self._rendered(super().dispatch(request, *args, **kwargs))
        scope = holder.scope()
        token_used(holder)
        with open_scope(scope):
            introduce(request, holder, scope)
            with timezone.override(zoneinfo.ZoneInfo(request.provider.time_zone)):  # type: ignore[attr-defined]
                return self._rendered(super().dispatch(request, *args, **kwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, whether they may, and whether it was done before."""
        super().initial(request, *args, **kwargs)
        is_multipart = (request.content_type or "").startswith("multipart/")
        if not is_multipart and len(request._request.body) > settings.API_BODY_LIMIT:
            raise TooLong
        self._keyed = claimed(request)

    def handle_exception(self, exc: Exception) -> Any:
        """The answer of the first time, or a problem."""
        return answer_again(exc.row) if isinstance(exc, AnsweredBefore) else super().handle_exception(exc)

    def _rendered(self, response: HttpResponseBase) -> HttpResponseBase:
        """Draw the answer while the scope is open, and keep it with the request's key."""
        if not isinstance(response, Response):
            return response
        if not response.is_rendered:
            response.render()
        if self._keyed is not None and response.status_code < 400:
            request_answered(
                row=self._keyed,
                status=response.status_code,
                body=response.content.decode(),
                etag=response.headers.get("ETag", ""),
            )
        return response

    def staff_needs(self, permission: Permission) -> None:
        """Raise PermissionDenied where a token of the desk acts for somebody without this permission."""
        person: Any = self.request.person  # type: ignore[attr-defined]
        roles = frozenset(person.staff_memberships.values_list("role", flat=True)) if self.is_staff else None
        if roles is not None and permission not in permissions_of(roles):
            raise PermissionDenied

    @property
    def is_staff(self) -> bool:
        """Whether the token is the provider's own and not one of a school."""
        token: Any = self.request.auth
        return token is not None and token.customer_id is None
