"""Two people on one ticket: what was written against an older state stops, and nothing is lost."""

import itertools
import re
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.tenancy.scope import open_scope
from sla import calendars
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.between import Seen, seen_of, seen_read
from tickets.errors import StaleTicket
from tickets.models import Channel, Direction, Message, Ticket, TicketState
from tickets.services.base import event_add, ticket_save
from tickets.services.conversation import message_receive, note_add
from tickets.services.seeing import ticket_seen_check
from tickets.services.work import ticket_assign, ticket_fix, ticket_wait

SignIn = Callable[[str], Client]


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with open_scope(cast.staff_scope(name="lena")):
        return open_one(cast)


def shown(ticket: Ticket) -> Seen:
    return seen_of(ticket, ticket.messages.all())


@pytest.fixture
def seen(cast: Cast, ticket: Ticket) -> str:
    """What a page of the untouched ticket carries."""
    with open_scope(cast.staff_scope()):
        return str(shown(ticket))


def _rita_writes(cast: Cast, ticket: Ticket) -> None:
    message_receive(ticket=ticket, author=cast.person("rita"), text="It works again!", channel=Channel.EMAIL)


def _theo_notes(cast: Cast, ticket: Ticket) -> None:
    note_add(ticket=ticket, author=cast.person("theo"), text="I have called them")


def _theo_takes_it(cast: Cast, ticket: Ticket) -> None:
    ticket_assign(ticket=ticket, assignee=cast.person("theo"))


def _theo_waits(cast: Cast, ticket: Ticket) -> None:
    ticket_wait(ticket=ticket, waiting_for="customer", reason="Which room?")


TYPED: dict[str, dict[str, Any]] = {
    "reply": {"text": "My careful words"},
    "fix": {"text": "My careful words"},
    "note": {"text": "My careful words"},
    "wait": {"waiting_for": "third_party", "reason": "My careful words"},
    "escalate": {"to_stage": 2, "reason": "My careful words"},
    "close": {"closed_as": "spam", "text": "My careful words"},
    "overrule": {"answer": "covered", "wording": "My careful words", "reason": "They asked"},
    "remote": {"minutes": 5, "note": "My careful words"},
}


@pytest.mark.parametrize(
    ("action", "meanwhile", "told"),
    [
        ("reply", _theo_notes, "I have called them"),
        ("fix", _rita_writes, "It works again!"),
        ("note", _theo_waits, "Which room?"),
        ("wait", _theo_takes_it, "Theo changed the owner from nobody to Theo."),
        ("escalate", _rita_writes, "It works again!"),
        ("close", _rita_writes, "It works again!"),
        ("overrule", _theo_takes_it, "Theo changed the owner"),
        ("remote", _theo_notes, "I have called them"),
    ],
)
def test_what_was_written_against_an_older_state_stops_and_is_kept(
    signed_in: SignIn,
    ticket: Ticket,
    cast: Cast,
    seen: str,
    action: str,
    meanwhile: Callable[..., None],
    told: str,
) -> None:
    lena, path = signed_in("lena"), f"/alder/desk/tickets/{ticket.number}/"
    data: dict[str, Any] = {**TYPED[action], "seen": seen, "then": "wait"}
    with open_scope(cast.staff_scope(name="theo")):
        meanwhile(cast, ticket)
        before = Message.objects.count()
    stopped = lena.post(f"{path}{action}/", data)
    page = stopped.content.decode()
    assert stopped.status_code == 409
    assert "My careful words" in page
    assert told in page
    assert f'action="{path}{action}/"' in page
    assert '<input type="hidden" name="then" value="wait">' in page
    (seen_since,) = re.findall(r'name="seen" value="([^"]*)"', page)
    with open_scope(cast.staff_scope()):
        assert Message.objects.count() == before
    again = lena.post(f"{path}{action}/", {**data, "seen": seen_since})
    assert again.status_code == 302


