"""Signing in with a token: the scope that it opens, and the request that a resource gets."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import Person, Provider
from accounts.tenancy.scope import Scope
from api.lookups import TokenHolder, token_holder
from api.models import ApiToken

KEYWORD = "bearer"


class ApiRequest(Request):
    """The request inside a token's scope. For type checkers only."""

    tenant_scope: Scope
    person: Person
    provider: Provider
    token: ApiToken


def holder_of(header: str) -> TokenHolder | None:
    """The holder of the token in an Authorization header; None where there is none or it opens nothing."""
    keyword, _, secret = header.partition(" ")
    secret = secret.strip()
    return token_holder(secret) if keyword.lower() == KEYWORD and secret else None


class TokenAuthentication(BaseAuthentication):
    """Says who asks. The base view has looked the token up already, since it opens the scope that all else needs."""

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        token: ApiToken | None = getattr(request._request, "api_token", None)
        if token is not None:
            return token.person, token
        if request.headers.get("Authorization"):
            raise AuthenticationFailed
        return None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def introduce(request: Any, holder: TokenHolder, scope: Scope) -> None:
    """Say who asks, in the open scope of the holder."""
    token = ApiToken.objects.select_related("person", "provider").get(pk=holder.token_id)
    request.api_token, request.tenant_scope = token, scope
    request.person, request.provider = token.person, token.provider
