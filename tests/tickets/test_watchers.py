"""Following a request: who may, what they see and get by mail, and how they stop (rules I1, I2, I6, T6)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, CustomerMembership, Person
from accounts.tenancy.scope import open_scope
from delivery.models import Notification, OutboundMail
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.answering import MOST, QUIET_TIME, Question, passing_on_times
from tickets.errors import WrongState
from tickets.models import Channel, Direction, Mailbox, Message, Ticket, Watcher
from tickets.references import named_in_address, stop_link
from tickets.search import tickets_found
from tickets.selectors import may_see_ticket, visible_tickets, visible_tickets_with
from tickets.services.confidential import reader_add, ticket_make_confidential
from tickets.services.conversation import message_receive, note_add, ticket_reply
from tickets.services.watching import news_pass_on, watcher_add, watcher_end, watchers_copy
from tickets.services.work import ticket_close, ticket_fix
from tickets.watchers import people_who_may_follow, watchers_now

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I6")]
SignIn = Callable[[str], Client]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Rita's request, with no mail in the outbox, at a desk whose mail server knows plus addresses."""
    with open_scope(cast.staff_scope(name="tess")):
        Mailbox.objects.update(plus_addressing=True)
        found = open_one(cast)
        OutboundMail.objects.all().delete()
    return found


def let_follow(cast: Cast, ticket: Ticket, name: str, *, by: str = "rita") -> None:
    with open_scope(cast.staff_scope(name="tess")):
        watcher_add(ticket=ticket, person=cast.person(name), by=cast.person(by))
        OutboundMail.objects.all().delete()


def mailed() -> dict[str, OutboundMail]:
    return {address: one for one in OutboundMail.objects.all() for address in one.recipients}


def test_who_follows_gets_each_answer_and_an_end_of_their_own(cast: Cast, ticket: Ticket) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.staff_scope(name="tess")):
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="The switch is down")
        sent = mailed()
        assert set(sent) == {"rita@oakfield.example", "remy@oakfield.example"}
        remy = sent["remy@oakfield.example"]
        assert "Tess wrote:" in remy.text
        assert "The switch is down" in remy.text
        assert stop_link(cast.provider(), ticket, cast.person("remy")) in remy.text
        assert remy.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert remy.headers["List-Unsubscribe"].strip("<>") in remy.text
        (named,) = named_in_address(remy.headers["Reply-To"], provider_id=cast.provider_id())
        assert named.person_id == cast.person("remy").pk
        assert "List-Unsubscribe" not in sent["rita@oakfield.example"].headers
        assert "Stop following" not in sent["rita@oakfield.example"].text


@pytest.mark.parametrize("act", ["fix", "close"])
def test_news_say_that_it_is_fixed_or_closed(cast: Cast, ticket: Ticket, act: str) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.staff_scope(name="tess")):
        tess = cast.person("tess")
        if act == "fix":
            ticket_fix(ticket=ticket, author=tess, text="A new switch")
        else:
            ticket_close(ticket=ticket, closed_as="unresolved", text="The maker is gone")
        words = mailed()["remy@oakfield.example"].text
        assert {"fix": "We have marked it as fixed", "close": "We have closed it"}[act] in words


@pytest.mark.rule("S5")
def test_nobody_who_follows_is_told_of_a_note(cast: Cast, ticket: Ticket) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.staff_scope(name="tess")):
        note_add(ticket=ticket, author=cast.person("tess"), text="Between us")
        assert mailed() == {}


def test_what_a_colleague_writes_reaches_who_asked_and_the_others_but_not_the_writer(
    cast: Cast, ticket: Ticket
) -> None:
    let_follow(cast, ticket, "remy")
    let_follow(cast, ticket, "fay")
    with open_scope(cast.scope("remy")):
        message_receive(
            ticket=ticket, author=cast.person("remy"), text="In room 5 too", channel=Channel.PORTAL
        )
    with open_scope(cast.staff_scope()):
        sent = mailed()
        assert set(sent) == {"rita@oakfield.example", "fay@oakfield.example"}
        assert all(one.headers["Auto-Submitted"] == "auto-replied" for one in sent.values())
        assert "In room 5 too" in sent["rita@oakfield.example"].text


