"""Answers: once for a closing, changeable for 30 days, and a poor one is told (rules I6, S14)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models import QuerySet

from accounts.models import AuditEntry
from accounts.tenancy.scope import open_scope
from delivery.models import Notification
from satisfaction.models import ANSWERS_FOR, SatisfactionQuestion
from satisfaction.services import AnswerRefused, answer_give
from tests.cast import Cast
from tests.satisfaction.scene import CLOSED, MAILED, asked, at, closed_ticket, questions

pytestmark = pytest.mark.rule("I6")


def give(cast: Cast, question: SatisfactionQuestion, answer: str, comment: str = "") -> SatisfactionQuestion:
    with open_scope(cast.scope("rita")):
        return answer_give(question=question, answer=answer, comment=comment)


def told(cast: Cast) -> list[str]:
    with open_scope(cast.staff_scope()):
        rows = Notification.objects.filter(key__startswith="satisfaction:").select_related("person")
        return sorted(one.person.name for one in rows)


def changes(cast: Cast) -> list[list[str]]:
    with open_scope(cast.staff_scope()):
        rows = AuditEntry.objects.filter(action="satisfaction.answered").order_by("pk")
        return [row.changes["answer"] for row in rows]


@pytest.mark.rule("S14")
def test_a_poor_answer_tells_owner_lead_and_success_manager_once(cast: Cast) -> None:
    question = asked(cast, subject="Projector is dark")
    with at(MAILED):
        give(cast, question, "poor", "Nobody called back")
        assert told(cast) == ["Cass", "Lena", "Tess"]
        for answer in ("good", "poor"):
            give(cast, question, answer)
    assert told(cast) == ["Cass", "Lena", "Tess"]
    with open_scope(cast.staff_scope()):
        one = Notification.objects.filter(key__startswith="satisfaction:").first()
    assert one is not None
    assert "Projector is dark" in one.summary
    assert "Oakfield" in one.summary
    assert one.detail == "Nobody called back"


@pytest.mark.parametrize("answer", ["good", "all_right"])
def test_other_answers_tell_nobody(cast: Cast, answer: str) -> None:
    question = asked(cast)
    with at(MAILED):
        give(cast, question, answer)
    assert told(cast) == []


def test_an_answer_can_be_changed_for_30_days_and_then_stays(cast: Cast) -> None:
    question = asked(cast)
    with at(CLOSED + timedelta(days=29)):
        give(cast, question, "good")
    with at(CLOSED + timedelta(days=29) + ANSWERS_FOR):
        changed = give(cast, question, "all_right", "On second thoughts")
    assert changed.answered_at == CLOSED + timedelta(days=29)
    with at(CLOSED + timedelta(days=29, minutes=1) + ANSWERS_FOR), pytest.raises(AnswerRefused):
        give(cast, question, "poor")
    assert [one.answer for one in questions(cast)] == ["all_right"]
    assert changes(cast) == [["", "good"], ["good", "all_right"]]


def test_nobody_answers_after_30_days_without_an_answer(cast: Cast) -> None:
    question = asked(cast)
    with at(CLOSED + ANSWERS_FOR + timedelta(minutes=1)), pytest.raises(AnswerRefused):
        give(cast, question, "good")


def test_the_same_answer_again_changes_nothing(cast: Cast) -> None:
    question = asked(cast)
    with at(MAILED):
        give(cast, question, "good", "Thanks")
    with at(MAILED + timedelta(minutes=1)):
        give(cast, question, "good", "Thanks ")
    assert changes(cast) == [["", "good"]]
    assert questions(cast)[0].changed_at == MAILED


def test_there_is_no_fourth_answer(cast: Cast) -> None:
    question = asked(cast)
    with at(MAILED), pytest.raises(ValueError, match="great"):
        give(cast, question, "great")


def test_the_database_keeps_one_question_for_a_closing_and_no_answer_without_its_time(cast: Cast) -> None:
    question = asked(cast)
    with open_scope(cast.staff_scope()):
        values = {
            "customer_id": question.customer_id,
            "ticket": question.ticket,
            "person_id": question.person_id,
            "closed_at": question.closed_at,
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            SatisfactionQuestion.objects.create(**values)
        values["closed_at"] = MAILED
        with pytest.raises(IntegrityError), transaction.atomic():
            SatisfactionQuestion.objects.create(**values, answer="good")


def raced(cast: Cast) -> list[list[str]]:
    """Two answers to one question at the same time; what the audit trail says of them."""
    question = asked(cast)
    both = Barrier(2)

    def answer(choice: str) -> None:
        try:
            with open_scope(cast.scope("rita")):
                both.wait(10)
                answer_give(question=question, answer=choice)
        finally:
            connections.close_all()

    with at(MAILED), ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(answer, choice) for choice in ("good", "poor")]:
            one.result(20)
    return changes(cast)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_the_change_of_the_other(cast: Cast) -> None:
    first, second = raced(cast)
    assert first[0] == ""
    assert second[0] == first[1]
    (kept,) = questions(cast)
    assert kept.answer == second[1]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Barrier(2)
    get = QuerySet.get

    def together(rows: QuerySet[SatisfactionQuestion], *some: object, **wanted: object) -> object:
        found = get(rows, *some, **wanted)
        if rows.model is SatisfactionQuestion:
            reading.wait(10)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_more: self)
    monkeypatch.setattr(QuerySet, "get", together)
    assert [one[0] for one in raced(cast)] == ["", ""]


@pytest.mark.rule("T6")
def test_a_ticket_that_has_become_confidential_takes_no_answer(cast: Cast) -> None:
    question = asked(cast)
    with open_scope(cast.staff_scope()):
        type(question.ticket).objects.filter(pk=question.ticket_id).update(is_confidential=True)
    with at(MAILED), pytest.raises((AnswerRefused, SatisfactionQuestion.DoesNotExist)):
        give(cast, question, "poor")
    assert told(cast) == []


def test_a_closing_of_another_school_stands_in_no_other(cast: Cast) -> None:
    closed_ticket(cast)
    with open_scope(cast.scope("hugo")):
        assert not SatisfactionQuestion.objects.exists()
