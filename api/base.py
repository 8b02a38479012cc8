"""What every resource stands on: the token's scope round the whole request, problems, and the reader's zone."""

import zoneinfo
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.tenancy.scope import open_scope
from api.authentication import holder_of, introduce
from api.models import TokenScope
from api.services.use import token_used


class Resource(GenericViewSet[Any]):
    """Viewsets of the API. `reads` and `writes` are the scopes that it asks; None allows nobody.

    The request runs in one transaction inside the token's scope, times are written in the provider's zone. An error
    answer leaves nothing half-written behind.
    """

    reads: TokenScope | None = None
    writes: TokenScope | None = None
    staff_only: frozenset[str] = frozenset()

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

    def _rendered(self, response: HttpResponseBase) -> HttpResponseBase:
        """Draw the answer while the scope is open."""
        if isinstance(response, Response) and not response.is_rendered:
            response.render()
        return response

    @property
    def is_staff(self) -> bool:
        """Whether the token is the provider's own and not one of a school."""
        token: Any = self.request.auth
        return token is not None and token.customer_id is None