def test_who_follows_sees_the_request_until_they_stop(cast: Cast, ticket: Ticket) -> None:
    let_follow(cast, ticket, "remy")

    def seen() -> tuple[bool, bool, bool]:
        with open_scope(cast.scope("remy")):
            remy = cast.person("remy")
            return (
                visible_tickets(remy).filter(pk=ticket.pk).exists(),
                visible_tickets_with("internet", remy).filter(pk=ticket.pk).exists(),
                may_see_ticket(remy, ticket),
            )

    assert seen() == (True, True, True)
    with open_scope(cast.scope("remy")):
        assert watcher_end(ticket=ticket, person=cast.person("remy"), by=cast.person("remy"))
        assert not watcher_end(ticket=ticket, person=cast.person("remy"), by=cast.person("remy"))
    assert seen() == (False, False, False)


@pytest.mark.rule("T2")
def test_the_search_finds_for_nobody_else_what_one_follows(cast: Cast, ticket: Ticket) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.scope("remy")):
        fay = cast.person("fay")
        assert tickets_found("internet", requester_id=cast.person("remy").pk) == [ticket.pk]
        assert tickets_found("internet", requester_id=fay.pk) == []
    with open_scope(cast.scope("hugo")):
        assert tickets_found("internet", requester_id=fay.pk) == []


@pytest.mark.parametrize(
    ("who", "by", "words"),
    [
        ("hugo", "tess", "Only people of this school"),
        ("rita", "tess", "told of everything anyway"),
        ("theo", "tess", "on their own wish"),
        ("remy", "rita", "follows it already"),
    ],
)
def test_who_cannot_be_let_follow(cast: Cast, ticket: Ticket, who: str, by: str, words: str) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.staff_scope(name="tess")), pytest.raises(WrongState, match=words):
        watcher_add(ticket=ticket, person=cast.person(who), by=cast.person(by))


def test_who_has_stopped_is_brought_back_by_nobody_else(cast: Cast, ticket: Ticket) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.staff_scope(name="tess")):
        remy, rita = cast.person("remy"), cast.person("rita")
        watcher_end(ticket=ticket, person=remy, by=remy)
        watchers_copy(ticket=ticket, addresses=[remy.email], sender=rita)
        assert not watchers_now(ticket).exists()
        assert remy not in people_who_may_follow(ticket)
        with pytest.raises(WrongState, match="Only they can begin again"):
            watcher_add(ticket=ticket, person=remy, by=rita)
        watcher_add(ticket=ticket, person=remy, by=remy)
        assert watchers_now(ticket).get().person == remy
        watcher_end(ticket=ticket, person=remy, by=rita)
        watcher_add(ticket=ticket, person=remy, by=rita)  # somebody else had ended it
        actions = AuditEntry.objects.filter(action__startswith="ticket.watcher").values_list(
            "action", flat=True
        )
        assert sorted(actions) == ["ticket.watcher_added"] * 3 + ["ticket.watcher_ended"] * 2


@pytest.mark.rule("T3")
def test_who_has_left_the_school_gets_nothing(cast: Cast, ticket: Ticket) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.staff_scope(name="tess")):
        CustomerMembership.objects.filter(person=cast.person("remy")).delete()
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="Done")
        assert set(mailed()) == {"rita@oakfield.example"}
        assert not may_see_ticket(cast.person("remy"), ticket)


