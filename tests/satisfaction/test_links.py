"""The links in the mail: what they show, what they save, and what they never tell (rules I6, T1, T6)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy.scope import as_system, open_scope
from delivery.models import Notification, OutboundMail
from satisfaction.links import LIVES, LinkExpired, link_read, link_token
from satisfaction.models import SatisfactionQuestion
from satisfaction.services import answer_give
from satisfaction.views import public
from tests.cast import Cast
from tests.satisfaction.scene import CLOSED, MAILED, asked, at, closed_again, mails, questions, sweep_at
from tickets.services.confidential import ticket_make_confidential

pytestmark = pytest.mark.rule("I6")
SUBJECT = "Projector in room 7 is dark"
SECRETS = (SUBJECT, "Oakfield", "Rita", "CON-")


@pytest.fixture(autouse=True)
def _afterwards() -> Iterator[None]:
    cache.clear()
    with at(MAILED):
        yield
    cache.clear()


def path(question: SatisfactionQuestion, answer: str = "", *, slug: str = "alder", token: str = "") -> str:
    query = f"?answer={answer}" if answer else ""
    return f"/{slug}/how-did-we-do/{token or link_token(question)}/{query}"


def words(response: Any) -> str:
    return str(response.content.decode())


def says_nothing(response: Any) -> bool:
    return not any(one in words(response) for one in SECRETS)


def stored(cast: Cast) -> list[object]:
    """Everything that an answer would leave behind."""
    with open_scope(cast.staff_scope()), as_system():
        return [
            list(SatisfactionQuestion.objects.order_by("pk").values()),
            AuditEntry.objects.count(),
            Notification.objects.count(),
            OutboundMail.objects.count(),
        ]


def test_the_links_of_the_mail_are_those_of_the_page(cast: Cast) -> None:
    question = asked(cast)
    sweep_at(MAILED)
    (mail,) = mails(cast)
    assert path(question, "all_right") in mail.text
    assert words(Client().get(path(question, "all_right"))).count("<h1>") == 1


@pytest.mark.parametrize("answer", ["good", "all_right", "poor", "", "great", "%00"])
def test_opening_a_link_saves_nothing_and_chooses_its_answer(cast: Cast, answer: str) -> None:
    question = asked(cast, subject=SUBJECT)
    before = stored(cast)
    client = Client()
    for method in (client.get, client.head):
        assert method(path(question, answer)).status_code == 200
    assert stored(cast) == before
    page = words(client.get(path(question, answer)))
    assert SUBJECT in page
    assert f"CON-{question.ticket.number}" in page
    assert page.count(" checked") == (answer in {"good", "all_right", "poor"})
    assert "Oakfield" not in page
    assert "new lamp" not in page


@pytest.mark.parametrize("signed_in_as", [None, "rita", "hugo", "tess", "rose"])
def test_one_post_saves_for_whom_it_was_put_to_whoever_is_signed_in(
    cast: Cast, signed_in_as: str | None
) -> None:
    question = asked(cast)
    client = Client(enforce_csrf_checks=True)  # a browser without our cookie
    if signed_in_as:
        client.force_login(cast.user(signed_in_as))
    answer = client.post(path(question), {"answer": "poor", "comment": "Nobody called"})
    assert answer.status_code == 302
    (saved,) = questions(cast)
    assert (saved.answer, saved.comment, saved.answered_at) == ("poor", "Nobody called", MAILED)
    with open_scope(cast.staff_scope()):
        (line,) = AuditEntry.objects.filter(action="satisfaction.answered").select_related("actor")
        assert line.actor is not None
        assert line.actor.name == "Rita"
        told = Notification.objects.filter(key__startswith="satisfaction:").values_list(
            "person__name", flat=True
        )
        assert sorted(told) == ["Cass", "Lena", "Tess"]
    assert "Thank you" in words(client.get(answer["Location"]))


def test_without_an_answer_the_form_says_what_to_do_and_keeps_the_comment(cast: Cast) -> None:
    question = asked(cast)
    answer = Client().post(path(question), {"answer": "", "comment": "Nobody called"})
    assert answer.status_code == 422
    assert "Choose one of the three answers." in words(answer)
    assert "Nobody called" in words(answer)
    assert questions(cast)[0].answer == ""


def test_the_link_changes_the_answer_for_30_days_and_then_says_so(cast: Cast) -> None:
    question, client = asked(cast), Client()
    client.post(path(question), {"answer": "good"})
    client.post(path(question), {"answer": "all_right"})
    assert [one.answer for one in questions(cast)] == ["all_right"]
    token = link_token(question)
    with at(MAILED + timedelta(days=30, minutes=1)):
        for answer in (
            client.get(path(question, token=token)),
            client.post(path(question, token=token), {"answer": "poor"}),
        ):
            assert answer.status_code == 200
            assert "The time for this answer is over" in words(answer)
    assert [one.answer for one in questions(cast)] == ["all_right"]


def test_the_link_of_an_old_closing_answers_that_one(cast: Cast) -> None:
    first = asked(cast)
    closed_again(cast, first.ticket, CLOSED + timedelta(days=1))
    with at(CLOSED + timedelta(days=2)):
        Client().post(path(first), {"answer": "poor"})
    assert [one.answer for one in questions(cast)] == ["poor", ""]


def tampered(token: str) -> list[str]:
    """The token with another letter in each of its parts, cut off, and in other words."""
    parts = token.split(".")
    others = []
    for place, part in enumerate(parts):
        swapped = ("A" if part[0] != "A" else "B") + part[1:]
        others.append(".".join([*parts[:place], swapped, *parts[place + 1 :]]))
    forged = signing.TimestampSigner(key="another key", sep=".", salt="satisfaction.question")
    return [*others, token[:-1], parts[0], "x", forged.sign_object([1, 1, 1, 1])]


def test_a_tampered_link_says_what_to_do_and_nothing_of_the_ticket(cast: Cast) -> None:
    question = asked(cast, subject=SUBJECT)
    before = stored(cast)
    for token in tampered(link_token(question)):
        for send in (Client().get, Client().post):
            answer = send(path(question, token=token), {"answer": "good"})
            assert answer.status_code == 404, token
            assert "This link does not work" in words(answer)
            assert says_nothing(answer)
    assert stored(cast) == before


def test_an_expired_link_says_so_and_nothing_of_the_ticket(cast: Cast) -> None:
    question = asked(cast, subject=SUBJECT)
    token = link_token(question)
    with at(MAILED + LIVES + timedelta(seconds=1)):
        for send in (Client().get, Client().post):
            answer = send(path(question, token=token), {"answer": "good"})
            assert answer.status_code == 410
            assert "This link is too old" in words(answer)
            assert says_nothing(answer)
        with pytest.raises(LinkExpired):
            link_read(cast.provider_id(), token)
    assert questions(cast)[0].answer == ""


@pytest.mark.rule("T1")
def test_the_link_of_another_provider_is_none(cast: Cast) -> None:
    question = asked(cast, subject=SUBJECT)
    for send in (Client().get, Client().post):
        answer = send(path(question, slug="birch"), {"answer": "good"})
        assert answer.status_code == 404
        assert says_nothing(answer)
    assert questions(cast)[0].answer == ""


def test_a_link_is_bound_to_person_school_and_closing(cast: Cast) -> None:
    """A token of ours whose parts do not belong together opens nothing, even with the right signature."""
    question = asked(cast, subject=SUBJECT)
    other = asked(cast, who="hugo", school="hillside", at_time=CLOSED + timedelta(minutes=1))
    signer = signing.TimestampSigner(sep=".", salt="satisfaction.question")
    own = [question.provider_id, question.customer_id, question.pk, question.person_id]
    for place, value in ((1, other.customer_id), (2, other.pk), (3, other.person_id)):
        parts = [*own[:place], value, *own[place + 1 :]]
        answer = Client().get(path(question, token=signer.sign_object(parts)))
        assert answer.status_code == 404, place
        assert says_nothing(answer)


@pytest.mark.rule("T3")
def test_whoever_has_left_answers_no_more(cast: Cast) -> None:
    question = asked(cast, subject=SUBJECT)
    with open_scope(cast.staff_scope()):
        rita = cast.person("rita")
        rita.is_active = False
        rita.save()
    answer = Client().post(path(question), {"answer": "good"})
    assert answer.status_code == 404
    assert says_nothing(answer)


@pytest.mark.rule("T6")
def test_a_ticket_that_has_become_confidential_is_shown_to_nobody(cast: Cast) -> None:
    question = asked(cast, subject=SUBJECT)
    with open_scope(cast.scope("tess")):
        ticket_make_confidential(ticket=question.ticket, reason="About a child")
    for send in (Client().get, Client().post):
        answer = send(path(question), {"answer": "good"})
        assert answer.status_code == 404
        assert says_nothing(answer)


def test_links_are_opened_and_sent_so_often_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    question, client = asked(cast, subject=SUBJECT), Client()
    monkeypatch.setattr(public, "SENT_AN_HOUR", 2)
    for answer in ("good", "poor"):
        assert client.post(path(question), {"answer": answer}).status_code == 302
    refused = client.post(path(question), {"answer": "good"})
    assert refused.status_code == 429
    assert says_nothing(refused)
    assert questions(cast)[0].answer == "poor"
    monkeypatch.setattr(public, "OPENED_A_MINUTE", 3)
    assert client.get(path(question)).status_code == 429


def test_the_page_is_kept_by_no_cache_and_found_by_no_search(cast: Cast) -> None:
    question = asked(cast)
    answer = Client().get(path(question))
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_answers_in_the_portal_and_by_link_are_one(cast: Cast) -> None:
    question = asked(cast)
    with open_scope(cast.scope("rita")):
        answer_give(question=question, answer="good", comment="Quick")
    page = words(Client().get(path(question)))
    assert "Quick" in page
    Client().post(path(question), {"answer": "poor", "comment": ""})
    assert [(one.answer, one.comment) for one in questions(cast)] == [("poor", "")]
