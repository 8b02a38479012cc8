"""A form that is sent twice does its work once."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import CustomerMembership
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from sla import calendars
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.errors import WrongState
from tickets.models import Category, Direction, Message, SentForm, Ticket
from tickets.services.sending import sent_once

SignIn = Callable[[str], Client]
NEW = "/alder/portal/requests/new/"
pytestmark = pytest.mark.rule("I6")


@pytest.fixture(autouse=True)
def _no_remembered_calendars(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that commits is cleared away behind the back of what this process remembers of calendars."""
    monkeypatch.setattr(calendars, "_version_ids", type(calendars._version_ids)(4096))


def request_of(cast: Cast, who: str = "rita") -> dict[str, Any]:
    with open_scope(cast.scope(who)):
        return {
            "once": str(uuid4()),
            "customer": CustomerMembership.objects.filter(person=cast.person(who))[0].customer_id,
            "category": Category.objects.values_list("pk", flat=True)[0],
            "level": ServiceLevel.objects.values_list("pk", flat=True)[0],
            "subject": "Wi-Fi",
            "text": "All rooms",
        }


def numbers(cast: Cast) -> list[int]:
    with open_scope(cast.staff_scope()):
        return list(Ticket.objects.order_by("id").values_list("number", flat=True))


def the_same_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"the same")


def test_a_request_sent_twice_is_one_ticket_and_shows_it(signed_in: SignIn, cast: Cast) -> None:
    rita, data = signed_in("rita"), request_of(cast)
    assert 'name="once"' in rita.get(NEW).content.decode()
    first = rita.post(NEW, {**data, "attachments": [the_same_file()]})
    again = rita.post(NEW, {**data, "attachments": [the_same_file()]}, follow=True)
    (number,) = numbers(cast)
    assert first["Location"] == again.redirect_chain[0][0] == f"/alder/portal/requests/{number}/"
    assert f"We have this request already: it is CON-{number}." in again.content.decode()
    with open_scope(cast.staff_scope()):
        assert OutboundMail.objects.count() == 1


def test_each_page_has_a_key_of_its_own(signed_in: SignIn) -> None:
    rita = signed_in("rita")
    assert rita.get(NEW).context["form"]["once"].value() != rita.get(NEW).context["form"]["once"].value()


def test_other_words_other_people_and_other_schools_are_other_requests(signed_in: SignIn, cast: Cast) -> None:
    data = request_of(cast)
    for who, change in (
        ("rita", {}),
        ("rita", {"text": "Room 4 only"}),
        ("rita", {"attachments": [SimpleUploadedFile("a.txt", b"one")]}),
        ("rita", {"attachments": [SimpleUploadedFile("a.txt", b"two")]}),
        ("remy", {}),
        ("hugo", {"customer": request_of(cast, "hugo")["customer"]}),
        ("rita", {"once": ""}),
        ("rita", {"once": ""}),
    ):
        assert signed_in(who).post(NEW, {**data, **change}).status_code == 302
    assert len(numbers(cast)) == 8


def test_an_answer_and_a_call_that_are_sent_twice_happen_once(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
        caller = CustomerMembership.objects.get(person=cast.person("rita")).pk
    tess, once = signed_in("tess"), str(uuid4())
    for _ in range(2):
        answer = tess.post(
            f"/alder/desk/tickets/{ticket.number}/reply/",
            {"once": once, "text": "On it"},
            follow=True,
        )
        tess.post(f"/alder/desk/tickets/{ticket.number}/note/", {"once": once, "text": "On it"})
        tess.post(f"/alder/desk/phone/{caller}/", {"once": once, "subject": "Door", "text": "Stuck"})
        signed_in("rita").post(
            f"/alder/portal/requests/{ticket.number}/add/", {"once": once, "text": "On it"}
        )
    assert "This was sent already." in answer.content.decode()
    with open_scope(cast.staff_scope()):
        said = Message.objects.filter(ticket=ticket, text="On it").values_list("direction", flat=True)
        assert sorted(said) == [Direction.INCOMING, Direction.NOTE, Direction.OUTGOING]
        assert Ticket.objects.filter(subject="Door").count() == 1


def test_what_was_refused_can_be_sent_again(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)

        def refuse() -> Ticket:
            raise WrongState("not now")

        with pytest.raises(WrongState):
            sent_once(customer_id=ticket.customer_id, digest="a", act=refuse)
        assert not SentForm.objects.exists()
        assert sent_once(customer_id=ticket.customer_id, digest="a", act=lambda: ticket) == (ticket, True)
        assert sent_once(customer_id=ticket.customer_id, digest="a", act=refuse) == (ticket, False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("digests", "tickets"), [(("same", "same"), 1), (("one", "two"), 2), (("", ""), 2)])
def test_a_double_click_makes_one_ticket(cast: Cast, digests: tuple[str, str], tickets: int) -> None:
    """The second and third case are the control: without one key both clicks go through."""
    start, ends = Barrier(2), []

    def click(digest: str) -> None:
        try:
            with open_scope(cast.scope("rita")):
                customer = cast.customer()
                start.wait()
                ends.append(
                    sent_once(
                        customer_id=customer.pk, digest=digest, act=lambda: open_one(cast, channel="portal")
                    )
                )
        finally:
            connection.close()

    threads = [Thread(target=click, args=[digest]) for digest in digests]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(is_new for _, is_new in ends) == ([False, True] if tickets == 1 else [True, True])
    assert len({ticket.pk for ticket, _ in ends}) == len(numbers(cast)) == tickets
