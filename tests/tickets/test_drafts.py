"""Drafts: kept on the server for one person, found on any machine, seen by nobody else, gone when they have served."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from accounts.tenancy.scope import open_scope
from delivery.due import Moment
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Draft, DraftKind, Ticket
from tickets.services.drafts import KEPT_FOR, LONGEST, draft_expire, draft_save

SignIn = Callable[[str], Client]


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with open_scope(cast.staff_scope(name="lena")):
        return open_one(cast)


@pytest.fixture
def path(ticket: Ticket) -> str:
    return f"/alder/desk/tickets/{ticket.number}/"


def kept(cast: Cast, name: str = "tess") -> dict[str, str]:
    with open_scope(cast.staff_scope(name=name)):
        return dict(Draft.objects.filter(person=cast.person(name)).values_list("kind", "text"))


def test_a_draft_is_found_again_by_its_writer_alone(signed_in: SignIn, cast: Cast, path: str) -> None:
    tess = signed_in("tess")
    for text in ("First wo", "First words"):
        answer = tess.post(f"{path}draft/reply/", {"text": text, "by_phone": "on", "by_script": "1"})
        assert answer.status_code == 204
    told = tess.post(f"{path}draft/note/", {"text": "Among us"}, follow=True).content.decode()
    assert "Kept as a draft" in told
    assert kept(cast) == {"reply": "First words", "note": "Among us"}
    elsewhere, others = signed_in("tess"), signed_in("theo")
    page = elsewhere.get(path).content.decode()
    assert "First words</textarea>" in page
    assert "Among us</textarea>" in page
    assert 'name="by_phone" id="reply-by_phone" checked' in page
    assert "My draft</span>" in elsewhere.get("/alder/desk/queue/").content.decode()
    for where in (path, "/alder/desk/queue/"):
        page = others.get(where).content.decode()
        assert "First words" not in page
        assert "Among us" not in page
        assert "My draft</span>" not in page


@pytest.mark.parametrize(
    ("action", "data", "left"),
    [
        ("reply", {"text": "Done"}, {"note"}),
        ("fix", {"text": "Done"}, {"note"}),
        ("note", {"text": "Done"}, {"reply"}),
        ("reply", {"text": ""}, {"reply", "note"}),  # refused
        ("take", {}, {"reply", "note"}),
        ("draft/reply", {"then": "discard"}, {"note"}),
        ("draft/note", {"text": " "}, {"reply"}),
        ("draft/nonsense", {"text": "x"}, {"reply", "note"}),
    ],
)
def test_what_was_sent_or_discarded_is_no_draft_any_more(
    signed_in: SignIn, cast: Cast, path: str, action: str, data: dict[str, str], left: set[str]
) -> None:
    tess = signed_in("tess")
    for kind in DraftKind:
        tess.post(f"{path}draft/{kind}/", {"text": "Half a sen"})
    tess.post(f"{path}{action}/", data)
    assert set(kept(cast)) == left


@pytest.mark.parametrize("action", ["covered", "overrule", "take", "nonsense", "coverage/say"])
def test_another_form_of_the_page_takes_unsent_words_along(
    signed_in: SignIn, cast: Cast, path: str, action: str
) -> None:
    tess = signed_in("tess")
    tess.post(f"{path}{action}/", {"draft_reply": "Careful words", "draft_note": "Among us"})
    assert kept(cast) == {"reply": "Careful words", "note": "Among us"}
    page = tess.get(path).content.decode()
    assert "Careful words</textarea>" in page


def test_a_save_that_the_sending_overtook_brings_nothing_back(
    signed_in: SignIn, cast: Cast, path: str
) -> None:
    tess = signed_in("tess")
    tess.post(f"{path}reply/", {"text": "We are on our way."})
    tess.post(f"{path}draft/reply/", {"text": "We are on our w", "by_script": "1"})
    assert kept(cast) == {}
    tess.post(f"{path}draft/reply/", {"text": "Another thing", "by_script": "1"})
    assert kept(cast) == {"reply": "Another thing"}


def test_a_draft_goes_after_thirty_days_and_a_huge_one_never_comes(cast: Cast, ticket: Ticket) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        of: dict[str, Any] = {"ticket": ticket, "person": cast.person("tess"), "kind": DraftKind.REPLY}
        with pytest.raises(ValidationError):
            draft_save(**of, text="x" * (LONGEST + 1))
        draft_save(**of, text="Words")
        draft = Draft.objects.get()
        assert draft.wake_at == draft.saved_at + KEPT_FOR == draft.saved_at + timedelta(days=30)
        draft_expire(draft, Moment(draft.wake_at))
        assert not Draft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_save_at_once_leave_one_row(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
    start = Barrier(4)

    def save(text: str) -> None:
        try:
            with open_scope(cast.staff_scope(name="tess")):
                person = cast.person("tess")
                start.wait()
                draft_save(ticket=ticket, person=person, kind=DraftKind.REPLY, text=text)
        finally:
            connection.close()

    threads = [Thread(target=save, args=[f"Window {number}"]) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    with open_scope(cast.staff_scope()):
        assert Draft.objects.get().text.startswith("Window ")
