"""A ticket is dealt with in another of the same school, and that is taken back (rules S6, T6)."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from sla.history import clock_differences
from sla.models import Clock, ClockState
from tests.cast import Cast
from tests.tickets.intake.mails import mail
from tests.tickets.test_opening import open_one
from tickets.errors import WrongState
from tickets.intake.batches import mails_take
from tickets.intake.spooling import RawMail
from tickets.models import ClosedAs, Direction, Mailbox, Message, Ticket, TicketMerge, TicketState
from tickets.references import reply_address
from tickets.selectors import may_see_ticket
from tickets.services.call_backs import call_back_agree
from tickets.services.confidential import ticket_make_confidential
from tickets.services.conversation import message_receive, ticket_reply
from tickets.services.merging import ticket_merge, ticket_unmerge
from tickets.services.watching import watcher_add, watcher_end
from tickets.services.work import ticket_clocks, ticket_close, ticket_fix, ticket_reopen, ticket_wait
from tickets.watchers import watchers_now

pytestmark = [pytest.mark.django_db, pytest.mark.rule("S6")]
SignIn = Callable[[str], Client]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pair(cast: Cast) -> tuple[Ticket, Ticket]:
    """Remy's ticket, and Rita's in which it is to be dealt with."""
    with open_scope(cast.staff_scope(name="tess")):
        Mailbox.objects.update(plus_addressing=True)
        into = open_one(cast)
        ticket = open_one(cast, who="remy", level="High", subject="No Wi-Fi in room 7")
        OutboundMail.objects.all().delete()
    return ticket, into


def merge(cast: Cast, ticket: Ticket, into: Ticket) -> TicketMerge:
    with open_scope(cast.staff_scope(name="tess")):
        return ticket_merge(ticket=ticket, into=into, by=cast.person("tess"))


def test_what_was_said_goes_over_and_the_clocks_count_no_longer(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    ticket, into = pair
    with open_scope(cast.staff_scope(name="tess")):
        call = call_back_agree(
            ticket=ticket, person=cast.person("remy"), phone="01632 960001", at=MONDAY + timedelta(hours=2)
        )
    merge(cast, ticket, into)
    with open_scope(cast.staff_scope(name="tess")):
        ticket.refresh_from_db()
        assert (ticket.state, ticket.closed_as) == (TicketState.CLOSED, ClosedAs.MERGED)
        assert {clock.state for clock in ticket_clocks(ticket)} == {ClockState.VOID}
        assert ticket.next_due_at is None
        said = Message.objects.filter(ticket=into, direction=Direction.INCOMING)
        assert sorted(one.author.name for one in said if one.author) == ["Remy", "Rita"]
        assert Message.objects.filter(ticket=ticket, direction=Direction.INCOMING).count() == 0
        call.refresh_from_db()
        assert call.ticket_id == into.pk
        assert [row.person.name for row in watchers_now(into)] == ["Remy"]
        (told,) = OutboundMail.objects.all()
        assert told.recipients == ["remy@oakfield.example"]
        assert f"CON-{ticket.number}" in told.text
        assert f"/requests/{into.number}/" in told.text
        ticket_reply(ticket=into, author=cast.person("tess"), text="Both are mended")
        assert OutboundMail.objects.filter(recipients=["remy@oakfield.example"]).count() == 2


@pytest.mark.rule("I6")
def test_whoever_has_left_the_other_stays_out_but_who_asked(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    ticket, into = pair
    with open_scope(cast.staff_scope(name="tess")):
        for name in ("fay", "remy"):
            person = cast.person(name)
            watcher_add(ticket=into, person=person, by=person)
            watcher_end(ticket=into, person=person, by=person)
        watcher_add(ticket=ticket, person=cast.person("fay"), by=cast.person("fay"))
        watcher_add(ticket=ticket, person=cast.person("bea"), by=cast.person("bea"))
    merge(cast, ticket, into)
    with open_scope(cast.staff_scope()):
        assert {row.person.name for row in watchers_now(into)} == {"Remy", "Bea"}


@pytest.mark.parametrize("waits", [False, True])
def test_taken_back_it_stands_where_it_stood_and_its_clocks_have_run_on(
    cast: Cast, pair: tuple[Ticket, Ticket], monday: time_machine.Traveller, waits: bool
) -> None:
    ticket, into = pair
    with open_scope(cast.staff_scope(name="tess")):
        if waits:
            ticket_reply(ticket=ticket, author=cast.person("tess"), text="Which room?")
            ticket_wait(ticket=ticket, waiting_for="customer", reason="Which room?")
        before = list(Clock.objects.order_by("pk").values())
        state = Ticket.objects.values("state", "waiting_reason", "closed_as", "next_due_at").get(pk=ticket.pk)
    row = merge(cast, ticket, into)
    monday.shift(timedelta(hours=1))
    with open_scope(cast.staff_scope(name="tess")):
        ticket_unmerge(merge=row)
        assert list(Clock.objects.order_by("pk").values()) == before
        after = Ticket.objects.values("state", "waiting_reason", "closed_as", "next_due_at").get(pk=ticket.pk)
        assert after == state
        assert Message.objects.filter(ticket=ticket, direction=Direction.INCOMING).count() == 1
        assert not watchers_now(into).exists()
        for clock in Clock.objects.all():
            assert clock_differences(clock, list(clock.events.order_by("id"))) == []
        with pytest.raises(WrongState, match="already"):
            ticket_unmerge(merge=row)


def test_a_deadline_that_passed_meanwhile_is_missed(
    cast: Cast, pair: tuple[Ticket, Ticket], monday: time_machine.Traveller
) -> None:
    ticket, into = pair
    row = merge(cast, ticket, into)
    monday.shift(timedelta(days=3))
    with open_scope(cast.staff_scope(name="tess")):
        fresh = ticket_unmerge(merge=row)
        assert fresh.response_clock is not None
        assert fresh.response_clock.wake_at is not None
        assert fresh.response_clock.wake_at < datetime.now(UTC)


@pytest.mark.rule("I1")
def test_answers_to_it_join_the_other(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    ticket, into = pair
    merge(cast, ticket, into)
    with open_scope(cast.staff_scope()):
        address = reply_address(cast.provider(), ticket, cast.person("remy"))
        mailbox = Mailbox.objects.get(is_default=True)
    raw = RawMail.of(mail("remy@oakfield.example", "Re: it", "Still none", to=address).as_bytes())
    (outcome,) = mails_take(mailbox=mailbox, mails=[raw], received_at=MONDAY)
    assert (outcome.outcome, outcome.ticket) == ("reply", f"CON-{into.number}")


@pytest.mark.parametrize("act", ["write", "answer", "reopen", "fix", "merge again"])
def test_nothing_more_happens_on_it(cast: Cast, pair: tuple[Ticket, Ticket], act: str) -> None:
    ticket, into = pair
    merge(cast, ticket, into)
    with open_scope(cast.staff_scope(name="tess")):
        ticket.refresh_from_db()
        tess = cast.person("tess")
        acts: dict[str, Callable[[], object]] = {
            "write": lambda: message_receive(
                ticket=ticket, author=cast.person("remy"), text="x", channel="portal"
            ),
            "answer": lambda: ticket_reply(ticket=ticket, author=tess, text="x"),
            "reopen": lambda: ticket_reopen(ticket=ticket, reason="x"),
            "fix": lambda: ticket_fix(ticket=ticket, author=tess, text="x"),
            "merge again": lambda: ticket_merge(ticket=ticket, into=into, by=tess),
        }
        with pytest.raises(WrongState):
            acts[act]()


def test_what_cannot_be_merged(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    ticket, into = pair
    with open_scope(cast.staff_scope(name="tess")):
        tess = cast.person("tess")
        elsewhere = open_one(cast, who="hugo", school="hillside", level="Medium")
        ended = open_one(cast, level="Low")
        ticket_close(ticket=ended, closed_as=ClosedAs.SPAM)
        for one, words in (
            (ticket, "in itself"),
            (elsewhere, "one school"),
            (ended, "not open"),
        ):
            with pytest.raises(WrongState, match=words):
                ticket_merge(ticket=ticket, into=one, by=tess)
        ticket_make_confidential(ticket=into, reason="A child")
        with pytest.raises(WrongState, match="Confidential"):
            ticket_merge(ticket=ticket, into=into, by=tess)


def test_a_chain_leads_to_its_end_and_comes_apart_in_any_order(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    ticket, into = pair
    with open_scope(cast.staff_scope(name="tess")):
        third = open_one(cast, who="ian", level="Low")
    first = merge(cast, ticket, into)
    second = merge(cast, into, third)
    with open_scope(cast.staff_scope(name="tess")):
        said = Message.objects.filter(direction=Direction.INCOMING)
        assert said.filter(ticket=third).count() == 3
        assert may_see_ticket(cast.person("remy"), third)
        ticket_unmerge(merge=second)
        assert said.filter(ticket=third).count() == 1
        assert said.filter(ticket=into).count() == 2
        ticket_unmerge(merge=first)
        assert said.filter(ticket=into).count() == 1
        assert said.filter(ticket=ticket).count() == 1


def test_pages(cast: Cast, pair: tuple[Ticket, Ticket], signed_in: SignIn) -> None:
    ticket, into = pair
    tess, remy, hugo = signed_in("tess"), signed_in("remy"), signed_in("hugo")
    page = f"/alder/desk/tickets/{ticket.number}/"
    assert f"CON-{into.number}" in tess.get(f"{page}?do=merge").content.decode()
    with open_scope(cast.staff_scope(name="tess")):
        elsewhere = open_one(cast, who="hugo", school="hillside", level="Medium")
    assert tess.post(f"{page}merge/", {"into": elsewhere.pk}).status_code == 422
    done = tess.post(f"{page}merge/", {"into": into.pk}, follow=True).content.decode()
    assert "Merged by Tess" in done
    assert 'id="composer"' not in done
    asked = remy.get(f"/alder/portal/requests/{ticket.number}/").content.decode()
    assert f"/alder/portal/requests/{into.number}/" in asked
    assert f"dealt with in CON-{into.number}" in asked
    assert remy.get(f"/alder/portal/requests/{into.number}/").status_code == 200
    assert hugo.get(f"/alder/portal/requests/{into.number}/").status_code == 404
    beside = tess.get(f"/alder/desk/tickets/{into.number}/beside/").content.decode()
    assert "Dealt with here too" in beside
    with open_scope(cast.staff_scope()):
        row = TicketMerge.objects.get()
    other = f"/alder/desk/tickets/{elsewhere.number}/unmerge_other/"
    assert tess.post(other, {"merge": row.pk}).status_code == 422
    back = tess.post(f"/alder/desk/tickets/{into.number}/unmerge_other/", {"merge": row.pk}, follow=True)
    assert "ticket of its own again" in back.content.decode()
    assert "Merged by" not in tess.get(page).content.decode()


@pytest.mark.rule("T6")
def test_what_has_become_confidential_is_taken_back_by_its_readers_alone(
    cast: Cast, pair: tuple[Ticket, Ticket], signed_in: SignIn
) -> None:
    ticket, into = pair
    merge(cast, ticket, into)
    with open_scope(cast.staff_scope(name="theo")):
        ticket_make_confidential(ticket=into, reason="A child")
    tess, page = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    refused = tess.post(f"{page}unmerge/")
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "can take this back there" in shown
    assert "has become confidential" in shown
    assert 'id="composer"' not in shown
    asked = signed_in("remy").get(f"/alder/portal/requests/{ticket.number}/").content.decode()
    assert "dealt with in another request" in asked
    with open_scope(cast.staff_scope(name="theo")):
        ticket_unmerge(merge=TicketMerge.objects.get())


def test_a_missed_deadline_is_merged_away_by_a_lead_alone(
    cast: Cast, pair: tuple[Ticket, Ticket], signed_in: SignIn, monday: time_machine.Traveller
) -> None:
    ticket, into = pair
    monday.shift(timedelta(days=3))
    page = f"/alder/desk/tickets/{ticket.number}/merge/"
    refused = signed_in("tess").post(page, {"into": into.pk})
    assert refused.status_code == 422
    assert "Only a lead or a manager" in refused.content.decode()
    assert signed_in("lena").post(page, {"into": into.pk}).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_order", [True, False])
def test_two_who_merge_the_two_into_each_other(cast: Cast, in_order: bool) -> None:
    """One wins and the other is told; where each locked its own ticket first, the database would have to kill one."""
    with open_scope(cast.staff_scope(name="tess")):
        one, two = open_one(cast), open_one(cast, who="remy", level="High")
    ends: list[str] = []
    ready = threading.Barrier(2, timeout=20)

    def act(ticket: Ticket, into: Ticket) -> None:
        try:
            with open_scope(cast.staff_scope(name="tess")):
                tess = cast.person("tess")
                if not in_order:  # the negative control
                    Ticket.objects.select_for_update().get(pk=ticket.pk)
                    ready.wait()
                    Ticket.objects.select_for_update().get(pk=into.pk)
                else:
                    ready.wait()
                ticket_merge(ticket=ticket, into=into, by=tess)
            ends.append("done")
        except WrongState:
            ends.append("told")
        except Exception as error:
            ends.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends.count("done") == 1
    assert ("told" in ends) is in_order
