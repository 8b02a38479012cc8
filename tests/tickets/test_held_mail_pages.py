"""Held mail is released for who asks, also where somebody else has sent it."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.services import contact_create
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.intake.conftest import FRIDAY_AT_FOUR
from tests.tickets.intake.mails import mail
from tickets.errors import WrongState
from tickets.intake.deciding import mail_decide
from tickets.intake.quarantine import quarantine_release
from tickets.intake.storing import mail_store
from tickets.models import InboundMail, InboundState, Mailbox, Ticket

pytestmark = pytest.mark.rule("T5")
SignIn = Callable[[str], Client]


@pytest.fixture
def held(cast: Cast) -> InboundMail:
    """A colleague has passed on what a school asked."""
    with open_scope(cast.staff_scope()):
        mailbox = Mailbox.objects.get(is_default=True)
    raw = mail("tess@alder.example", subject="Fwd: from a school").as_bytes()
    inbound, _ = mail_store(mailbox=mailbox, raw=raw, received_at=FRIDAY_AT_FOUR)
    return mail_decide(inbound)


def release(client: Client, held: InboundMail, school: int, person: str) -> tuple[int, str]:
    answer = client.post(f"/alder/desk/mail/{held.pk}/release/", {"customer": school, "person": person})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("words", ["rita", "Rita", "RITA@oakfield.example", "rita@"])
def test_it_is_released_for_a_person_of_the_school(
    signed_in: SignIn, cast: Cast, held: InboundMail, words: str
) -> None:
    assert held.quarantine == "from_staff"
    with open_scope(cast.staff_scope()):
        school = cast.customer().pk
    assert "For whom" in signed_in("theo").get(f"/alder/desk/mail/{held.pk}/").content.decode()
    assert release(signed_in("theo"), held, school, words)[0] == 302
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get()
        assert (ticket.requester, ticket.customer_id) == (cast.person("rita"), school)
        assert OutboundMail.objects.get().recipients == ["rita@oakfield.example"]


def test_only_for_one_who_is_there(signed_in: SignIn, cast: Cast, held: InboundMail) -> None:
    with open_scope(cast.staff_scope()):
        school, hugo = cast.customer(), cast.person("hugo")
        contact_create(customer=school, name="Rita Old", email="rita.old@oakfield.example")
        gone = contact_create(customer=school, name="Zoe", email="zoe@oakfield.example")
        gone.is_active = False
        gone.save()
    theo = signed_in("theo")
    for words, says in (
        ("hugo", "Nobody of this school"),
        ("zoe", "Nobody of this school"),
        ("tess", "Nobody of this school"),
        ("", "Say for whom"),
        ("rit", "Several people of this school are meant"),
    ):
        status, page = release(theo, held, school.pk, words)
        assert (status, says in page) == (422, True), words
    with open_scope(cast.staff_scope()):
        with pytest.raises(WrongState):
            quarantine_release(inbound=held, customer=school, person=hugo)
        assert not Ticket.objects.exists()
        assert InboundMail.objects.get().state == InboundState.QUARANTINED
