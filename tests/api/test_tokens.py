"""Tokens: who gets in with one, how far, and when no more (rules I7, T1, T2)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, CustomerMembership, Person
from accounts.tenancy.scope import open_scope
from api.models import ApiToken
from api.services.tokens import token_create, token_revoke
from tests.api.conftest import ALL, Api, MakeToken
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7", "T2")]


def test_a_token_says_what_it_is(desk: Api, school: Api) -> None:
    found = desk.get("token").json()
    assert found["provider"] == "alder"
    assert found["customer"] is None
    assert found["person"]["name"] == "Tess"
    assert found["scopes"] == sorted(ALL)
    assert school.get("token").json()["customer"] == {"slug": "oakfield", "name": "Oakfield"}


def test_only_the_digest_is_stored_and_the_use_is_noted(cast: Cast, make_token: MakeToken) -> None:
    secret = make_token()
    assert Api(secret).get("tickets/999").status_code == 404  # an error answer undoes no note of the use
    with open_scope(cast.staff_scope()):
        token = ApiToken.objects.get()
        assert secret not in str(vars(token))
        assert token.last_used_at is not None
        assert AuditEntry.objects.filter(action="api_token.created", object_id=token.pk).exists()


def _revoke(token: ApiToken) -> None:
    token_revoke(token=token)


def _expire(token: ApiToken) -> None:
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def _deactivate(token: ApiToken) -> None:
    Person.objects.filter(pk=token.person_id).update(is_active=False)


def _leave(token: ApiToken) -> None:
    CustomerMembership.objects.filter(person=token.person_id).delete()


@pytest.mark.parametrize("end", [_revoke, _expire, _deactivate, _leave])
def test_a_dead_token_opens_nothing(
    cast: Cast, make_token: MakeToken, end: Callable[[ApiToken], None]
) -> None:
    api = Api(make_token("ian", "oakfield"))
    assert api.get("token").status_code == 200
    with open_scope(cast.staff_scope()):
        end(ApiToken.objects.get())
    _refused(api.get("token"), 401)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic dGVzczp4", "Bearer cdt_\x7f"])
def test_without_a_token_nothing(header: str) -> None:
    answer = Client(headers={"authorization": header}).get("/api/v1/tickets")
    _refused(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_is_no_token(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user("tess"))
    _refused(client.get("/api/v1/tickets"), 401)


def test_a_token_may_only_what_it_was_given(make_token: MakeToken) -> None:
    reader, bare = Api(make_token(scopes=["tickets:read"])), Api(make_token(scopes=[]))
    assert reader.get("tickets").status_code == 200
    _refused(reader.post("tickets", {}), 403)
    _refused(bare.get("tickets"), 403)
    assert bare.get("token").status_code == 200


@pytest.mark.parametrize(("second", "wait"), [(0.2, 60), (30.0, 30), (59.5, 1)])
def test_so_many_requests_a_minute(desk: Api, settings: Any, second: float, wait: int) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    minute = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    with time_machine.travel(minute + timedelta(seconds=second), tick=False):
        assert [desk.get("token").status_code for _ in range(2)] == [200, 200]
        answer = desk.get("token")
        _refused(answer, 429)
        assert answer.headers["Retry-After"] == str(wait)
    with time_machine.travel(minute + timedelta(seconds=second + wait), tick=False):
        assert desk.get("token").status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"scopes": ["all"]}, "scopes"),
        ({"expires_at": timezone.now()}, "expires_at"),
        ({"expires_at": timezone.now() + timedelta(days=900)}, "expires_at"),
        ({"person": "rita", "customer": "oakfield"}, "person"),  # sees her own tickets only
        ({"person": "hana", "customer": "oakfield"}, "person"),
        ({"person": "ian"}, "person"),
        ({"person": "tess", "customer": "oakfield"}, "person"),
    ],
)
def test_wrong_tokens_are_not_made(cast: Cast, changed: dict[str, Any], field: str) -> None:
    with open_scope(cast.staff_scope()):
        given = {"name": "x", "person": "tess", "scopes": [], **changed}
        given.setdefault("expires_at", timezone.now() + timedelta(days=3))
        given["person"] = cast.person(given["person"])
        if "customer" in given:
            given["customer"] = cast.customer(given["customer"])
        with pytest.raises(ValidationError) as wrong:
            token_create(created_by=cast.person("ada"), **given)
        assert set(wrong.value.message_dict) == {field}


def test_the_settings_make_show_once_and_revoke(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user("ada"))
    with open_scope(cast.staff_scope()):
        acts_for = f"{cast.customer().pk}-{cast.person('ian').pk}"
    form = {
        "name": "Timetable",
        "acts_for": acts_for,
        "scopes": ["tickets:read"],
        "expires_on": (timezone.now() + timedelta(days=20)).date().isoformat(),
    }
    page = client.post(reverse("settings:token_new", args=["alder"]), form)
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert Api(secret).get("token").json()["customer"]["slug"] == "oakfield"
    listed = client.get(reverse("settings:tokens", args=["alder"])).content.decode()
    assert "Timetable" in listed
    assert secret not in listed
    with open_scope(cast.staff_scope()):
        pk = ApiToken.objects.get().pk
    client.post(reverse("settings:token_revoke", args=["alder", pk]))
    assert Api(secret).get("token").status_code == 401


def test_the_settings_say_what_is_wrong(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user("ada"))
    form = {"name": "x", "acts_for": "staff-0", "scopes": [], "expires_on": "2020-01-01"}
    page = client.post(reverse("settings:token_new", args=["alder"]), form)
    assert page.status_code == 422
    assert {"acts_for", "scopes"} <= set(page.context["form"].errors)


def _refused(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
