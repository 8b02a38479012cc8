"""A request that is sent again under its key does its work once (Rule I7)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from api.models import KeyedRequest
from api.services.requests import QUEUE
from delivery.due import Moment
from delivery.rows import run_rows
from tests.api.conftest import Api, MakeToken
from tests.cast import Cast
from tickets.models import Ticket

pytestmark = pytest.mark.rule("I7")

BODY = {"subject": "Printer", "text": "Jam"}


def _send(api: Api, key: str, **changed: Any) -> Any:
    return api.post("tickets", {**BODY, **changed}, **({"idempotency-key": key} if key else {}))


def _count(cast: Cast) -> int:
    with open_scope(cast.staff_scope()):
        return Ticket.objects.count()


@pytest.mark.django_db
def test_the_same_request_gets_the_same_answer(cast: Cast, school: Api) -> None:
    first, again = _send(school, "k1"), _send(school, "k1")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["ETag"] == again.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _count(cast) == 1
    assert _send(school, "k2").json()["number"] != first.json()["number"]


@pytest.mark.django_db
def test_another_request_under_the_key_is_refused(cast: Cast, school: Api) -> None:
    _send(school, "k1")
    answer = _send(school, "k1", text="Other")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert _count(cast) == 1
    assert _send(school, "x" * 256).status_code == 422


@pytest.mark.django_db
def test_a_failure_leaves_the_key_free_and_tokens_have_their_own(
    cast: Cast, school: Api, make_token: MakeToken
) -> None:
    assert _send(school, "k1", subject="").status_code == 422
    assert _send(school, "k1").status_code == 201
    assert _send(Api(make_token("rob", "oakfield")), "k1").status_code == 201
    assert _count(cast) == 2


@pytest.mark.django_db
def test_the_sweep_forgets_keys_after_a_day(cast: Cast, school: Api) -> None:
    _send(school, "k1")
    with open_scope(cast.staff_scope()):
        row = KeyedRequest.objects.get()
    early, late = Moment(timezone.now()), Moment(timezone.now() + timedelta(days=1, seconds=1))
    assert run_rows(QUEUE, cast.provider_id(), [row.pk], early).done == 0
    assert run_rows(QUEUE, cast.provider_id(), [row.pk], late).done == 1
    with open_scope(cast.staff_scope()):
        assert not KeyedRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("key", "tickets"), [("k1", 1), ("", 4)])  # without a key: the control
def test_four_at_once_have_one_effect(cast: Cast, make_token: MakeToken, key: str, tickets: int) -> None:
    secret, start = make_token("ian", "oakfield"), Barrier(4)

    def send(_number: int) -> Any:
        try:
            start.wait(10)
            return _send(Api(secret), key)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert [one.status_code for one in answers] == [201] * 4
    assert len({one.json()["number"] for one in answers}) == tickets
    assert _count(cast) == tickets
