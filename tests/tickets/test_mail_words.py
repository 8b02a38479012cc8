"""A provider's own words in the mail that schools get, and what no words can change."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Provider
from accounts.tenancy.scope import open_scope
from delivery.models import MailPurpose, MailWording, Notification, OutboundMail
from delivery.wording import composing
from delivery.wording.kinds import mail_kind
from delivery.wording.services import wording_change
from tests.cast import Cast
from tests.tickets.intake.mails import mail
from tests.tickets.test_opening import open_one
from tests.tickets.test_pictures import received
from tickets.models import ClosedAs, Ticket
from tickets.services.conversation import ticket_reply
from tickets.services.escalation import ticket_escalate
from tickets.services.work import ticket_close, ticket_fix

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I3", "S5", "T1")]

Flow = Callable[[Cast, Ticket], object]
OWN = "**Alder says:** "
NOBODY_ANSWERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def change(kind: str, *, subject: str = "Alder: {{ ticket.subject }}") -> None:
    """Put words of our own before the standard ones."""
    body = f"{OWN}hello\n\n{mail_kind(kind).body}"
    wording_change(kind=mail_kind(kind), subject=subject, body=body, version=0)


def broken(kind: str) -> MailWording:
    """Words that were right once: the variable is gone since."""
    return MailWording.objects.create(kind=kind, version=1, subject="Own", body="{{ ticket.gone }}")


def reply(cast: Cast, ticket: Ticket) -> object:
    return ticket_reply(ticket=ticket, author=cast.person("tess"), text="We look at it")


def fix(cast: Cast, ticket: Ticket) -> object:
    return ticket_fix(ticket=ticket, author=cast.person("tess"), text="It works")


def give_up(cast: Cast, ticket: Ticket) -> object:
    return ticket_close(ticket=ticket, closed_as=ClosedAs.UNRESOLVED, text="Please buy another one")


def escalate(cast: Cast, ticket: Ticket) -> object:
    return ticket_escalate(ticket=ticket, to_stage=2, trigger="technician", reason="Too hard")


FLOWS: dict[str, tuple[Flow, str, dict[str, str]]] = {
    "reply": (reply, "We look at it", {}),
    "fixed": (fix, "It works", {}),
    "closed": (give_up, "Please buy another one", {}),
    "escalated": (escalate, "Too hard", NOBODY_ANSWERS),
}


@pytest.fixture
def desk(cast: Cast) -> Iterator[Cast]:
    with open_scope(cast.staff_scope(name="tess")):
        yield cast


@pytest.mark.parametrize("kind", FLOWS)
def test_changed_words_go_out_and_the_way_back_stays(desk: Cast, kind: str) -> None:
    act, said, automatic = FLOWS[kind]
    change(kind)
    ticket = open_one(desk, logged_at=None)
    OutboundMail.objects.all().delete()
    act(desk, ticket)
    sent = OutboundMail.objects.get()
    assert sent.text.startswith("Alder says: hello\n\n")
    assert "<strong>Alder says:</strong> hello" in sent.html
    assert said in sent.text
    assert said in sent.html
    assert f"-{ticket.number} " in sent.subject.partition("]")[0]
    assert sent.subject.endswith("] Alder: No internet")
    assert {name: value for name, value in sent.headers.items() if name in NOBODY_ANSWERS} == automatic


@pytest.mark.rule("I1", "I2")
def test_mail_in_is_acknowledged_in_the_providers_words(desk: Cast) -> None:
    change("acknowledgement")
    received(mail(message_id="<one@oakfield.example>"))
    sent = OutboundMail.objects.get(purpose=MailPurpose.ACKNOWLEDGEMENT)
    assert sent.text.startswith("Alder says: hello")
    assert "a person will reply by" in sent.text
    assert "/portal/" in sent.text
    assert sent.headers["In-Reply-To"] == "<one@oakfield.example>"
    assert NOBODY_ANSWERS.items() <= sent.headers.items()


@pytest.mark.rule("I9")
def test_a_school_that_writes_in_the_portal_gets_them_too(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        change("acknowledgement")
    with open_scope(cast.scope("rita")):
        open_one(cast)
    with open_scope(cast.staff_scope()):
        assert OutboundMail.objects.get().text.startswith("Alder says")


def test_the_signature_is_one_for_all(desk: Cast) -> None:
    wording_change(
        kind=mail_kind("signature"), subject="", body="_The Alders_\n{{ provider.email }}", version=0
    )
    open_one(desk)
    sent = OutboundMail.objects.get()
    assert sent.text.endswith("The Alders\nsupport@alder.example\n")
    assert "<em>The Alders</em>" in sent.html


@pytest.mark.rule("T1")
def test_words_of_another_provider_are_never_used(cast: Cast) -> None:
    with open_scope(cast.staff_scope("birch")):
        change("acknowledgement")
    with open_scope(cast.staff_scope()):
        open_one(cast)
        assert "Alder says" not in OutboundMail.objects.get().text


@pytest.mark.parametrize("kind", ["acknowledgement", "signature"])
def test_words_that_fail_stop_no_mail_and_administrators_hear_once(cast: Cast, kind: str) -> None:
    with open_scope(cast.staff_scope()):
        broken(kind)
    for _time in range(2):
        with open_scope(cast.scope("rita")):
            open_one(cast)
    with open_scope(cast.staff_scope()):
        first, second = OutboundMail.objects.all()
        assert "a person will reply by" in first.text
        assert "a person will reply by" in second.text
        told = Notification.objects.get()
        assert told.person == cast.person("ada")
        assert "Acknowledgement" in told.summary
        assert told.path.endswith("/settings/words/acknowledgement/")


@pytest.mark.parametrize("place", ["_framed", "render", "reverse"])
def test_not_even_a_failure_of_ours_stops_a_mail(
    desk: Cast, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """The first call of this part fails, in whatever way; with `reverse`, telling administrators fails."""
    right = getattr(composing, place)
    calls: list[Any] = []

    def fail_once(*args: Any, **details: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise ZeroDivisionError
        return right(*args, **details)

    if place == "reverse":
        broken("reply")
    else:
        change("reply")
    ticket = open_one(desk)
    OutboundMail.objects.all().delete()
    monkeypatch.setattr(composing, place, fail_once)
    reply(desk, ticket)
    assert calls
    sent = OutboundMail.objects.get()
    assert sent.text.startswith("We look at it")
    assert Notification.objects.count() == (0 if place == "reverse" else 1)


def test_nothing_a_school_writes_becomes_a_header_or_mark_up(desk: Cast) -> None:
    change("reply", subject="{{ ticket.subject }} {{ ticket.school }}")
    ticket = open_one(desk)
    Ticket.objects.update(subject="<b>Hi</b>\r\nBcc: x@evil.example")
    ticket.refresh_from_db()
    Provider.objects.update(name="Alder & Co")
    ticket_reply(ticket=ticket, author=desk.person("tess"), text="<script>x</script> https://a.example/?x=1")
    sent = OutboundMail.objects.latest("id")
    assert sent.subject.endswith("] <b>Hi</b> Bcc: x@evil.example Oakfield")
    assert sent.subject.isprintable()
    assert "&lt;script&gt;" in sent.html
    assert "<script" not in sent.html
    assert "Alder &amp; Co" in sent.html
    assert 'href="https://a.example/?x=1"' in sent.html
