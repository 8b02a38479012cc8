"""Tickets that have to do with each other, and a message that becomes a ticket of its own (rules S4, S5, T6)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client

from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.errors import WrongState
from tickets.linking import linked_to
from tickets.models import Direction, LinkKind, Message, Ticket, TicketLink, TicketState
from tickets.services.confidential import ticket_make_confidential
from tickets.services.conversation import message_receive
from tickets.services.linking import splittable, ticket_link, ticket_split, ticket_unlink
from tickets.services.merging import ticket_merge

pytestmark = [pytest.mark.django_db]
SignIn = Callable[[str], Client]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pair(cast: Cast) -> tuple[Ticket, Ticket]:
    """Rita's ticket and Remy's, of one school."""
    with open_scope(cast.staff_scope(name="tess")):
        return open_one(cast), open_one(cast, who="remy", subject="No Wi-Fi in room 7")


def link(cast: Cast, one: Ticket, other: Ticket, kind: LinkKind = LinkKind.RELATED) -> TicketLink:
    with open_scope(cast.staff_scope(name="tess")):
        return ticket_link(ticket=one, other=other, kind=kind, by=cast.person("tess"))


@pytest.mark.parametrize(
    ("kind", "here", "there"),
    [
        (LinkKind.RELATED, "Related to", "Related to"),
        (LinkKind.CAUSED, "Caused by", "Cause of"),
        (LinkKind.SPLIT, "Split off from", "Split off from here"),
    ],
)
def test_each_of_the_two_says_what_it_is_to_the_other(
    cast: Cast, pair: tuple[Ticket, Ticket], kind: LinkKind, here: str, there: str
) -> None:
    link(cast, *pair, kind)
    with open_scope(cast.staff_scope()):
        assert [(one.words, one.ticket) for one in linked_to(pair[0])] == [(here, pair[1])]
        assert [(one.words, one.ticket) for one in linked_to(pair[1])] == [(there, pair[0])]


def test_the_school_reads_nothing_of_a_link(
    cast: Cast, pair: tuple[Ticket, Ticket], signed_in: SignIn
) -> None:
    link(cast, *pair)
    shown = signed_in("rita").get(f"/alder/portal/requests/{pair[0].number}/").content.decode()
    assert "Related to" not in shown
    assert "room 7" not in shown
    with open_scope(cast.staff_scope()):
        note = Message.objects.filter(ticket=pair[0]).latest("id")
        assert (note.direction, note.text) == (Direction.NOTE, f"Related to CON-{pair[1].number}.")


def test_what_cannot_be_linked(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    one, other = pair
    link(cast, one, other)
    with open_scope(cast.staff_scope(name="tess")):
        elsewhere = open_one(cast, who="hugo", school="hillside")
    for wrong in ((one, one), (other, one), (one, other), (one, elsewhere)):
        with pytest.raises(WrongState):
            link(cast, *wrong)
    with open_scope(cast.staff_scope(name="tess")), pytest.raises(IntegrityError):  # not the service alone
        TicketLink.objects.create(
            customer_id=one.customer_id,
            ticket=other,
            other=one,
            kind="related",
            by=cast.person("tess"),
            at=MONDAY,
        )


def test_taken_away_both_keep_a_note(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    made = link(cast, *pair)
    with open_scope(cast.staff_scope(name="tess")):
        ticket_unlink(link=made)
        assert not TicketLink.objects.exists()
        for one in pair:
            assert Message.objects.filter(ticket=one).latest("id").text.startswith("No longer linked to CON-")


@pytest.mark.rule("T6")
@pytest.mark.parametrize("secret", [0, 1])
def test_a_link_to_what_has_become_confidential_is_its_readers_own(
    cast: Cast, pair: tuple[Ticket, Ticket], secret: int
) -> None:
    link(cast, *pair)
    with open_scope(cast.staff_scope(name="theo")):
        ticket_make_confidential(ticket=pair[secret], reason="A child")
        assert TicketLink.objects.count() == 1
    with open_scope(cast.staff_scope(name="tess")):
        assert not TicketLink.objects.exists()
        assert list(linked_to(pair[1 - secret])) == []


def test_from_the_page_by_number_and_away_again(
    cast: Cast, pair: tuple[Ticket, Ticket], signed_in: SignIn
) -> None:
    tess, page = signed_in("tess"), f"/alder/desk/tickets/{pair[0].number}/"
    for typed in ("9999", "CON-", "no number", str(pair[0].number)):
        refused = tess.post(f"{page}link/", {"kind": "related", "other": typed})
        assert refused.status_code == 422, typed
    with open_scope(cast.staff_scope(name="tess")):
        elsewhere = open_one(cast, who="hugo", school="hillside")
    refused = tess.post(f"{page}link/", {"kind": "related", "other": str(elsewhere.number)})
    assert "The school has no ticket of this number." in refused.content.decode()
    done = tess.post(f"{page}link/", {"kind": "cause", "other": f"con-{pair[1].number}"}, follow=True)
    assert "Linked." in done.content.decode()
    beside = tess.get(f"{page}beside/").content.decode()
    assert "Cause of" in beside
    assert f"CON-{pair[1].number} No Wi-Fi in room 7" in beside
    with open_scope(cast.staff_scope()):
        row = TicketLink.objects.get()
    other_page = f"/alder/desk/tickets/{pair[1].number}/unlink/"
    assert "no longer linked" in tess.post(other_page, {"link": row.pk}, follow=True).content.decode()
    assert "Linked tickets" not in tess.get(f"{page}beside/").content.decode()


def said_again(cast: Cast, ticket: Ticket) -> Message:
    with open_scope(cast.staff_scope(name="tess")):
        return message_receive(
            ticket=ticket, author=cast.person("rita"), text="And the projector hums.", channel="email"
        )


@pytest.mark.rule("S4", "S5")
def test_a_message_becomes_a_ticket_whose_clocks_run_from_when_it_came(
    cast: Cast, pair: tuple[Ticket, Ticket], monday: time_machine.Traveller
) -> None:
    ticket = pair[0]
    message = said_again(cast, ticket)
    monday.shift(timedelta(hours=3))
    with open_scope(cast.staff_scope(name="tess")):
        OutboundMail.objects.all().delete()
        own = ticket_split(
            ticket=ticket,
            message=message,
            subject="The projector hums",
            level=ticket.level,
            by=cast.person("tess"),
        )
        own.refresh_from_db()
        assert own.response_clock is not None
        assert (own.logged_at, own.response_clock.started_at) == (MONDAY, MONDAY)
        assert (own.requester, own.customer_id, own.state) == (
            cast.person("rita"),
            ticket.customer_id,
            TicketState.NEW,
        )
        assert own.messages.earliest("id").text == "And the projector hums."
        assert Message.objects.filter(pk=message.pk, ticket=ticket).exists()  # it stays where it was said
        (told,) = OutboundMail.objects.all()
        assert (told.recipients, f"CON-{own.number}" in told.subject) == (["rita@oakfield.example"], True)
        assert [one.words for one in linked_to(own)] == ["Split off from"]
        ticket_merge(ticket=own, into=ticket, by=cast.person("tess"))  # and so it is taken back
        own.refresh_from_db()
        assert own.state == TicketState.CLOSED


def test_what_cannot_be_split_off(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    ticket, other = pair
    later = said_again(cast, ticket)
    with open_scope(cast.staff_scope(name="tess")):
        note = ticket.messages.create(
            customer_id=ticket.customer_id, direction=Direction.NOTE, channel="portal", at=MONDAY, text="Ours"
        )
        assert list(splittable(ticket)) == [later]
        for wrong in (ticket.messages.earliest("id"), note, other.messages.earliest("id")):
            with pytest.raises(WrongState):
                ticket_split(
                    ticket=ticket, message=wrong, subject="It", level=ticket.level, by=cast.person("tess")
                )
    with open_scope(cast.staff_scope(name="theo")):
        ticket_make_confidential(ticket=ticket, reason="A child")
        with pytest.raises(WrongState, match="Confidential"):
            ticket_split(
                ticket=ticket, message=later, subject="It", level=ticket.level, by=cast.person("theo")
            )


def test_split_from_the_page_once(
    cast: Cast, pair: tuple[Ticket, Ticket], signed_in: SignIn, monday: time_machine.Traveller
) -> None:
    ticket = pair[0]
    tess, page = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    assert "has not written again" in tess.get(f"{page}?do=split").content.decode()
    monday.shift(timedelta(minutes=5))
    message = said_again(cast, ticket)
    assert "And the projector hums." in tess.get(f"{page}?do=split").content.decode()
    typed = {
        "message": message.pk,
        "subject": "The projector hums",
        "level": ticket.level_id,
        "once": str(uuid4()),
    }
    assert tess.post(f"{page}split/", {**typed, "subject": ""}).status_code == 422
    for _twice in range(2):
        assert tess.post(f"{page}split/", typed).status_code == 302
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.filter(subject="The projector hums").count() == 1
