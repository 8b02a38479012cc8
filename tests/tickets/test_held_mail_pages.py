"""Held mail is released for who asks, also where somebody else has sent it."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import CustomerDomain
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


def take(cast: Cast, *raws: bytes) -> list[InboundMail]:
    with open_scope(cast.staff_scope()):
        mailbox = Mailbox.objects.get(is_default=True)
    return [mail_decide(mail_store(mailbox=mailbox, raw=raw, received_at=FRIDAY_AT_FOUR)[0]) for raw in raws]


def test_mail_is_judged_again_once_its_school_is_known(signed_in: SignIn, cast: Cast) -> None:
    (waiting,) = take(cast, mail("sid@elsewhere.example", subject="Let me in").as_bytes())
    theo, address = signed_in("theo"), f"/alder/desk/mail/{waiting.pk}/"
    assert "still no ticket" in theo.post(f"{address}retry/", follow=True).content.decode()
    with open_scope(cast.staff_scope()):
        CustomerDomain.objects.create(customer=cast.customer(), domain="elsewhere.example")
    assert "Accepted: CON-" in theo.post(f"{address}retry/", follow=True).content.decode()
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get(requester__email="sid@elsewhere.example")
        assert ticket.logged_at == FRIDAY_AT_FOUR
    assert "decided this message already" in theo.post(f"{address}retry/", follow=True).content.decode()


def test_what_was_taken_for_a_machines_is_opened_by_hand(signed_in: SignIn, cast: Cast) -> None:
    (ignored,) = take(cast, mail(subject="Out of office", text="How do I set mine?").as_bytes())
    assert ignored.state == InboundState.IGNORED
    with open_scope(cast.staff_scope()):
        school = cast.customer().pk
    assert release(signed_in("theo"), ignored, school, "")[0] == 302
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get().requester == cast.person("rita")


def test_held_mail_is_found_by_sender_and_subject(signed_in: SignIn, cast: Cast) -> None:
    take(
        cast,
        mail("sid@elsewhere.example", subject="Blue projector").as_bytes(),
        mail("sue@nowhere.example", subject="Red printer").as_bytes(),
    )
    for words, found in (("nowhere", {"Red printer"}), ("BLUE", {"Blue projector"}), ("green", set())):
        page = signed_in("theo").get(f"/alder/desk/mail/?q={words}").content.decode()
        assert {one for one in ("Blue projector", "Red printer") if one in page} == found
        assert ("Nothing found" in page) == (not found)