def test_every_form_of_the_page_carries_the_state_that_it_shows(
    signed_in: SignIn, ticket: Ticket, seen: str
) -> None:
    """Also those that are drawn when they are opened: they carry the page's state, not that of a moment later."""
    lena, path = signed_in("lena"), f"/alder/desk/tickets/{ticket.number}/"
    page = lena.get(path).content.decode()
    forms = re.findall(r'<form[^>]*method="post"[^>]*action="' + re.escape(path) + r".*?</form>", page, re.S)
    assert len(forms) > 8
    for form in forms:
        assert f'name="seen" value="{seen}"' in form
    (ask,) = re.findall(r'hx-get="([^"]*do=assign[^"]*)"', page)
    part = lena.get(ask.replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert f'name="seen" value="{seen}"' in part


def test_ones_own_work_in_another_window_stops_nobody(signed_in: SignIn, ticket: Ticket, seen: str) -> None:
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    for action, data in (("take", {}), ("note", {"text": "Mine"}), ("reply", {"text": "Also mine"})):
        assert tess.post(f"{path}{action}/", {**data, "seen": seen}).status_code == 302, action


def test_the_words_of_a_second_fix_are_kept_and_can_go_as_an_answer(
    signed_in: SignIn, ticket: Ticket, cast: Cast, seen: str
) -> None:
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    data = {"text": "My careful words", "seen": seen}
    with open_scope(cast.staff_scope(name="theo")):
        ticket_fix(ticket=ticket, author=cast.person("theo"), text="Restarted the switch")
    stopped = tess.post(f"{path}fix/", data)
    page = stopped.content.decode()
    assert stopped.status_code == 409
    for words in (
        "My careful words",
        "Restarted the switch",
        "can no longer be done",
        f'action="{path}reply/"',
    ):
        assert words in page
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).state == TicketState.FIXED


@pytest.mark.parametrize("text", ["", "12", "a.b", "-1.0", "1.2.3", "9" * 50 + ".1", "²." + "1"])
def test_a_damaged_state_is_none(text: str) -> None:
    assert seen_read(text) is None


@pytest.fixture
def _no_remembered_calendars(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that commits is cleared away behind the back of what this process remembers of calendars."""
    monkeypatch.setattr(calendars, "_version_ids", type(calendars._version_ids)(4096))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_remembered_calendars")
def test_a_hundred_edits_at_once_lose_nothing_and_none_is_blind(cast: Cast) -> None:
    """Two people make 50 edits each, and look again when they are stopped. The control makes them without looking."""
    with open_scope(cast.staff_scope(name="lena")):
        ticket = open_one(cast)
        first, version = shown(ticket), Ticket.objects.get(pk=ticket.pk).version
    people = ("tess", "theo")

    def run(*, each: int, guarded: bool) -> list[Message]:
        start = Barrier(len(people))

        def work(name: str) -> None:
            try:
                scope = cast.staff_scope(name=name)
                start.wait()
                seen = first
                for _ in range(each):
                    seen = _edit(ticket, scope, seen, guarded=guarded)
            finally:
                connection.close()

        threads = [Thread(target=work, args=[name]) for name in people]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        with open_scope(cast.staff_scope()):
            return list(Message.objects.filter(ticket=ticket, pk__gt=first.message_id).order_by("id"))

    made = run(each=50, guarded=True)
    assert len(made) == 100
    assert _blind(made) == []
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).version == version + 100
        Message.objects.filter(pk__in=[one.pk for one in made]).delete()
    assert _blind(run(each=1, guarded=False))


def _edit(ticket: Ticket, scope: Any, seen: Seen, *, guarded: bool) -> Seen:
    """One edit, its text the newest message that its writer had seen; looks again as often as it is stopped."""
    while True:
        try:
            with open_scope(scope), transaction.atomic():
                ticket_seen_check(ticket=ticket, seen=seen if guarded else None)
                fresh = Ticket.objects.get(pk=ticket.pk)
                made = event_add(fresh, str(seen.message_id), direction=Direction.NOTE)
                ticket_save(fresh)
                return Seen(made.pk, seen.owner_id)
        except StaleTicket:
            with open_scope(scope):
                seen = shown(Ticket.objects.get(pk=ticket.pk))


def _blind(made: list[Message]) -> list[int]:
    """The edits that were written without the newest before them, other than one's own."""
    pairs = itertools.pairwise(made)
    return [
        one.pk for before, one in pairs if one.text != str(before.pk) and one.author_id != before.author_id
    ]