@pytest.mark.rule("T6")
def test_a_confidential_request_is_followed_by_its_readers_alone(cast: Cast, ticket: Ticket) -> None:
    let_follow(cast, ticket, "remy")
    let_follow(cast, ticket, "fay")
    with open_scope(cast.staff_scope(name="tess")):
        ticket_make_confidential(ticket=ticket, reason="A child")
        ticket.refresh_from_db()
        remy, rita = cast.person("remy"), cast.person("rita")
        assert list(watchers_now(ticket)) == []
        assert not may_see_ticket(remy, ticket)
        watchers_copy(ticket=ticket, addresses=[cast.person("bea").email], sender=rita)
        with pytest.raises(WrongState, match="readers first"):
            watcher_add(ticket=ticket, person=remy, by=rita)
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="We call you")
        assert set(mailed()) == {"rita@oakfield.example"}
        reader_add(ticket=ticket, person=remy, reason="Knows the child")
        watcher_add(ticket=ticket, person=remy, by=rita)
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="Again")
        assert "No internet" not in mailed()["remy@oakfield.example"].subject
    with open_scope(cast.scope("fay")):
        assert not Watcher.objects.exists()  # the database's own answer


def test_staff_who_follow_are_told_in_the_desk(cast: Cast, ticket: Ticket) -> None:
    with open_scope(cast.staff_scope(name="theo")):
        watcher_add(ticket=ticket, person=cast.person("theo"), by=cast.person("theo"))
    with open_scope(cast.staff_scope(name="tess")):
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="On it")
        assert set(mailed()) == {"rita@oakfield.example"}
    with open_scope(cast.scope("rita")):
        message_receive(ticket=ticket, author=cast.person("rita"), text="Thanks", channel=Channel.PORTAL)
    with open_scope(cast.staff_scope()):
        told = Notification.objects.filter(person=cast.person("theo"))
        assert sorted(one.summary.split(" wrote")[0] for one in told) == ["Rita", "Tess"]


@pytest.mark.rule("I2")
def test_a_quick_answer_by_mail_is_passed_on_when_the_quiet_time_is_over(cast: Cast) -> None:
    remy, rita = "remy@oakfield.example", "rita@oakfield.example"
    with open_scope(cast.staff_scope()):
        assert passing_on_times([remy, rita]) == {remy: MONDAY, rita: MONDAY}
        later = MONDAY + timedelta(minutes=1)
        quick = Question(rita, later)
        assert passing_on_times([remy], answers=quick, now=later) == {remy: MONDAY + QUIET_TIME}
        slow = Question(rita, MONDAY + QUIET_TIME)
        assert passing_on_times([remy], answers=slow, now=slow.received_at) == {remy: slow.received_at}
        for _ in range(MOST):
            last = passing_on_times([remy, rita])
        assert last == {}


@pytest.mark.rule("I1", "I2")
def test_two_machines_that_follow_one_request_come_to_rest(
    cast: Cast, ticket: Ticket, monday: time_machine.Traveller
) -> None:
    """Each answers by itself whatever it gets, without a word that says so: one mail each in the quiet time."""
    let_follow(cast, ticket, "remy")
    machines = {"rita": "remy", "remy": "rita"}
    sent: list[datetime] = []
    writer = "rita"
    while datetime.now(UTC) < MONDAY + timedelta(hours=24):
        with open_scope(cast.staff_scope()):
            OutboundMail.objects.all().delete()
            news_pass_on(ticket=ticket, message=away(cast, ticket, writer), by_mail=True)
            mail = OutboundMail.objects.first()
        if mail is None:
            break
        assert mail.recipients == [f"{machines[writer]}@oakfield.example"]
        assert mail.wake_at is not None
        sent.append(mail.wake_at)
        monday.move_to(max(mail.wake_at, datetime.now(UTC)) + timedelta(seconds=2))
        writer = machines[writer]
    assert len(sent) <= 2 * MOST
    assert all(after - before >= QUIET_TIME for before, after in zip(sent[::2], sent[2::2], strict=False))


