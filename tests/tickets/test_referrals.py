"""Tickets with third parties: passed on, chased, answered, ended (rules E3, P4, S10, S14)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client

from accounts.tenancy.scope import open_scope
from contracts.models import Contract, PausePolicy
from delivery.due import Moment
from delivery.models import MailPurpose, Notification, OutboundMail
from delivery.sweeper import sweep
from sla.models import ClockState
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tests.tickets.test_visits import told
from tickets.errors import WrongState
from tickets.models import Direction, Message, Referral, ReferralOutcome, Supplier, Ticket, TicketState
from tickets.services.chasing import referral_remind
from tickets.services.referrals import referral_end, referral_note, referral_open
from tickets.services.suppliers import supplier_named, supplier_save
from tickets.services.work import ticket_assign, ticket_close, ticket_reopen

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.rule("E3")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
TUESDAY, WEDNESDAY, FRIDAY = (NOW + timedelta(days=days) for days in (1, 2, 4))


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def refer(cast: Cast, name: str = "Broadband Ltd", *, ticket: Ticket | None = None, **more: Any) -> Referral:
    ticket = ticket or open_one(cast, assignee=cast.person("tess"))
    return referral_open(ticket=ticket, supplier=supplier_named(name=name), by=cast.person("tess"), **more)


def state_of(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).state


def chases() -> list[Notification]:
    return list(Notification.objects.filter(key__startswith="chase:").order_by("pk"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, WEDNESDAY),  # the supplier's two working days
        ({"promised_at": FRIDAY}, FRIDAY),
        ({"promised_at": FRIDAY, "chase_at": TUESDAY}, TUESDAY),
    ],
)
def test_the_first_chase(cast: Cast, given: dict[str, Any], expected: datetime) -> None:
    with open_scope(cast.scope("tess")):
        referral = refer(cast, **given)
        assert (referral.chase_at, referral.wake_at) == (expected, expected)


@pytest.mark.rule("S10")
@pytest.mark.parametrize(
    ("policy", "fix"),
    [
        (PausePolicy.STRICT, ClockState.RUNNING),
        (PausePolicy.FIX_WAITS_FOR_CUSTOMER, ClockState.RUNNING),
        (PausePolicy.FIX_WAITS_FOR_ANYONE, ClockState.PAUSED),
    ],
)
def test_the_ticket_waits_and_its_clock_stops_only_where_granted(
    cast: Cast, policy: PausePolicy, fix: ClockState
) -> None:
    with open_scope(cast.scope("tess")):
        Contract.objects.update(pause_policy=policy)
        first = refer(cast)
        ticket = first.ticket
        second = refer(cast, "Printworks", ticket=ticket)
        assert state_of(ticket) == TicketState.WAITING_THIRD_PARTY
        clock = Ticket.objects.get(pk=ticket.pk).fix_clock
        assert clock is not None
        assert clock.state == fix
        referral_end(referral=first, by=cast.person("tess"), outcome=ReferralOutcome.NOT_THEIRS)
        assert state_of(ticket) == TicketState.WAITING_THIRD_PARTY  # the other has it still
        referral_end(referral=second, by=cast.person("tess"), outcome=ReferralOutcome.FIXED)
        assert state_of(ticket) == TicketState.OPEN
        clock.refresh_from_db()
        assert clock.state == ClockState.RUNNING


def test_one_is_open_for_each_supplier_and_several_over_time(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        first = refer(cast)
        with pytest.raises(ValidationError) as refused:
            refer(cast, "BROADBAND LTD", ticket=first.ticket)  # the same, however it is written
        assert set(refused.value.message_dict) == {"supplier"}
        referral_end(referral=first, by=cast.person("tess"), outcome=ReferralOutcome.NO_ANSWER)
        with pytest.raises(WrongState):
            referral_end(referral=first, by=cast.person("tess"), outcome=ReferralOutcome.FIXED)
        refer(cast, ticket=first.ticket)
        assert Referral.objects.filter(ticket=first.ticket).count() == 2
        assert Supplier.objects.count() == 1


@pytest.mark.parametrize("name", ["promised_at", "chase_at"])
def test_times_lie_ahead(cast: Cast, name: str) -> None:
    with open_scope(cast.scope("tess")):
        times: dict[str, Any] = {name: NOW}
        with pytest.raises(ValidationError) as refused:
            refer(cast, **times)
        assert set(refused.value.message_dict) == {name}
        assert not Referral.objects.exists()


def test_what_the_school_reads_and_what_stays_with_us(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        referral = refer(cast, reference="BB-17", words="It is with your internet provider.")
        referral_note(
            referral=referral,
            by=cast.person("tess"),
            answered=True,
            note="Blames the router",
            promised_at=FRIDAY,
        )
        lines = told(referral.ticket)
        assert "Raised with Broadband Ltd. Their reference: BB-17." in lines
        assert "Broadband Ltd answered. They promise it by Friday 27 November 2026 at 10:00." in lines
        notes = Message.objects.filter(ticket=referral.ticket, direction=Direction.NOTE)
        assert [one.text for one in notes] == ["Broadband Ltd: Blames the router"]
        assert OutboundMail.objects.filter(purpose=MailPurpose.REPLY).count() == 1


def test_an_answer_ends_the_reminders_a_new_promise_sets_them_anew(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        tess, referral = cast.person("tess"), refer(cast)
        table: list[tuple[dict[str, Any], datetime | None]] = [
            ({"answered": True}, None),
            ({"answered": False}, WEDNESDAY),
            ({"answered": True, "promised_at": FRIDAY}, FRIDAY),
            ({"answered": True, "chase_at": TUESDAY}, TUESDAY),
        ]
        for given, expected in table:
            referral = referral_note(referral=referral, by=tess, **given)
            assert (referral.chase_at, referral.wake_at) == (expected, expected), given


@pytest.mark.rule("S14")
def test_reminders_come_at_the_chase_then_every_so_many_working_days(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        referral = refer(cast)
    sweep(now=WEDNESDAY - timedelta(seconds=1))
    with open_scope(cast.scope("tess")):
        assert not chases()
    for _again in range(2):
        sweep(now=WEDNESDAY + timedelta(seconds=20))
    with open_scope(cast.scope("tess")):
        referral.refresh_from_db()
        assert referral.chase_at == FRIDAY  # at the same time of the day, however late the sweep came
        (told_once,) = chases()
        assert told_once.person == cast.person("tess")
        assert not told_once.is_late
    sweep(now=FRIDAY + timedelta(days=7))  # an outage: once, marked late, and on from there
    with open_scope(cast.scope("tess")):
        assert [one.is_late for one in chases()] == [False, True]
        referral.refresh_from_db()
        assert referral.chase_at == FRIDAY + timedelta(days=11)
        ticket_close(ticket=referral.ticket, closed_as="withdrawn")
        referral.refresh_from_db()
        assert (referral.outcome, referral.wake_at) == (ReferralOutcome.CLOSED, None)
    sweep(now=FRIDAY + timedelta(days=30))
    with open_scope(cast.scope("tess")):
        assert len(chases()) == 2
        ticket_reopen(ticket=referral.ticket, reason="Not yet")
        refer(cast, ticket=referral.ticket)  # with them again


@pytest.mark.parametrize(("owner", "told_to"), [("theo", "Theo"), (None, "Lena")])
def test_who_is_reminded(cast: Cast, owner: str | None, told_to: str) -> None:
    with open_scope(cast.scope("tess")):
        referral = refer(cast)
        ticket_assign(ticket=referral.ticket, assignee=cast.person(owner) if owner else None)
        referral.ticket.refresh_from_db()
        referral_remind(referral, Moment(WEDNESDAY))
        assert [one.person.name for one in chases()] == [told_to]


@pytest.mark.rule("S14")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the row lock"])
def test_two_sweepers_remind_once(cast: Cast, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """Without the lock of the row both would: what else is tried at the same time is the same."""
    told_to: list[str] = []
    monkeypatch.setattr(
        "tickets.services.telling.notification_add", lambda **words: told_to.append(words["key"])
    )
    with open_scope(cast.scope("tess")):
        referral = refer(cast)
    both, scope = Barrier(2, timeout=10), cast.staff_scope()

    def work() -> None:
        try:
            if locked:
                both.wait()
                sweep(now=WEDNESDAY, queues=["referrals"])
                return
            with open_scope(scope):
                own = Referral.objects.select_related("ticket").get(pk=referral.pk)
                both.wait()
                referral_remind(own, Moment(WEDNESDAY))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(work) for _worker in range(2)]:
            one.result(20)
    assert len(told_to) == (1 if locked else 2)


def test_the_page_the_list_and_the_tag(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("tess")):
        ticket = open_one(cast, assignee=cast.person("tess"))
    client, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    form = client.get(f"{path}?do=refer").context["forms"]["refer"]
    data = {"once": str(form["once"].value()), "urgency": "normal", "waits": "on"}
    assert client.post(f"{path}refer/", data).status_code == 422  # nobody is named
    assert client.post(f"{path}refer/", {**data, "other": "Broadband Ltd"}).status_code == 302
    page = client.get(f"{path}?do=refer_news").content.decode()
    assert "Broadband Ltd" in page
    assert "Third party</span>" in client.get("/alder/desk/queue/").content.decode()
    listed = client.get("/alder/desk/third-parties/").content.decode()
    assert "Broadband Ltd" in listed
    with open_scope(cast.scope("tess")):
        referral = Referral.objects.get()
    form = client.get(f"{path}?do=refer_end").context["forms"]["refer_end"]
    end = {"referral": referral.pk, "outcome": "fixed", "once": str(form["once"].value())}
    assert client.post(f"{path}refer_end/", end).status_code == 302
    assert client.get("/alder/desk/third-parties/").context["rows"] == []


def test_a_referral_of_another_ticket_is_not_touched(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("tess")):
        foreign, own = refer(cast), refer(cast)
    client, path = signed_in("tess"), f"/alder/desk/tickets/{own.ticket.number}/"
    data = {"referral": foreign.pk, "outcome": "fixed", "once": "0123456789abcdef"}
    assert client.post(f"{path}refer_end/", data).status_code == 422
    with open_scope(cast.scope("tess")):
        assert Referral.objects.filter(ended_at__isnull=True).count() == 2


def test_names_are_taken_once(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("ada")):
        supplier_save(supplier=None, name="Printworks")
        with pytest.raises(ValidationError):
            supplier_save(supplier=None, name="printworks")
    answer = signed_in("ada").post(
        "/alder/settings/third-parties/new/", {"name": "PRINTWORKS", "chase_every": "3"}
    )
    assert answer.status_code == 422
    assert "another supplier" in answer.content.decode()
