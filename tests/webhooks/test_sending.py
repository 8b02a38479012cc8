"""What is sent, to whom, how often; and what a receiver can check."""

import base64
import hashlib
import hmac
import time
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import WebhookVerificationError

from accounts.tenancy.scope import open_scope
from delivery import tasks
from delivery.models import Notification
from delivery.sweeper import SweepResult, sweep
from tests.cast import Cast
from tests.webhooks.conftest import Kept, Open, Register
from tests.webhooks.receiver import Receiver
from webhooks.addresses import clean_url
from webhooks.events import EventType
from webhooks.models import DeliveryState, Endpoint, EndpointState
from webhooks.sending import ATTEMPTS
from webhooks.services.deliveries import delivery_resend, endpoint_test
from webhooks.services.endpoints import (
    KEPT_FOR,
    endpoint_change,
    endpoint_remove,
    endpoint_rotate,
    endpoint_switch,
)
from webhooks.signing import signed_headers

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7")]
QUEUES = ["webhooks", "webhook_logs"]
OPENED = EventType.TICKET_OPENED


def send(**later: float) -> SweepResult:
    return sweep(queues=QUEUES, now=timezone.now() + timedelta(**later) if later else None)


@pytest.fixture
def endpoint(receiver: Receiver, register: Register) -> tuple[Endpoint, str]:
    return register(receiver.url, OPENED)


def reread(cast: Cast, endpoint: Endpoint) -> Endpoint:
    with open_scope(cast.staff_scope()):
        return Endpoint.objects.get(pk=endpoint.pk)


