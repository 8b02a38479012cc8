"""Macros on the pages: chosen, seen, left out, sent whole or not at all; written, tried and brought back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Team
from accounts.tenancy.scope import open_scope
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.tickets.test_macros import keep, rights
from tests.tickets.test_opening import open_one
from tickets.models import (
    Audience,
    Direction,
    Draft,
    DraftKind,
    Macro,
    MacroThen,
    Message,
    Ticket,
    TicketState,
)
from tickets.services.conversation import note_add
from tickets.services.drafts import draft_save
from tickets.services.macros import macro_remove

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]

SENT = {"text": "Which room?", "also_to": "me", "also_then": "wait_school", "also_reason": "Which room?"}


def test_a_macro_is_chosen_seen_and_sent(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        low = ServiceLevel.objects.get(name="Low")
        macro = keep(
            cast, "tess", takes=True, then="wait_school", reason="Room of {{ person.name }}?", note="Asked",
            level=low, level_reason="One room",
        )  # fmt: skip
        draft_save(ticket=ticket, person=cast.person("tess"), kind=DraftKind.REPLY, text="Typed before.")
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    assert "Which room?" in tess.get(f"{path}macros/").content.decode()
    page = tess.get(f"{path}macros/{macro.pk}/").content.decode()
    assert "Typed before.\n\nDear Rita</textarea>" in page
    part = tess.get(f"{path}macros/{macro.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert 'data-insert-now="Dear Rita"' in part
    for html in (page, part):
        assert "When you send this, it also happens" in html
        for name in ("also_to", "also_level", "also_level_reason", "also_then", "also_reason", "also_note"):
            assert f'name="{name}"' in html
        assert "Room of Rita?" in html
    with open_scope(cast.staff_scope()):  # nothing has happened yet
        assert Ticket.objects.get(pk=ticket.pk).state == TicketState.NEW
    sent = tess.post(f"{path}macro/", {**SENT, "also_level": low.pk, "also_level_reason": "One room"})
    assert sent.status_code == 302
    with open_scope(cast.staff_scope()):
        ticket.refresh_from_db()
        assert (ticket.state, ticket.level_id, str(ticket.assignee)) == ("waiting_customer", low.pk, "Tess")
        assert not Draft.objects.exists()


def test_choosing_costs_few_queries(
    cast: Cast, signed_in: SignIn, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, team = open_one(cast), Team.objects.get(name="Desk")
        low = ServiceLevel.objects.get(name="Low")
        rows = [
            keep(cast, "tess", name=f"Macro {n}", to_team=team, level=low, level_reason="One", then="fix")
            for n in range(20)
        ]
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    part = {"HX-Request": "true"}
    for asked, headers, most in (
        (f"{path}macros/{rows[0].pk}/", {}, 15),
        (f"{path}macros/", part, 8),
        (f"{path}macros/{rows[0].pk}/", part, 10),
    ):
        tess.get(asked, headers=headers)
        with at_most(most):
            assert tess.get(asked, headers=headers).status_code == 200


def test_words_alone_leave_the_composer_as_it_is(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, macro = open_one(cast), keep(cast, "tess")
    page = signed_in("tess").get(f"/alder/desk/tickets/{ticket.number}/macros/{macro.pk}/").content.decode()
    assert "Dear Rita</textarea>" in page
    assert "also_" not in page


@pytest.mark.parametrize("how", ["removed", "another's"])
def test_a_macro_that_is_not_there_is_told(cast: Cast, signed_in: SignIn, how: str) -> None:
    with open_scope(cast.staff_scope(name="theo")):
        ticket = open_one(cast)
        macro = keep(cast, "theo" if how == "another's" else "tess", then="fix")
        if how == "removed":
            macro_remove(macro=macro, by=cast.person("tess"), permissions=rights("tess"))
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    part = tess.get(f"{path}macros/{macro.pk}/", headers={"HX-Request": "true"})
    back = tess.get(f"{path}macros/{macro.pk}/")
    assert (part.status_code, back["Location"]) == (200, f"{path}#composer")
    for html in (part.content.decode(), tess.get(path).content.decode()):
        assert "This macro is not there any more." in html
        assert "also_" not in html


@pytest.mark.parametrize("meanwhile", ["changed", "removed"])
def test_what_was_shown_is_done_whatever_becomes_of_the_macro(
    cast: Cast, signed_in: SignIn, meanwhile: str
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, macro = (
            open_one(cast),
            keep(cast, "tess", takes=True, then="wait_school", reason="Which room?"),
        )
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    assert "also_then" in tess.get(f"{path}macros/{macro.pk}/").content.decode()
    with open_scope(cast.staff_scope()):
        if meanwhile == "removed":
            macro_remove(macro=macro, by=cast.person("tess"), permissions=rights("tess"))
        else:
            keep(cast, "tess", macro=macro, then="close_spam")
    assert tess.post(f"{path}macro/", SENT).status_code == 302
    with open_scope(cast.staff_scope()):
        ticket.refresh_from_db()
        assert (ticket.state, str(ticket.assignee)) == (TicketState.WAITING_CUSTOMER, "Tess")


def test_what_stands_in_the_form_can_be_left_out(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    assert (
        tess.post(f"{path}macro/", {**SENT, "also_to": "", "also_then": "", "also_note": ""}).status_code
        == 302
    )
    with open_scope(cast.staff_scope()):
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.state) == (None, TicketState.OPEN)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"also_reason": " "}, "Say what we wait for."),
        ({"text": "", "also_to": "", "also_then": ""}, "Write an answer, or choose something to be done."),
        ({"text": "", "also_then": "fix"}, "Write what the school is told."),
        ({"also_then": "explode"}, "Select a valid choice"),
        ({"also_to": "team:999999"}, "Select a valid choice"),
        ({"also_then": "close_fixed"}, "Tell the school that it is fixed before you close the ticket."),
    ],
)
def test_what_cannot_be_sent_comes_back_with_every_word(
    cast: Cast, signed_in: SignIn, wrong: dict[str, str], told: str
) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
    data = {**SENT, "also_note": "My careful note", **wrong}
    if wrong.get("text") == "":
        data.pop("also_note")
    answer = signed_in("tess").post(f"/alder/desk/tickets/{ticket.number}/macro/", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "also_reason" in page
    assert ("My careful note" in page) is ("also_note" in data)
    with open_scope(cast.staff_scope()):
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.state) == (None, TicketState.NEW)
        assert not Message.objects.filter(ticket=ticket, direction=Direction.OUTGOING).exists()


@pytest.mark.rule("S6")
def test_a_macro_closes_nothing_that_its_sender_may_not_close(cast: Cast, signed_in: SignIn) -> None:
    """As by hand: with a missed deadline only some may close as not counted."""
    with open_scope(cast.staff_scope()):
        long_ago = timezone.now() - timedelta(days=60)
        tickets = [open_one(cast, logged_at=long_ago) for _ in range(2)]
    data = {"text": "", "also_then": MacroThen.CLOSE_SPAM}
    for name, ticket, status in (("tess", tickets[0], 422), ("lena", tickets[1], 302)):
        assert signed_in(name).post(f"/alder/desk/tickets/{ticket.number}/macro/", data).status_code == status


def test_a_macro_against_an_older_state_stops_with_everything_in_it(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope(name="theo")):
        ticket = open_one(cast)
        seen = f"{Message.objects.filter(ticket=ticket).latest('pk').pk}.0"
        note_add(ticket=ticket, author=cast.person("theo"), text="I have called them")
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/macro/"
    stopped = tess.post(path, {**SENT, "also_note": "My careful note", "seen": seen})
    page = stopped.content.decode()
    assert stopped.status_code == 409
    for words in ("I have called them", "My careful note", 'name="also_then"', f'action="{path}"'):
        assert words in page
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_without_script_what_was_typed_is_kept_before_the_list(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    kept = tess.post(f"{path}macros/", {"text": "Half a sent", "by_phone": "on"})
    assert kept["Location"] == f"{path}macros/"
    with open_scope(cast.staff_scope()):
        assert list(Draft.objects.values_list("text", "by_phone")) == [("Half a sent", True)]


def test_a_macro_is_written_tried_found_removed_and_brought_back(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
    tess, base = signed_in("tess"), "/alder/desk/macros/"
    data = {
        "name": "Ask",
        "audience": "own",
        "text": "Dear {{ person.name }}",
        "then": "wait_school",
        "reason": "Room",
    }
    page = tess.get(f"{base}new/").content.decode()
    assert "Everybody at the desk" not in page
    tried = tess.post(f"{base}new/", {**data, "do": "preview", "example": ticket.number}).content.decode()
    assert "Dear Rita</pre>" in tried
    assert "Wait for the school: Room" in tried
    with open_scope(cast.staff_scope()):
        assert not Macro.objects.exists()
    wrong = tess.post(f"{base}new/", {**data, "text": "{{ nonsense }}"})
    assert wrong.status_code == 422
    assert "There is no variable nonsense here." in wrong.content.decode()
    assert tess.post(f"{base}new/", data).status_code == 302
    with open_scope(cast.staff_scope()):
        row = Macro.objects.get()
    assert "Ask</a>" in tess.get(f"{base}?q=dear").content.decode()
    assert "No macro has these words" in tess.get(f"{base}?q=hello").content.decode()
    assert "Ask" not in signed_in("theo").get(base).content.decode().split("<tbody", 1)[-1][:2000]
    assert signed_in("theo").get(f"{base}{row.pk}/").status_code == 404
    gone = tess.post(f"{base}{row.pk}/remove/")
    assert "The macro is removed." in tess.get(gone["Location"]).content.decode()
    assert tess.get(f"{base}{row.pk}/").status_code == 404
    assert signed_in("theo").post(f"{base}{row.pk}/restore/").status_code == 403
    tess.post(f"{base}{row.pk}/restore/")
    assert "Ask</a>" in tess.get(base).content.decode()


def test_who_may_not_change_a_macro_reads_it(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope()):
        open_one(cast)
        row = keep(cast, "ada", Audience.SHARED)
    tess, path = signed_in("tess"), f"/alder/desk/macros/{row.pk}/"
    page = tess.get(path).content.decode()
    assert "What it says and does" in page
    assert "macro-form" not in page
    assert tess.post(path, {"name": "Mine"}).status_code == 403


# ---- two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_state", [True, False], ids=["stopped", "without the check"])
def test_of_two_macros_at_the_same_moment_one_is_stopped(
    cast: Cast, signed_in: SignIn, with_state: bool
) -> None:
    """Without the state that their pages showed, which is the negative control, both are sent."""
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
        seen = f"{Message.objects.filter(ticket=ticket).latest('pk').pk}.0"
    clients, gate, answers = [signed_in(name) for name in ("tess", "theo")], Barrier(2), []

    def send(client: Client) -> None:
        try:
            gate.wait()
            data = {**SENT, **({"seen": seen} if with_state else {})}
            answers.append(client.post(f"/alder/desk/tickets/{ticket.number}/macro/", data).status_code)
        finally:
            connection.close()

    threads = [Thread(target=send, args=(client,)) for client in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ([302, 409] if with_state else [302, 302])
    with open_scope(cast.staff_scope()):
        sent = Message.objects.filter(ticket=ticket, direction=Direction.OUTGOING).count()
    assert sent == (1 if with_state else 2)
