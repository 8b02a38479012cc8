"""Two mail systems that answer each other come to rest, whatever they leave out of their mail."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.services import contact_create, customer_create
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.mails import mail
from tickets.answering import MOST, QUIET_TIME, Question, answers_claim
from tickets.models import Direction, Message

pytestmark = pytest.mark.rule("I2", "I3", "T5")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DESKS = {"alder": "support@alder.example", "birch": "support@birch.example"}


def other(desk: str) -> str:
    return next(name for name in DESKS if name != desk)


@pytest.fixture
def acquainted(cast: Cast) -> None:
    """Each desk takes the other for somebody of a school: its mail opens tickets."""
    for desk in DESKS:
        address = DESKS[other(desk)]
        with open_scope(cast.staff_scope(desk)):
            school = customer_create(slug="the-other", name="The other", domains=(address.partition("@")[2],))
            contact_create(customer=school, name="The other desk", email=address, nominated=True)


def automatic(cast: Cast, desk: str) -> int:
    with open_scope(cast.staff_scope(desk)):
        return OutboundMail.objects.filter(recipients__contains=[DESKS[other(desk)]]).count()


def answering(cast: Cast, take: Take, pause: timedelta) -> Iterator[dict[str, int]]:
    """Mail that has lost its subject, references and automatic headers goes to and fro; how much so far."""
    desk, number = "alder", 0
    with time_machine.travel(MONDAY, tick=False) as clock:
        while True:
            number += 1
            before = automatic(cast, desk)
            words = mail(DESKS[other(desk)], f"Message {number}", f"Words {number}", to=DESKS[desk])
            take(words, provider=desk, at=datetime.now(UTC))
            sent = {name: automatic(cast, name) for name in DESKS}
            yield sent
            clock.shift(pause)
            if sent[desk] > before:  # the other system answers
                desk = other(desk)


@pytest.mark.usefixtures("acquainted")
def test_at_most_one_answer_in_the_quiet_time(cast: Cast, take: Take) -> None:
    rounds = answering(cast, take, timedelta(seconds=5))
    for _ in range(20):
        sent = next(rounds)
    assert sent == {"alder": 1, "birch": 1}


@pytest.mark.usefixtures("acquainted")
def test_a_slow_loop_ends_at_the_days_ceiling(
    cast: Cast, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.answering.MOST", 3)
    rounds = answering(cast, take, QUIET_TIME + timedelta(seconds=1))
    for _ in range(14):
        sent = next(rounds)
    assert sent == {"alder": 3, "birch": 3}


def test_strangers_machines_are_told_once(cast: Cast, take: Take) -> None:
    for number in range(4):
        take(mail("sid@elsewhere.example", f"Thank you, no. {number}"), at=datetime.now(UTC))
    with open_scope(cast.staff_scope()):
        assert OutboundMail.objects.count() == 1


def test_what_somebody_sent_before_we_answered_is_acknowledged_each(cast: Cast, take: Take) -> None:
    at = datetime.now(UTC)
    for number in range(3):
        take(mail(subject=f"Broken {number}"), at=at)
    (late,) = take(mail(subject="Broken again"), at=datetime.now(UTC))
    assert late.outcome == "ticket"
    with open_scope(cast.staff_scope()):
        assert OutboundMail.objects.count() == 3
        assert (
            Message.objects.filter(direction=Direction.NOTE, text__startswith="Not acknowledged").count() == 1
        )


def test_the_ceiling_holds_over_one_batch_and_begins_anew_the_next_day(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        asked = [Question("rita@oakfield.example", MONDAY)] * (MOST + 2)
        assert answers_claim(asked, now=MONDAY) == [True] * MOST + [False] * 2
        later = MONDAY + timedelta(days=1)
        assert answers_claim([Question("rita@oakfield.example", later)], now=later) == [True]
