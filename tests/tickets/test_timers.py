"""No owner for too long, and news that are owed while a ticket is escalated: told once each time (rules E1, S14)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.tenancy.scope import Scope, open_scope
from delivery.models import Notification, OutboundMail
from delivery.sweeper import sweep
from sla.desk_time import desk_hours_later
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tests.tickets.test_requests import ask
from tickets.errors import WrongState
from tickets.models import Channel, Direction, Escalation, Message, Ticket, TicketTimer, TimerKind
from tickets.services.approvals import approval_decide
from tickets.services.attention import attention_policy_set
from tickets.services.conversation import message_receive, note_add, ticket_reply
from tickets.services.escalation import ticket_escalate, ticket_hand_back
from tickets.services.work import ticket_assign, ticket_close, ticket_fix, ticket_reopen, ticket_wait

SignIn = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.rule("S14")]
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
TUESDAY = NOW + timedelta(days=1)  # of eight hours a day, eight hours later
QUEUE = ["timers"]


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def due_at(ticket: Ticket, kind: TimerKind) -> datetime | None:
    return TicketTimer.objects.filter(ticket=ticket, kind=kind).values_list("due_at", flat=True).first()


def told(words: str) -> list[str]:
    """Who was told of something, in this order."""
    rows = Notification.objects.filter(summary__contains=words).order_by("pk")
    return list(rows.values_list("person__name", flat=True))


def escalated(cast: Cast, to_stage: int = 3) -> Ticket:
    ticket = open_one(cast, logged_at=NOW, assignee=cast.person("tess"))
    ticket_escalate(
        ticket=ticket, to_stage=to_stage, trigger="technician", reason="It affects the whole school"
    )
    return ticket


def answer(cast: Cast, ticket: Ticket, **more: Any) -> None:
    details = {"text": "We are on it", "channel": Channel.EMAIL, **more}
    ticket_reply(ticket=ticket, author=cast.person("tess"), **details)


# No owner for too long


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.MONITORING])
def test_nobody_owns_it_is_told_once_to_the_lead(cast: Cast, channel: Channel) -> None:
    with open_scope(cast.scope("tess")):
        ticket = open_one(cast, logged_at=NOW, channel=channel)
        assert due_at(ticket, TimerKind.OWNER) == NOW + HOUR
    sweep(now=NOW + HOUR - SECOND, queues=QUEUE)
    with open_scope(cast.scope("tess")):
        assert told("Nobody owns") == []
    for _again in range(2):
        sweep(now=NOW + HOUR, queues=QUEUE)
    with open_scope(cast.scope("tess")):
        assert told("Nobody owns") == ["Lena"]
        assert TicketTimer.objects.get(ticket=ticket).wake_at is None


def test_an_owner_ends_it_and_taking_the_owner_away_begins_it_anew(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        ticket = open_one(cast, logged_at=NOW)
    sweep(now=NOW + HOUR, queues=QUEUE)
    with open_scope(cast.scope("tess")):
        ticket_assign(ticket=ticket, assignee=cast.person("tess"))
        assert not TicketTimer.objects.exists()
    with time_machine.travel(NOW + 2 * HOUR, tick=False), open_scope(cast.scope("tess")):
        ticket_assign(ticket=ticket, assignee=cast.person("theo"))
        ticket_assign(ticket=ticket, assignee=None)
        assert due_at(ticket, TimerKind.OWNER) == NOW + 3 * HOUR
    sweep(now=NOW + 3 * HOUR, queues=QUEUE)
    with open_scope(cast.scope("tess")):
        assert told("Nobody owns") == ["Lena", "Lena"]


def test_what_waits_for_approval_needs_no_owner_before_it_is_approved(cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        ticket = ask(cast, "equipment")
        assert not TicketTimer.objects.exists()
    with time_machine.travel(NOW + HOUR, tick=False), open_scope(cast.scope("bea")):
        approval_decide(ticket=ticket, by=cast.person("bea"), approve=True)
        assert due_at(ticket, TimerKind.OWNER) == NOW + 2 * HOUR


@pytest.mark.parametrize("end", ["fixed", "closed"])
def test_what_has_ended_needs_no_owner_until_it_is_reopened(cast: Cast, end: str) -> None:
    with open_scope(cast.scope("tess")):
        ticket = open_one(cast, logged_at=NOW)
        if end == "fixed":
            ticket_fix(ticket=ticket, author=cast.person("tess"), text="Done")
        else:
            ticket_close(ticket=ticket, closed_as="withdrawn")
        assert not TicketTimer.objects.exists()
        ticket_reopen(ticket=ticket, reason="Again")
        assert due_at(ticket, TimerKind.OWNER) == NOW + HOUR


# News while it is escalated


@pytest.mark.rule("E1")
@pytest.mark.parametrize(("stage", "hours"), [(2, None), (3, 8), (4, 4)])
def test_from_which_stage_and_how_often(cast: Cast, stage: int, hours: int | None) -> None:
    with open_scope(cast.scope("tess")):
        ticket = escalated(cast, stage)
        expected = desk_hours_later(NOW, hours) if hours else None
        assert due_at(ticket, TimerKind.UPDATE) == expected


@pytest.mark.rule("E1")
def test_once_to_those_who_owe_it_then_to_senior_management(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        ticket = escalated(cast)
        first = desk_hours_later(NOW, 8)
        second = desk_hours_later(first, 8)
    sweep(now=first - SECOND, queues=QUEUE)
    with open_scope(cast.scope("tess")):
        assert told("pdate") == []
    for _again in range(2):
        sweep(now=first, queues=QUEUE)
    with open_scope(cast.scope("tess")):
        assert told("Update due") == ["Cass", "Lena"]
        assert told("Still no update") == []
    for _again in range(2):
        sweep(now=second, queues=QUEUE)
    with open_scope(cast.scope("tess")):
        assert told("Update due") == ["Cass", "Lena"]
        assert told("Still no update") == ["Sena"]
        assert due_at(ticket, TimerKind.UPDATE) == first  # what was owed, for the page


@pytest.mark.rule("E1")
def test_after_an_outage_each_is_told_once_and_marked_late(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        escalated(cast)
    sweep(now=NOW + timedelta(days=14), queues=QUEUE)
    with open_scope(cast.scope("tess")):
        assert told("Update due") == ["Cass", "Lena"]
        assert told("Still no update") == ["Sena"]
        assert all(Notification.objects.filter(key__startswith="owed:").values_list("is_late", flat=True))


@pytest.mark.rule("E1")
def test_only_our_own_words_to_the_school_are_the_update(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        ticket = escalated(cast)
        first = due_at(ticket, TimerKind.UPDATE)
        assert first is not None
    sweep(now=first, queues=QUEUE)
    with time_machine.travel(first, tick=False), open_scope(cast.scope("tess")):
        note_add(ticket=ticket, author=cast.person("tess"), text="Still looking")
        ticket_wait(ticket=ticket, waiting_for="customer", reason="They must restart it")
        message_receive(ticket=ticket, author=cast.person("rita"), text="Any news?", channel=Channel.EMAIL)
        assert due_at(ticket, TimerKind.UPDATE) == first
        answer(cast, ticket, at=NOW - HOUR)  # a call of before it was escalated, written down now
        assert due_at(ticket, TimerKind.UPDATE) == first
        answer(cast, ticket, at=first)
        timer = TicketTimer.objects.get(ticket=ticket, kind=TimerKind.UPDATE)
        assert (timer.due_at, timer.rung) == (desk_hours_later(first, 8), 0)
        assert told("had an update") == ["Sena"]
    sweep(now=desk_hours_later_of(cast, first, 8), queues=QUEUE)
    with open_scope(cast.scope("tess")):
        assert told("Update due") == ["Cass", "Lena"] * 2


def desk_hours_later_of(cast: Cast, start: datetime, hours: int) -> datetime:
    with open_scope(cast.staff_scope()):
        return desk_hours_later(start, hours)


ENDS: dict[str, Callable[[Cast, Ticket], object]] = {
    "fixed": lambda cast, ticket: ticket_fix(ticket=ticket, author=cast.person("tess"), text="Done"),
    "closed": lambda cast, ticket: ticket_close(ticket=ticket, closed_as="withdrawn"),
    "handed back": lambda cast, ticket: ticket_hand_back(ticket=ticket, to_stage=2, reason="It is contained"),
}


@pytest.mark.rule("E1")
@pytest.mark.parametrize("end", ENDS)
def test_no_news_are_owed_any_more(cast: Cast, end: str) -> None:
    with open_scope(cast.scope("lena")):
        ticket = escalated(cast)
        ENDS[end](cast, ticket)
        assert not TicketTimer.objects.filter(kind=TimerKind.UPDATE).exists()
    sweep(now=NOW + timedelta(days=14), queues=QUEUE)
    with open_scope(cast.scope("lena")):
        assert told("Update due") == []


@pytest.mark.rule("E1")
def test_reopened_it_is_escalated_still_and_news_are_owed_from_then_on(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        ticket = escalated(cast)
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="Done")
    with time_machine.travel(NOW + HOUR, tick=False), open_scope(cast.scope("tess")):
        ticket_reopen(ticket=ticket, reason="Again")
        assert due_at(ticket, TimerKind.UPDATE) == desk_hours_later(NOW + HOUR, 8)


@pytest.mark.rule("E1")
def test_a_further_step_up_counts_from_itself(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        ticket = escalated(cast)
    with time_machine.travel(NOW + HOUR, tick=False), open_scope(cast.scope("tess")):
        ticket_escalate(ticket=ticket, to_stage=4, trigger="technician", reason="No way on")
        assert due_at(ticket, TimerKind.UPDATE) == desk_hours_later(NOW + HOUR, 4)


@pytest.mark.rule("E1", "T6")
def test_of_a_confidential_ticket_nothing_but_that_it_needs_attention(cast: Cast) -> None:
    with open_scope(cast.scope("lena")):
        ticket = open_one(cast, logged_at=NOW, subject="A pupil wrote to me", is_confidential=True)
        ticket = Ticket.objects.filter(pk=ticket.pk).first() or ticket
    sweep(now=NOW + HOUR, queues=QUEUE)
    with open_scope(Scope(provider_id=cast.provider_id(), is_system=True)):
        rows = list(Notification.objects.filter(key__startswith="owed:"))
        assert "Lena" in [one.person.name for one in rows]
        assert all("pupil" not in one.summary + one.detail for one in rows)
        assert all("Oakfield" not in one.summary + one.detail for one in rows)


# The provider's own limits


def test_other_limits_hold_at_once_and_none_is_not_watched(cast: Cast) -> None:
    with open_scope(cast.scope("ada")):
        alone, passed_up = open_one(cast, logged_at=NOW), escalated(cast)
        attention_policy_set(owner_within=30, update_every=2, update_every_senior=4)
    sweep(now=NOW, queues=QUEUE)
    with open_scope(cast.scope("ada")):
        assert due_at(alone, TimerKind.OWNER) == NOW + timedelta(minutes=30)
        assert due_at(passed_up, TimerKind.UPDATE) == NOW + 2 * HOUR
        attention_policy_set(owner_within=None, update_every=None, update_every_senior=4)
        assert not TicketTimer.objects.exists()
        open_one(cast, logged_at=NOW)
        escalated(cast)
        assert not TicketTimer.objects.exists()
        attention_policy_set(owner_within=30, update_every=2, update_every_senior=4)
    sweep(now=NOW, queues=QUEUE)
    with open_scope(cast.scope("ada")):
        dues = TicketTimer.objects.order_by("due_at").values_list("due_at", flat=True)
        assert list(dues) == [NOW + timedelta(minutes=30)] * 2 + [NOW + 2 * HOUR] * 2


def test_another_provider_is_told_of_its_own_only(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        open_one(cast, logged_at=NOW)
    with open_scope(cast.scope("tim")):
        assert not TicketTimer.objects.exists()


# Handing back


@pytest.mark.rule("E1")
def test_handing_back_is_recorded_and_told_like_each_step(cast: Cast) -> None:
    with open_scope(cast.scope("lena")):
        ticket = escalated(cast)
        ticket_hand_back(ticket=ticket, to_stage=1, reason="The line is up again")
        step = Escalation.objects.filter(ticket=ticket).last()
        assert step is not None
        assert (step.from_stage, step.to_stage, step.reason, step.actor, step.at) == (
            3, 1, "The line is up again", cast.person("lena"), NOW,
        )  # fmt: skip
        line = Message.objects.filter(ticket=ticket, direction=Direction.EVENT).order_by("pk").last()
        assert line is not None
        assert line.text == "Handed back to Level 1: The line is up again"
        assert told("was handed back") == ["Tess"]
        mail = OutboundMail.objects.order_by("pk").last()
        assert mail is not None
        assert mail.recipients == ["rita@oakfield.example"]
        assert "goes on with: Level 1" in mail.text
        assert "The line is up again" in mail.text


@pytest.mark.rule("E1")
@pytest.mark.parametrize(("at", "to"), [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_only_down_and_to_the_desk(cast: Cast, at: int, to: int) -> None:
    with open_scope(cast.scope("lena")):
        ticket = escalated(cast, at) if at > 1 else open_one(cast)
        with pytest.raises(WrongState):
            ticket_hand_back(ticket=ticket, to_stage=to, reason="No")


# Pages


@pytest.mark.rule("E1")
def test_the_page_the_tags_and_handing_back(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("tess")):
        alone, passed_up = open_one(cast, logged_at=NOW), escalated(cast)
    later = NOW + timedelta(days=7)
    sweep(now=later, queues=QUEUE)
    with time_machine.travel(later, tick=False):
        lena, tess = signed_in("lena"), signed_in("tess")
        queue = tess.get("/alder/desk/queue/").content.decode()
        assert "No owner</span>" in queue
        assert "Update due</span>" in queue
        assert (
            "Somebody was to own it by" in tess.get(f"/alder/desk/tickets/{alone.number}/").content.decode()
        )
        path = f"/alder/desk/tickets/{passed_up.number}/"
        page = tess.get(path)
        assert "The school was to have news by" in page.content.decode()
        assert "hand_back" not in page.context["forms"]
        form = lena.get(path).context["forms"]["hand_back"]
        assert [value for value, _word in form.fields["to_stage"].choices] == [2, 1]
        given = {"to_stage": 2, "reason": "Contained"}
        tess.post(f"{path}hand_back/", given)
        with open_scope(cast.scope("tess")):
            assert Ticket.objects.get(pk=passed_up.pk).escalation_level == 3  # not a technician's
        assert lena.post(f"{path}hand_back/", {"to_stage": 3, "reason": "No"}).status_code == 422
        assert lena.post(f"{path}hand_back/", given).status_code == 302
        assert "Update due</span>" not in tess.get("/alder/desk/queue/").content.decode()


def test_the_settings_page(cast: Cast, signed_in: SignIn) -> None:
    ada, path = signed_in("ada"), "/alder/settings/owners-and-updates/"
    assert ada.get(path).context["form"].initial["owner_within"] == 60
    given = {"owner_within": "", "update_every": "6", "update_every_senior": "2"}
    assert ada.post(path, {**given, "update_every": "0"}).status_code == 422
    assert ada.post(path, given).status_code == 302
    initial = ada.get(path).context["form"].initial
    assert (initial["owner_within"], initial["update_every"]) == (None, 6)
    assert signed_in("tess").get(path).status_code in (403, 404)
