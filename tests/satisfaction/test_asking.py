"""Who is asked how we did, when, and how often by mail (rules I6, T3, T6)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet

from accounts.models import CustomerMembership
from accounts.tenancy.scope import open_scope
from delivery.due import Moment
from satisfaction.mailing import mail_question
from satisfaction.models import SatisfactionQuestion
from satisfaction.services import answer_give, asking, satisfaction_settings_save
from satisfaction.services.asking import question_mail
from tests.cast import Cast
from tests.satisfaction.scene import (
    CLOSED,
    MAILED,
    asked,
    at,
    closed_again,
    closed_ticket,
    mails,
    questions,
    sweep_at,
)
from tickets.models import Channel, ClosedAs, Ticket
from tickets.services.confidential import ticket_make_confidential
from tickets.services.work import ticket_reopen

pytestmark = pytest.mark.rule("I6")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("details", "is_asked"),
    [
        ({}, True),
        ({"channel": Channel.PHONE}, True),
        ({"channel": Channel.PORTAL, "who": "ian"}, True),
        ({"closed_as": ClosedAs.UNRESOLVED}, True),
        ({"closed_as": ClosedAs.SPAM}, False),
        ({"closed_as": ClosedAs.WITHDRAWN}, False),
        ({"channel": Channel.MONITORING}, False),
        ({"is_confidential": True}, False),
        ({"who": "theo"}, False),  # we asked ourselves
    ],
)
def test_who_is_asked(cast: Cast, details: dict[str, Any], is_asked: bool) -> None:
    ticket = closed_ticket(cast, **details)
    assert [one.ticket_id for one in questions(cast)] == ([ticket.pk] if is_asked else [])


def leaves(cast: Cast) -> None:
    cast_person = cast.person("rita")
    cast_person.is_active = False
    cast_person.save()


def moves_away(cast: Cast) -> None:
    CustomerMembership.objects.filter(person=cast.person("rita")).delete()


def is_unreached(cast: Cast) -> None:
    rita = cast.person("rita")
    rita.unreached_at = CLOSED
    rita.save()


def switches_off(cast: Cast) -> None:
    satisfaction_settings_save(is_asked=False, gap_days=7)


def nothing(cast: Cast) -> None:
    """Nothing happens meanwhile."""


def becomes_confidential(cast: Cast) -> None:
    ticket_make_confidential(ticket=Ticket.objects.latest("pk"), reason="About a child")


def opens_again(cast: Cast) -> None:
    ticket_reopen(ticket=Ticket.objects.latest("pk"), reason="Dark again")


def has_answered(cast: Cast) -> None:
    answer_give(question=SatisfactionQuestion.objects.latest("pk"), answer="good")


@pytest.mark.rule("T3")
@pytest.mark.parametrize("happens", [leaves, moves_away, switches_off])
def test_nobody_is_asked_who_has_left_or_where_it_is_switched_off(
    cast: Cast, happens: Callable[[Cast], None]
) -> None:
    first = closed_ticket(cast, subject="Before")
    with at(CLOSED), open_scope(cast.scope("sena")):
        rows = SatisfactionQuestion.objects.all()
        rows.delete()
        ticket = Ticket.objects.get(pk=first.pk)
        happens(cast)
    closed_again(cast, ticket, CLOSED + DAY)
    assert questions(cast) == []


@pytest.mark.parametrize(
    ("happens", "is_mailed"),
    [
        (nothing, True),
        (leaves, False),
        (moves_away, False),
        (is_unreached, False),
        (switches_off, False),
        (becomes_confidential, False),
        (opens_again, False),
        (has_answered, False),
    ],
)
def test_the_mail_looks_once_more_before_it_goes(
    cast: Cast, happens: Callable[[Cast], None], is_mailed: bool
) -> None:
    question = asked(cast)
    with at(CLOSED), open_scope(cast.scope("sena")):
        happens(cast)
    sweep_at(MAILED)
    assert [mail.recipients for mail in mails(cast)] == ([["rita@oakfield.example"]] if is_mailed else [])
    (kept,) = questions(cast)
    assert (kept.pk, kept.wake_at) == (question.pk, None)
    assert (kept.mailed_at == MAILED) is is_mailed


def test_it_is_not_mailed_at_once(cast: Cast) -> None:
    asked(cast)
    sweep_at(CLOSED + timedelta(minutes=14))
    assert mails(cast) == []


@pytest.mark.parametrize(("gap", "days", "mailed"), [(7, 6, 1), (7, 8, 2), (0, 0, 2), (30, 29, 1)])
def test_one_mail_to_a_person_in_so_many_days(cast: Cast, gap: int, days: int, mailed: int) -> None:
    with open_scope(cast.scope("ada")):
        satisfaction_settings_save(is_asked=True, gap_days=gap)
    asked(cast)
    sweep_at(MAILED)
    later = timedelta(days=days, hours=1)
    second = asked(cast, at_time=CLOSED + later)
    sweep_at(MAILED + later)
    assert len(mails(cast)) == mailed
    assert second.closed_at == CLOSED + later  # in the portal it stands all the same


def test_two_people_each_get_their_own(cast: Cast) -> None:
    asked(cast)
    asked(cast, who="remy")
    sweep_at(MAILED)
    found = mails(cast)
    assert {mail.recipients[0] for mail in found} == {"rita@oakfield.example", "remy@oakfield.example"}


def test_closing_again_asks_anew_and_the_old_answer_stays_with_its_closing(cast: Cast) -> None:
    first = asked(cast)
    with at(MAILED), open_scope(cast.scope("rita")):
        answer_give(question=first, answer="poor", comment="It went dark again")
    closed_again(cast, first.ticket, CLOSED + 9 * DAY)
    old, new = questions(cast)
    assert (old.pk, old.answer, old.comment) == (first.pk, "poor", "It went dark again")
    assert (new.answer, new.closed_at) == ("", CLOSED + 9 * DAY)


def test_the_mail_says_what_was_closed_and_leads_to_each_answer(cast: Cast) -> None:
    question = asked(cast, subject="Projector in room 7 is dark")
    sweep_at(MAILED)
    (mail,) = mails(cast)
    assert f"CON-{question.ticket.number}" in mail.text
    assert "Projector in room 7 is dark" in mail.subject
    for answer in ("good", "all_right", "poor"):
        assert f"/?answer={answer}" in mail.text
        assert f"/?answer={answer}" in mail.html
    assert mail.headers["Auto-Submitted"] == "auto-replied"


def mailed_at_once(cast: Cast) -> int:
    """How many mails go out where two workers look at two questions to one person at the same time."""
    found = [asked(cast), asked(cast, at_time=CLOSED + timedelta(minutes=1))]
    both = Barrier(2)

    def mail(question: SatisfactionQuestion) -> None:
        try:
            with open_scope(cast.staff_scope()):
                both.wait(10)
                question_mail(question, Moment(MAILED))
        finally:
            connections.close_all()

    with at(MAILED), ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(mail, question) for question in found]:
            one.result(20)
    return len(mails(cast))


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail_to_one_person(cast: Cast) -> None:
    assert mailed_at_once(cast) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would_send_two(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    decided = Barrier(2)

    def mail_together(question: SatisfactionQuestion) -> bool:
        decided.wait(10)
        return mail_question(question)

    monkeypatch.setattr(asking, "mail_question", mail_together)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_more: self)
    assert mailed_at_once(cast) == 2
