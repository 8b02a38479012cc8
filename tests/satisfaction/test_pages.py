"""Pages of the question: portal, desk, list, file and settings (rules I6, T2, T6)."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from satisfaction.models import SatisfactionQuestion, SatisfactionSettings
from satisfaction.services import answer_give
from tests.cast import Cast
from tests.satisfaction.scene import CLOSED, MAILED, asked, at, closed_again, closed_ticket, questions
from tickets.services.work import ticket_reopen

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.rule("I6")
LIST = "/alder/desk/satisfaction/"


def get(client: Client, path: str, *, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def request_path(question: SatisfactionQuestion) -> str:
    return f"/alder/portal/requests/{question.ticket.number}/"


def answered(cast: Cast, question: SatisfactionQuestion, answer: str, comment: str = "") -> None:
    with open_scope(cast.scope("rita")):
        answer_give(question=question, answer=answer, comment=comment)


def test_the_closed_request_asks_who_made_it_and_takes_the_answer(cast: Cast, signed_in: SignIn) -> None:
    question, client = asked(cast), signed_in("rita")
    with at(MAILED):
        assert "How did we do?" in get(client, request_path(question))
        sent = client.post(
            f"/alder/portal/satisfaction/{question.pk}/", {"answer": "good", "comment": "Quick"}
        )
        assert sent.status_code == 302
        page = get(client, request_path(question))
        assert "Your answer:" in page
        assert "Change your answer" in page
    assert [(one.answer, one.comment) for one in questions(cast)] == [("good", "Quick")]
    with at(MAILED + timedelta(days=31)):
        page = get(signed_in("rita"), request_path(question))
        assert "The time to answer is over" in page
        assert "Change your answer" not in page


@pytest.mark.rule("T2")
@pytest.mark.parametrize("name", ["ian", "remy", "hugo"])
def test_nobody_else_answers_or_sees_the_question(cast: Cast, signed_in: SignIn, name: str) -> None:
    question, client = asked(cast), signed_in(name)
    with at(MAILED):
        address = f"/alder/portal/satisfaction/{question.pk}/"
        get(client, address, status=404)
        assert client.post(address, {"answer": "poor"}).status_code == 404
        if name == "ian":  # who sees the whole school's requests
            assert "How did we do?" not in get(client, request_path(question))


def test_a_request_that_is_open_again_asks_nothing(cast: Cast, signed_in: SignIn) -> None:
    question = asked(cast)
    with at(MAILED):
        with open_scope(cast.scope("tess")):
            ticket_reopen(ticket=question.ticket, reason="Dark again")
        assert "How did we do?" not in get(signed_in("rita"), request_path(question))


def test_a_form_without_an_answer_comes_back_with_its_comment(cast: Cast, signed_in: SignIn) -> None:
    question = asked(cast)
    with at(MAILED):
        sent = signed_in("rita").post(f"/alder/portal/satisfaction/{question.pk}/", {"comment": "Quick"})
    assert sent.status_code == 422
    assert "Quick" in sent.content.decode()
    assert "Choose one of the three answers." in sent.content.decode()


def test_the_portals_page_of_the_request_stays_within_its_queries(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    question, client = asked(cast), signed_in("rita")
    with at(MAILED):
        get(client, request_path(question))
        with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
            get(client, request_path(question))


def test_the_ticket_shows_the_answers_of_its_closings(cast: Cast, signed_in: SignIn) -> None:
    question = asked(cast)
    with at(MAILED):
        answered(cast, question, "poor", "It went dark again")
        closed_again(cast, question.ticket, CLOSED + timedelta(days=1))
        page = get(signed_in("tess"), f"/alder/desk/tickets/{question.ticket.number}/beside/")
    assert "It went dark again" in page
    assert "Not answered yet" in page


def test_the_list_narrows_to_school_answer_and_quarter(cast: Cast, signed_in: SignIn) -> None:
    poor = asked(cast, subject="Projector is dark")
    good = asked(cast, subject="Printer is slow", at_time=CLOSED + timedelta(minutes=1))
    asked(cast, subject="Mouse is lost", at_time=CLOSED + timedelta(minutes=2))
    client = signed_in("cass")
    with at(MAILED):
        answered(cast, poor, "poor", "Dark again")
        answered(cast, good, "good")
        whole = get(client, LIST)
        assert "50% good: 1 of 2 answers. 3 were asked." in whole
        assert whole.index("Projector is dark") > 0
        assert "Mouse is lost" not in whole
        assert "Mouse is lost" in get(client, f"{LIST}?answer=none")
        narrowed = get(client, f"{LIST}?answer=poor&school={poor.customer_id}&quarter=2026Q4")
        assert "Projector is dark" in narrowed
        assert "Printer is slow" not in narrowed
        for nothing in ("quarter=2026Q2", "school=999999999999999999999", "answer=great", "quarter=x"):
            get(client, f"{LIST}?{nothing}")
        assert "No answer fits" in get(client, f"{LIST}?quarter=2026Q2")
        rows = list(csv.reader(io.StringIO(get(client, f"{LIST}answers.csv?answer=poor").lstrip("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][1:4] == ["Projector is dark", "Oakfield", "Rita"]
    assert rows[1][6:8] == ["Poor", "Dark again"]


def test_an_empty_list_says_no_answers_and_no_share(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("lena")
    page = get(client, LIST)
    assert "No answer yet" in page
    assert "%" not in page.split("<h1")[1].split("</header>")[0]
    closed_ticket(cast)
    assert "No answers. 1 were asked." in get(client, LIST)


@pytest.mark.parametrize(("name", "status"), [("lena", 200), ("cass", 200), ("sena", 200), ("tess", 403)])
def test_leads_and_success_managers_read_the_list(signed_in: SignIn, name: str, status: int) -> None:
    get(signed_in(name), LIST, status=status)
    get(signed_in(name), f"{LIST}answers.csv", status=status)


@pytest.mark.rule("T6")
def test_a_confidential_ticket_is_in_no_list(cast: Cast, signed_in: SignIn) -> None:
    question = asked(cast, subject="Projector is dark")
    with at(MAILED):
        answered(cast, question, "poor", "Dark again")
        with open_scope(cast.staff_scope()):
            type(question.ticket).objects.filter(pk=question.ticket_id).update(is_confidential=True)
        for name in ("lena", "sena"):
            page = get(signed_in(name), LIST)
            assert "Dark again" not in page
            assert "nobody was asked" in page


def test_the_list_asks_the_same_for_one_row_and_for_many(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = signed_in("cass")
    for minutes in range(4):
        question = asked(cast, at_time=CLOSED + timedelta(minutes=minutes))
        with at(MAILED):
            answered(cast, question, "good")
    get(client, LIST)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        get(client, LIST)


def test_the_provider_switches_the_question_off(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("ada")
    page = get(client, "/alder/settings/satisfaction/")
    assert "checked" in page
    sent = client.post("/alder/settings/satisfaction/", {"gap_days": "14"})
    assert sent.status_code == 302
    with open_scope(cast.staff_scope()):
        row = SatisfactionSettings.objects.get()
        assert (row.is_asked, row.gap_days) == (False, 14)
    assert client.post("/alder/settings/satisfaction/", {"gap_days": "400"}).status_code == 422
    closed_ticket(cast)
    assert questions(cast) == []
    get(signed_in("lena"), "/alder/settings/satisfaction/", status=403)
