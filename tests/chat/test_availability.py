"""Chat is open only when hours, closures, the package and a present technician agree."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from chat.availability import PRESENT_FOR, Opening, availability, decide
from chat.models import Chat
from chat.services.desk import chat_settings_save, presence_beat, presence_set
from sla.status import DeskStatus
from tests.cast import Cast
from tests.chat.conftest import MONDAY, key, tess_is_there
from tickets.models import Channel, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I4", "S3", "S9")]

SATURDAY, TUESDAY = datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 29, 10, tzinfo=UTC)
OPEN, SHUT = DeskStatus(True), DeskStatus(False, MONDAY)


@pytest.mark.parametrize(
    ("is_on", "refusal", "status", "there", "expected"),
    [
        (True, "", OPEN, True, Opening.OPEN),
        (True, "", OPEN, False, Opening.NOBODY),
        (True, "", SHUT, True, Opening.CLOSED),
        (True, "", SHUT, False, Opening.CLOSED),
        (True, "", None, True, Opening.CLOSED),
        (True, "not yours", OPEN, True, Opening.NO_ACCESS),
        (True, "not yours", SHUT, False, Opening.NO_ACCESS),
        (False, "", OPEN, True, Opening.OFF),
        (False, "not yours", OPEN, True, Opening.OFF),
    ],
)
def test_what_has_to_agree(
    is_on: bool, refusal: str, status: DeskStatus | None, there: bool, expected: Opening
) -> None:
    found = decide(is_on=is_on, refusal=refusal, status=status, somebody_there=there)
    assert found.opening is expected
    assert (found.opens_at is not None) == (expected is Opening.CLOSED and status is not None)


@pytest.mark.rule("P1", "I9")
@pytest.mark.parametrize(
    ("who", "school", "at", "opening", "opens_at"),
    [
        ("rita", "oakfield", MONDAY, Opening.OPEN, None),
        ("rita", "oakfield", datetime(2026, 11, 21, 10, tzinfo=UTC), Opening.CLOSED, MONDAY.replace(hour=8)),
        (
            "rita",
            "oakfield",
            MONDAY.replace(hour=16, minute=30),
            Opening.CLOSED,
            datetime(2026, 11, 24, 8, tzinfo=UTC),
        ),
        # The Christmas shutdown, 24 December to 1 January; 2 and 3 are a weekend.
        (
            "rita",
            "oakfield",
            datetime(2026, 12, 29, 10, tzinfo=UTC),
            Opening.CLOSED,
            datetime(2027, 1, 4, 8, tzinfo=UTC),
        ),
        ("hugo", "hillside", MONDAY, Opening.NO_ACCESS, None),
        ("rose", "riverside", datetime(2026, 11, 21, 3, tzinfo=UTC), Opening.OPEN, None),
    ],
)
def test_by_school_and_time(
    cast: Cast, who: str, school: str, at: datetime, opening: Opening, opens_at: datetime | None
) -> None:
    staff = ("birch", "tim") if who == "rose" else ("alder", "tess")
    with time_machine.travel(at, tick=False):
        with open_scope(cast.staff_scope(staff[0])):
            presence_set(person=cast.person(staff[1]), takes_chats=True)
        with open_scope(cast.scope(who)):
            found = availability(timezone.now(), cast.customer(school))
    assert (found.opening, found.opens_at) == (opening, opens_at)
    assert bool(found.wording) == (opening is Opening.NO_ACCESS)


def test_presence_ends_without_a_beat_and_nobody_takes_chats_by_a_beat(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    with open_scope(cast.staff_scope()):
        tess, theo, now = cast.person("tess"), cast.person("theo"), timezone.now
        assert not presence_beat(person=theo)
        assert availability(now()).opening is Opening.NOBODY
        presence_set(person=tess, takes_chats=True)
        clock.shift(PRESENT_FOR - timedelta(seconds=1))
        assert availability(now()).is_open
        assert presence_beat(person=tess)
        clock.shift(PRESENT_FOR - timedelta(seconds=1))
        assert availability(now()).is_open
        clock.shift(timedelta(seconds=1))
        assert availability(now()).opening is Opening.NOBODY
        presence_set(person=tess, takes_chats=False)
        assert not presence_beat(person=tess)


def test_a_provider_may_not_chat_at_all(cast: Cast, clock: time_machine.Traveller) -> None:
    tess_is_there(cast)
    with open_scope(cast.staff_scope(name="ada")):
        chat_settings_save(is_on=False, sites=[])
    with open_scope(cast.scope("rita")):
        assert availability(timezone.now(), cast.customer()).opening is Opening.OFF


def test_with_nobody_there_the_question_becomes_a_request_with_its_promise(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    client, once = signed_in("rita"), key()
    with time_machine.travel(datetime(2026, 11, 21, 10, tzinfo=UTC), tick=True):
        page = client.get("/alder/portal/chat/").content.decode()
        assert "Mon 23 Nov" in page
        for _ in range(2):
            answer = client.post(
                "/alder/portal/chat/", {"text": "The projector is dark", "once": once}, follow=True
            )
    words = answer.content.decode()
    assert "will reply by Monday 23 November 2026 at 12:00" in words
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get().channel == Channel.PORTAL
        assert not Chat.objects.exists()
