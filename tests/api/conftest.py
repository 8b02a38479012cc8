from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from api.models import TokenScope
from api.services.tokens import token_create
from tests.cast import BIRCH_STAFF, Cast

ALL = tuple(TokenScope.values)
MakeToken = Callable[..., str]


def token_for(cast: Cast, name: str, school: str = "", scopes: Collection[str] = ALL) -> str:
    """The secret of a new token that acts for somebody of the cast, kept to a school where one is named."""
    provider = "birch" if name in {*BIRCH_STAFF, "rose"} else "alder"
    with open_scope(cast.staff_scope(provider)):
        _token, secret = token_create(
            name=f"{name} {school}",
            person=cast.person(name),
            customer=cast.customer(school) if school else None,
            created_by=cast.person("ada" if provider == "alder" else "bill"),
            scopes=scopes,
            expires_at=timezone.now() + timedelta(days=30),
        )
        return secret


@pytest.fixture
def make_token(cast: Cast) -> MakeToken:
    """See `token_for`; "tess" of the desk where nobody is named."""
    return lambda name="tess", school="", scopes=ALL: token_for(cast, name, school, scopes)


class Api:
    """A program with a token."""

    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {secret}"} if secret else {})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", {} if body is None else body, content_type="application/json", headers=headers
        )

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}")


@pytest.fixture
def desk(make_token: MakeToken) -> Api:
    """A token of Alder's desk with every permission."""
    return Api(make_token("tess"))


@pytest.fixture
def school(make_token: MakeToken) -> Api:
    """A token of Oakfield with every permission."""
    return Api(make_token("ian", "oakfield"))