@pytest.mark.rule("S14")
def test_a_delivery_arrives_once_and_can_be_verified(
    receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open, kept: Kept, cast: Cast
) -> None:
    ticket = opened()
    assert send().done["webhooks"] == 1
    assert send().done["webhooks"] == 0
    [taken] = receiver.taken
    told = taken.verified(endpoint[1])
    assert told["data"]["ticket"]["number"] == ticket.number
    assert taken.headers["webhook-id"] == told["id"]
    assert taken.headers["Content-Type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        taken.verified("whsec_" + base64.b64encode(b"another").decode())
    taken.body = taken.body.replace(b"new", b"old")
    with pytest.raises(WebhookVerificationError):
        taken.verified(endpoint[1])
    [row] = kept()
    assert (row.state, row.wake_at, row.answer) == (DeliveryState.DELIVERED, None, "thank you")
    assert [one["status"] for one in row.attempts] == [200]
    assert reread(cast, endpoint[0]).reached_at is not None


def test_the_signature_is_the_standards_own(settings: Settings) -> None:
    """Worked out here by hand: HMAC-SHA256 over id, timestamp and body, with what the secret's base64 stands for."""
    from webhooks.signing import secret_box

    secret, at = b"0123456789abcdef0123456789abcdef", datetime(2026, 7, 1, 12, 30, 15, 900_000, UTC)
    stored = secret_box.encrypt("whsec_" + base64.b64encode(secret).decode())
    headers = signed_headers(event_id="evt_1", body='{"ä":1}', at=at, encrypted=[stored])
    stamp = int(at.timestamp())
    expected = hmac.new(secret, f'evt_1.{stamp}.{{"ä":1}}'.encode(), hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": f"v1,{base64.b64encode(expected).decode()}",
    }


def test_a_new_secret_signs_at_once_and_the_old_one_for_a_day(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open
) -> None:
    with open_scope(cast.staff_scope()):
        _row, new = endpoint_rotate(endpoint=endpoint[0])
    opened()
    send()
    assert receiver.taken[0].verified(endpoint[1]) == receiver.taken[0].verified(new)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        opened()
        send()
        receiver.taken[1].verified(new)
        with pytest.raises(WebhookVerificationError):
            receiver.taken[1].verified(endpoint[1])
        assert not reread(cast, endpoint[0]).old_secret, "it is forgotten too"


def test_the_secret_is_nowhere_in_the_clear(cast: Cast, endpoint: tuple[Endpoint, str]) -> None:
    assert endpoint[1].removeprefix("whsec_") not in reread(cast, endpoint[0]).secret


@pytest.mark.rule("S14")
def test_a_failure_is_tried_again_with_growing_waits_and_the_same_id(
    receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open, kept: Kept
) -> None:
    receiver.answers = deque([500, 503, 200])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        opened()
        started = timezone.now()
        waits: list[timedelta | None] = []
        for wait in (0, 30, 60):
            clock.shift(wait - 1)
            send()
            assert len(receiver.taken) == len(waits), "not a second too early"
            clock.shift(1)
            send()
            [row] = kept()
            waits.append(row.wake_at - timezone.now() if row.wake_at else None)
    assert waits == [timedelta(seconds=30), timedelta(seconds=60), None]
    assert len({one.headers["webhook-id"] for one in receiver.taken}) == 1
    assert len({one.headers["webhook-timestamp"] for one in receiver.taken}) == 3
    assert [one["status"] for one in row.attempts] == [500, 503, 200]
    assert row.delivered_at == started + timedelta(seconds=90)


def test_it_is_given_up_after_more_than_a_day_the_endpoint_is_switched_off_and_told(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open, kept: Kept
) -> None:
    receiver.answers = deque([500])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        opened()
        started = timezone.now()
        for _ in range(ATTEMPTS):
            send()
            [row] = kept()
            if row.wake_at is not None:
                clock.move_to(row.wake_at)
        passed = timezone.now() - started
    assert row.state == DeliveryState.DEAD
    assert timedelta(hours=24) < passed < timedelta(hours=36)
    found = reread(cast, endpoint[0])
    assert found.state == EndpointState.OFF
    with open_scope(cast.staff_scope()):
        [told] = Notification.objects.filter(person=cast.person("ada"))
    assert "switched off" in told.summary
    assert str(found.pk) in told.path
    opened()
    assert len(kept()) == 1, "nothing more is written down for it"


def test_an_endpoint_that_says_it_is_gone_is_switched_off_at_once(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open
) -> None:
    receiver.answers = deque([410])
    opened()
    send()
    assert reread(cast, endpoint[0]).state == EndpointState.OFF


def test_a_failing_endpoint_rests_and_costs_one_call_not_one_for_each_delivery(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open
) -> None:
    receiver.answers = deque([500])
    for _ in range(6):
        opened()
    send()
    assert len(receiver.taken) == 2, "one failure may be the delivery's own fault, two are the endpoint's"
    send()
    assert len(receiver.taken) == 2
    receiver.answers = deque([200])
    assert send(minutes=1).done["webhooks"] == 6


def test_a_slow_endpoint_holds_up_nobody(
    receiver: Receiver, register: Register, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither another endpoint of its provider nor another provider; what comes in meanwhile goes out meanwhile."""
    receiver.delay = 0.6
    slow = receiver.url.replace("hooks", "slow")
    register(slow, OPENED, label="slow")
    register(receiver.url, OPENED)
    register(receiver.url, OPENED, provider="birch")
    for _ in range(2):
        opened()
        opened("rose", "riverside")
    started = time.monotonic()
    assert send().done["webhooks"] == 6
    assert time.monotonic() - started < 3
    paths = [one.path for one in receiver.taken]
    assert paths == [*["/hooks"] * 4, *["/slow"] * 2], "all the quick ones before the first slow one"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_not_followed(
    receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open, kept: Kept, status: int
) -> None:
    receiver.answers, receiver.location = deque([status]), receiver.url.replace("hooks", "elsewhere")
    opened()
    send()
    assert [one.path for one in receiver.taken] == ["/hooks"]
    assert "redirection" in kept()[0].last_failure


def test_only_the_beginning_of_an_answer_is_kept(
    receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open, kept: Kept
) -> None:
    receiver.content = b"\0\xff" + b"x" * 100_000
    opened()
    send()
    assert kept()[0].answer == "\ufffd\ufffd" + "x" * 2046


@pytest.mark.rule("T1")
def test_without_the_tests_setting_our_own_network_is_not_spoken_to(
    receiver: Receiver,
    endpoint: tuple[Endpoint, str],
    opened: Open,
    kept: Kept,
    settings: Settings,
    cast: Cast,
) -> None:
    """The address was registered while the name led elsewhere: it is checked again at each call."""
    with open_scope(cast.staff_scope()):
        Endpoint.objects.update(url=f"https://127.0.0.1:{receiver.port}/hooks")
    settings.WEBHOOK_TEST_HOSTS = frozenset()
    opened()
    send()
    assert not receiver.taken
    assert "private network" in kept()[0].last_failure


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "example.org",
            "ftp://example.org/",
            "http://example.org/",
            "https://",
            "https://exa mple.org/",
        ),
        *("https://user:word@example.org/", "https://example.org/#part", "https://example.org:0/"),
        *("https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://2130706433/"),
        *("https://0x7f000001/", "https://127.1/", "https://169.254.169.254/latest", "https://localhost/"),
        *("https://db/", "https://printer.local/", "https://api.internal./", "https://[1.1.1.1/"),
        *("https://bücher.example/", "https://example.org/" + "x" * 500, "https://example.org:99999/"),
    ],
)
def test_wrong_addresses_are_refused_when_they_are_entered(url: str) -> None:
    with pytest.raises(ValidationError):
        clean_url(url)


def test_a_right_address_is_taken() -> None:
    assert clean_url(" https://hooks.example.org:8443/in?key=1 ") == "https://hooks.example.org:8443/in?key=1"
    assert clean_url("https://1.1.1.1/") == "https://1.1.1.1/"


def test_it_is_sent_again_by_hand_with_the_same_id(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open, kept: Kept
) -> None:
    opened()
    send()
    with open_scope(cast.staff_scope()):
        delivery_resend(delivery=kept()[0])
    send()
    first, second = receiver.taken
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert len(kept()[0].attempts) == 2


def test_a_test_event_arrives_and_a_paused_endpoint_gets_none(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str]
) -> None:
    with open_scope(cast.staff_scope()):
        endpoint_test(endpoint=endpoint[0])
    send()
    assert receiver.taken[0].verified(endpoint[1])["type"] == "webhook.test"
    with open_scope(cast.staff_scope()):
        paused = endpoint_switch(endpoint=endpoint[0], on=False)
        with pytest.raises(ValidationError):
            endpoint_test(endpoint=paused)


def test_what_waits_at_a_pause_goes_out_afterwards_to_the_address_of_then(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open
) -> None:
    opened()
    with open_scope(cast.staff_scope()):
        endpoint_switch(endpoint=endpoint[0], on=False)
    send()
    assert not receiver.taken
    with open_scope(cast.staff_scope()):
        url = receiver.url.replace("hooks", "new")
        changed = endpoint_change(endpoint=endpoint[0], label="New", url=url, events=[OPENED])
        endpoint_switch(endpoint=changed, on=True)
    send()
    assert [one.path for one in receiver.taken] == ["/new"]


def test_old_deliveries_are_forgotten_and_a_removed_endpoint_takes_its_own_along(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open, kept: Kept
) -> None:
    opened()
    send()
    with time_machine.travel(timezone.now() + KEPT_FOR - timedelta(hours=1)):
        opened()
        send()
        assert len(kept()) == 2
    with time_machine.travel(timezone.now() + KEPT_FOR + timedelta(hours=8)):
        send()
        assert len(kept()) == 1
    with open_scope(cast.staff_scope()):
        endpoint_remove(endpoint=endpoint[0])
    assert not kept()


def test_a_lost_secret_key_is_said_in_words(
    receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open, kept: Kept, settings: Settings
) -> None:
    settings.SECRET_KEY = "another"
    opened()
    send()
    assert not receiver.taken
    assert "Make a new one" in kept()[0].last_failure


def test_calls_have_a_task_of_their_own(
    cast: Cast, receiver: Receiver, endpoint: tuple[Endpoint, str], opened: Open
) -> None:
    """So that a slow endpoint holds up neither clocks nor mail."""
    opened()
    tasks.sweep_due()
    tasks.send_due()
    assert not receiver.taken
    tasks.call_due()
    assert len(receiver.taken) == 1


def test_an_idle_look_costs_one_query(
    endpoint: tuple[Endpoint, str], django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        sweep(queues=["webhooks"])