def away(cast: Cast, ticket: Ticket, writer: str) -> Message:
    return Message.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.INCOMING,
        channel=Channel.EMAIL,
        author=cast.person(writer),
        at=datetime.now(UTC),
        text="I am away",
    )


def test_pages_of_the_portal(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    rita, remy = signed_in("rita"), signed_in("remy")
    page = f"/alder/portal/requests/{ticket.number}/"
    assert remy.get(page).status_code == 404
    for email, words in (
        ("nobody@oakfield.example", "know nobody at your school"),
        ("hugo@hillside.example", "know nobody at your school"),
        ("nonsense", "Please enter"),
        ("Remy@Oakfield.example", "Remy follows it now"),
    ):
        answer = rita.post(f"{page}followers/add/", {"email": email}, follow=True)
        assert words in answer.content.decode(), email
    with open_scope(cast.staff_scope()):
        assert "Rita lets you follow" in mailed()["remy@oakfield.example"].text
        watcher = Watcher.objects.get().pk
    assert remy.get(page).status_code == 200
    refused = remy.post(f"{page}followers/add/", {"email": "fay@oakfield.example"}, follow=True)
    assert "Only who asked for it" in refused.content.decode()
    stopped = remy.post(f"{page}followers/stop/", follow=True)
    assert "no longer" in stopped.content.decode()
    assert stopped.redirect_chain[-1][0] == "/alder/portal/requests/"
    assert remy.get(page).status_code == 404
    again = rita.post(f"{page}followers/end/", {"watcher": watcher}, follow=True)
    assert "does not follow it any more" in again.content.decode()
    ian = signed_in("ian")
    assert "You follow this request" in ian.post(f"{page}followers/start/", follow=True).content.decode()
    assert "Ian (you)" in ian.get(page).content.decode().replace("\n", "")


def test_pages_of_the_desk(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    tess = signed_in("tess")
    page = f"/alder/desk/tickets/{ticket.number}/"
    with open_scope(cast.staff_scope()):
        remy, hugo = cast.person("remy").pk, cast.person("hugo").pk
    form = tess.get(f"{page}?do=follower").content.decode()
    assert f'value="{remy}"' in form
    assert f'value="{hugo}"' not in form
    assert tess.post(f"{page}follower/", {"person": hugo}).status_code == 422
    assert (
        "Remy follows it now" in tess.post(f"{page}follower/", {"person": remy}, follow=True).content.decode()
    )
    tess.post(f"{page}watch/")
    beside = tess.get(f"{page}beside/").content.decode()
    assert "Remy" in beside
    assert "Stop following it" in beside
    tess.post(f"{page}unwatch/")
    tess.post(f"{page}follower_end/", {"person": remy})
    assert "Nobody besides those whose it is" in tess.get(f"{page}beside/").content.decode()


def test_the_link_in_a_mail_stops_by_a_press_and_by_nothing_else(
    cast: Cast, ticket: Ticket, client: Client
) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.staff_scope()):
        link = urlsplit(stop_link(cast.provider(), ticket, cast.person("remy"))).path

    def follows() -> bool:
        with open_scope(cast.staff_scope()):
            return watchers_now(ticket).exists()

    opened = client.get(link)
    assert opened.status_code == 200
    assert "No internet" not in opened.content.decode()
    assert client.head(link).status_code == 200
    assert follows()
    for forged in (link.replace("/alder/", "/birch/"), link[:-3] + ("aa/" if link[-3:] != "aa/" else "bb/")):
        refused = client.post(forged)
        assert refused.status_code == 404
        assert "Please copy the whole address" in refused.content.decode()
    assert follows()
    pressed = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    assert not follows()
    assert client.post(link).status_code == 200


def test_who_follows_is_seen_by_no_other_school(cast: Cast, ticket: Ticket) -> None:
    let_follow(cast, ticket, "remy")
    with open_scope(cast.scope("hugo")):
        assert not Watcher.objects.exists()
        assert not Person.objects.filter(email="remy@oakfield.example").exists()
