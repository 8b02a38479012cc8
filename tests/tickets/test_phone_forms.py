"""Everyday requests that a technician fills in for a caller (rules I5, I10, T4, T6)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Customer, CustomerMembership, Nomination, Provider
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.test_requests import VALUES
from tickets.errors import WrongState
from tickets.models import Channel, Direction, QuestionKind, RequestForm, Ticket, TicketState
from tickets.services.approvals import approval_decide
from tickets.services.work import ticket_fix

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I5", "I10")]
SignIn = Callable[[str], Client]


def address_and_answers(cast: Cast, who: str, kind: str) -> tuple[str, dict[str, Any]]:
    """Where the form of a caller is, and what may be sent."""
    with open_scope(cast.staff_scope()):
        caller = CustomerMembership.objects.get(person=cast.person(who))
        form = RequestForm.objects.get(kind=kind)
        data: dict[str, Any] = {}
        for one in form.questions.all():
            data[f"q{one.pk}"] = {
                QuestionKind.YES_NO: "yes",
                QuestionKind.DATE: "2026-12-07",
                QuestionKind.CHOICE: (one.choices or [""])[0],
                QuestionKind.CHOICES: one.choices[:1],
                QuestionKind.PERSON: "",
            }.get(QuestionKind(one.kind), VALUES.get(one.kind, "Nora New"))
            if one.kind == QuestionKind.PERSON:
                data[f"q{one.pk}_name"] = "Nora New"
    return f"/alder/desk/phone/{caller.pk}/form/{form.pk}/", data


def log(cast: Cast, client: Client, who: str, kind: str) -> HttpResponse:
    path, data = address_and_answers(cast, who, kind)
    return client.post(path, data)  # type: ignore[return-value]


def test_the_caller_asks_and_the_technician_has_written_it_down(cast: Cast, signed_in: SignIn) -> None:
    answer = log(cast, signed_in("tess"), "rita", "starter")
    assert answer.status_code == 302
    with open_scope(cast.staff_scope(name="tess")):
        ticket = Ticket.objects.get()
        assert (ticket.requester, ticket.channel) == (cast.person("rita"), Channel.PHONE)
        assert ticket.assignee == cast.person("tess")
        assert ticket.state == TicketState.WAITING_APPROVAL
        note = ticket.messages.get(direction=Direction.NOTE)
        assert note.text == "Tess filled this in for Rita, who called."
        assert "Nora New" in ticket.messages.get(direction=Direction.INCOMING).text
        asked = {one for mail in OutboundMail.objects.all() for one in mail.recipients}
        assert {"rob@oakfield.example", "ian@oakfield.example"} <= asked
    with open_scope(cast.scope("rob")):
        approval_decide(ticket=ticket, by=cast.person("rob"), approve=True)
        assert Ticket.objects.get().is_open


def test_sent_twice_it_is_one_request(cast: Cast, signed_in: SignIn) -> None:
    path, data = address_and_answers(cast, "rita", "starter")
    tess = signed_in("tess")
    data["once"] = "6f1c1b42-0000-4000-8000-000000000001"
    assert tess.post(path, data)["Location"] == tess.post(path, data)["Location"]
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.count() == 1


@pytest.mark.rule("T6")
@pytest.mark.parametrize(
    ("kind", "methods", "waits"),
    [
        ("starter", ["call_back"], True),  # an account changes: a voice approves nothing
        ("starter", [], False),  # nobody is asked who they are, so asking approves as in the portal
        ("room_move", ["call_back"], False),
    ],
)
def test_a_voice_that_says_it_is_a_lead_approves_no_account(
    cast: Cast, signed_in: SignIn, kind: str, methods: list[str], waits: bool
) -> None:
    with open_scope(cast.staff_scope()):
        Provider.objects.update(identity_methods=methods)
    log(cast, signed_in("tess"), "rob", kind)
    with open_scope(cast.staff_scope()):
        assert (Ticket.objects.get().state == TicketState.WAITING_APPROVAL) is waits


@pytest.mark.rule("T6")
def test_an_account_is_not_changed_before_the_caller_is_verified(cast: Cast, signed_in: SignIn) -> None:
    path, _data = address_and_answers(cast, "rita", "password")
    tess = signed_in("tess")
    assert "verify the caller" in tess.get(path).content.decode()
    log(cast, tess, "rita", "password")
    with open_scope(cast.staff_scope(name="tess")), pytest.raises(WrongState, match="not verified"):
        ticket_fix(ticket=Ticket.objects.get(), author=cast.person("tess"), text="Done")


@pytest.mark.rule("T4")
def test_the_technician_is_told_of_a_caller_who_is_not_nominated(cast: Cast, signed_in: SignIn) -> None:
    path, _data = address_and_answers(cast, "rita", "starter")
    with open_scope(cast.staff_scope()):
        Customer.objects.filter(slug="oakfield").update(nomination=Nomination.ONLY_NOMINATED)
        CustomerMembership.objects.filter(person=cast.person("rita")).update(is_nominated=False)
    assert "has not nominated this caller" in signed_in("tess").get(path).content.decode()


def test_gaps_come_back_with_what_to_do_and_other_schools_people_are_not_offered(
    cast: Cast, signed_in: SignIn
) -> None:
    path, data = address_and_answers(cast, "rita", "leaver")
    tess = signed_in("tess")
    page = tess.get(path).content.decode()
    assert ("Remy" in page, "Hugo" in page) == (True, False)
    answer = tess.post(path, {"once": ""})
    assert answer.status_code == 422
    with open_scope(cast.staff_scope()):
        question = RequestForm.objects.get(kind="leaver").questions.filter(kind=QuestionKind.PERSON)[0]
        stranger = cast.person("hugo").pk
    assert tess.post(path, {**data, f"q{question.pk}": stranger}).status_code == 422
    with open_scope(cast.staff_scope()):
        assert not Ticket.objects.exists()
    assert "Leaver" in tess.get(path.split("form/")[0]).content.decode(), "the call's page leads to the forms"
