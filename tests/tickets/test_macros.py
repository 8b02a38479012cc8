"""Macros: who keeps them, what they say and do, and that sending does all of it or nothing (Rules S5, S10, T2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Team
from accounts.permissions import STAFF_PERMISSIONS, Permission
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from sla.models import ServiceLevel
from tests.cast import ALDER_STAFF, Cast
from tests.tickets.test_opening import open_one
from tickets.errors import WrongState
from tickets.macros import macro_said, macro_values, macros_of
from tickets.models import (
    Audience,
    Direction,
    Macro,
    Message,
    TicketState,
)
from tickets.services.macro_runs import Also, ticket_answer_with
from tickets.services.macros import MOST_MACROS, macro_keep, macro_remove, macro_restore

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def rights(name: str) -> frozenset[Permission]:
    return STAFF_PERMISSIONS[ALDER_STAFF[name]]


def keep(
    cast: Cast, by: str, audience: str = Audience.OWN, *, macro: Macro | None = None, **values: Any
) -> Macro:
    values = {"name": "Which room?", "text": "Dear {{ person.first_name }}", "audience": audience, **values}
    if audience == Audience.TEAM:
        values["team"] = Team.objects.get(name="Desk")
    return macro_keep(macro=macro, values=values, by=cast.person(by), permissions=rights(by))


# Tess and Theo are the team's members, Lena leads it and may share; Ada may share; Cass neither.
SEEN = {
    Audience.OWN: {"tess"},
    Audience.TEAM: {"tess", "theo", "lena"},
    Audience.SHARED: set(ALDER_STAFF),
}
CHANGED = {Audience.OWN: {"tess"}, Audience.TEAM: {"tess", "theo", "lena"}, Audience.SHARED: {"lena", "ada"}}


@pytest.mark.parametrize("audience", list(Audience))
def test_who_sees_and_who_changes_a_macro(cast: Cast, audience: Audience) -> None:
    with open_scope(cast.staff_scope()):
        macro = keep(cast, "lena" if audience == Audience.SHARED else "tess", audience)
        seen, changed = set(), set()
        for name in ALDER_STAFF:
            person = cast.person(name)
            if macros_of(person).filter(pk=macro.pk).exists():
                seen.add(name)
            try:
                macro_restore(macro=macro, by=person, permissions=rights(name))
                changed.add(name)
            except PermissionDenied:
                pass
    assert seen == SEEN[audience]
    assert changed == CHANGED[audience]


def test_nobody_keeps_one_for_others_beyond_their_rights(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        own = keep(cast, "tess")
        for by, audience in (("tess", Audience.SHARED), ("cass", Audience.TEAM)):
            with pytest.raises(PermissionDenied):
                keep(cast, by, audience)
        with pytest.raises(PermissionDenied):
            keep(cast, "tess", Audience.SHARED, macro=own)
        with pytest.raises(PermissionDenied):
            macro_remove(macro=own, by=cast.person("ada"), permissions=rights("ada"))
        assert list(Macro.objects.values_list("pk", "audience", "removed_at")) == [(own.pk, "own", None)]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"text": "Dear {{ person.nickname }}"}, "text", "There is no variable person.nickname here."),
        ({"text": "Dear {{ person.name"}, "text", "two braces on both sides"),
        ({"text": "{% if x %}"}, "text", "no commands"),
        ({"note": "{{ secret }}"}, "note", "There is no variable secret"),
        ({"text": " "}, "text", "Write an answer, or choose"),
        ({"then": "wait_school"}, "reason", "Say what you wait for"),
        ({"then": "nonsense"}, "then", "not a valid choice"),
        ({"name": " x "}, "name", "at least 2"),
    ],
)
def test_what_could_not_be_used_is_refused_in_words(
    cast: Cast, wrong: dict[str, Any], field: str, words: str
) -> None:
    with open_scope(cast.staff_scope()):
        with pytest.raises(ValidationError) as refused:
            keep(cast, "tess", **wrong)
        assert words in " ".join(refused.value.message_dict[field])
        assert not Macro.objects.exists()


def test_a_level_needs_its_reason_and_there_is_one_owner(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        team = Team.objects.get(name="Desk")
        with pytest.raises(ValidationError) as refused:
            keep(cast, "tess", level=ServiceLevel.objects.get(name="Low"), takes=True, to_team=team)
    assert {"level_reason", "to_team"} <= set(refused.value.message_dict)


def test_a_list_has_an_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.services.macros.MOST_MACROS", 2)
    assert MOST_MACROS > 2
    with open_scope(cast.staff_scope()):
        made = [keep(cast, "tess", name=f"Macro {number}") for number in range(2)]
        with pytest.raises(ValidationError):
            keep(cast, "tess")
        tess = cast.person("tess")
        macro_remove(macro=made[0], by=tess, permissions=rights("tess"))
        keep(cast, "tess")
        with pytest.raises(ValidationError):  # its place is taken
            macro_restore(macro=made[0], by=tess, permissions=rights("tess"))


def test_what_is_kept_in_the_audit_trail_has_no_words(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        keep(cast, "tess", text="A child's name")
        (entry,) = AuditEntry.objects.filter(action="macro.created")
        assert "child" not in str(entry.changes)


# ---- what it says


@pytest.mark.rule("T6")
def test_variables_are_filled_and_what_people_are_called_is_never_read(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        ticket.requester.name = "{{ me.name }} <b>Rita</b>"
        ticket.fix_clock = None
        text = "Dear {{ person.name }}, {{ticket.reference}}: {{ ticket.reply_due }}\n"
        text += "By {{ ticket.fix_due }}\n{{ me.name }}"
        macro = keep(cast, "tess", text=text)
        provider, tess = cast.provider(), cast.person("tess")
        said = macro_said(macro, macro_values(provider, ticket, tess)).text
        reference = f"{provider.reference_prefix}-{ticket.number}"
        assert said.startswith(f"Dear {{{{ me.name }}}} <b>Rita</b>, {reference}: ")
        assert " at " in said
        assert said.endswith("\nTess")
        assert "By" not in said  # the line of what is not known is gone
        ticket.is_confidential = True
        assert macro_values(provider, ticket, tess)["ticket.subject"] == "confidential"


def test_a_variable_that_is_known_no_more_stands_as_it_was_written(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, macro = open_one(cast), Macro(text="{{ gone.variable }} and {{ me.name }}")
        said = macro_said(macro, macro_values(cast.provider(), ticket, cast.person("tess")))
    assert said.text == "{{ gone.variable }} and Tess"


# ---- what it does: all of it or nothing


@pytest.mark.rule("S10")
def test_answer_and_everything_else_happen_together(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, tess = open_one(cast), cast.person("tess")
        low = ServiceLevel.objects.get(name="Low")
        also = Also(
            takes=True,
            level=low,
            level_reason="One room",
            then="wait_school",
            reason="Which room?",
            note="Asked",
        )
        ticket_answer_with(ticket=ticket, author=tess, text="Which room?", also=also)
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.level, ticket.state) == (tess, low, TicketState.WAITING_CUSTOMER)
        assert ticket.waiting_reason == "Which room?"
        said = Message.objects.filter(ticket=ticket, author=tess).exclude(direction=Direction.EVENT)
        assert list(said.values_list("direction", "text")) == [("out", "Which room?"), ("note", "Asked")]


@pytest.mark.parametrize(
    "also",
    [
        Also(takes=True, note="Kept?", then="close_fixed"),  # it has not been fixed
        Also(takes=True, note="Kept?", then="wait_school", reason="x" * 301),
    ],
    ids=["refused by a rule", "refused by the database"],
)
def test_where_one_thing_cannot_be_done_nothing_is(cast: Cast, also: Also) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, tess = open_one(cast), cast.person("tess")
        before = (Message.objects.count(), OutboundMail.objects.count(), AuditEntry.objects.count())
        with pytest.raises(Exception, match=r"fixed before you close|too long"):
            ticket_answer_with(ticket=ticket, author=tess, text="Which room?", also=also)
        after = (Message.objects.count(), OutboundMail.objects.count(), AuditEntry.objects.count())
        ticket.refresh_from_db()
    assert after == before
    assert (ticket.assignee, ticket.state) == (None, TicketState.NEW)


def test_fixing_and_closing_say_the_answer_once(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        tess = cast.person("tess")
        for then, state in (
            ("fix", TicketState.FIXED),
            ("close_unsolved", TicketState.CLOSED),
            ("close_spam", TicketState.CLOSED),
        ):
            ticket = open_one(cast, logged_at=timezone.now())
            ticket_answer_with(ticket=ticket, author=tess, text="These words", also=Also(then=then))
            ticket.refresh_from_db()
            assert ticket.state == state
            assert Message.objects.filter(ticket=ticket, text="These words").count() == 1, then


def test_the_level_of_a_ticket_that_has_ended_stays(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, tess = open_one(cast), cast.person("tess")
        ticket_answer_with(ticket=ticket, author=tess, text="Fixed", also=Also(then="fix"))
        also = Also(level=ServiceLevel.objects.get(name="Low"), level_reason="x")
        with pytest.raises(WrongState):
            ticket_answer_with(ticket=ticket, author=tess, text="More", also=also)
        assert not Message.objects.filter(text="More").exists()
