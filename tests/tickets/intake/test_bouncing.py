"""Our own mail that comes back is seen on its ticket and on the person, and nobody can make it up."""

import pytest

from accounts.models import Person
from accounts.people import person_change
from accounts.tenancy.scope import open_scope
from delivery.models import Notification, OutboundMail
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.delivery.mail_server import mail_server
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.mails import mail
from tickets.models import Direction, Mailbox, Message, Ticket

pytestmark = pytest.mark.rule("I2")


def report(
    message_id: str, *, to: str = "support@alder.example", action: str = "failed", who: str = "rita"
) -> bytes:
    status = {"failed": "5.1.1", "delayed": "4.4.1"}[action]
    return (
        f"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@oakfield.example>\nTo: {to}\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\n<rita@oakfield.example>: user unknown\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.oakfield.example\n\n"
        f"Final-Recipient: rfc822; {who}@oakfield.example\nAction: {action}\nStatus: {status}\n"
        f"\n--b\nContent-Type: message/rfc822\n\nMessage-ID: {message_id}\nSubject: s\n\nx\n--b--\n"
    ).encode()


@pytest.fixture
def ours(cast: Cast, take: Take) -> OutboundMail:
    """What we wrote to Rita, on a ticket that Tess owns."""
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(plus_addressing=True)
    take(mail())
    with open_scope(cast.staff_scope()):
        Ticket.objects.update(assignee=cast.person("tess"))
        return OutboundMail.objects.get()


def marked(cast: Cast) -> list[str]:
    with open_scope(cast.staff_scope()):
        return list(Person.objects.filter(unreached_at__isnull=False).values_list("email", flat=True))


@pytest.mark.parametrize("way", ["message id", "return path"])
def test_what_came_back_is_told(cast: Cast, take: Take, ours: OutboundMail, way: str) -> None:
    if way == "message id":
        raw = report(ours.message_id)
    else:
        raw = report("<rewritten@gateway.example>", to=str(ours.headers["Reply-To"]))
    (outcome,) = take(raw)
    assert (outcome.outcome, outcome.reason) == ("ignored", "bounce")
    assert outcome.ticket
    assert marked(cast) == ["rita@oakfield.example"]
    with open_scope(cast.staff_scope()):
        note = Message.objects.get(direction=Direction.NOTE)
        assert "came back: <rita@oakfield.example>: user unknown" in note.text
        told = Notification.objects.get(key__startswith="bounce:")
        assert told.person_id == cast.person("tess").pk
        assert OutboundMail.objects.count() == 1


def test_a_delay_and_a_report_of_mail_that_was_not_ours_mark_nobody(
    cast: Cast, take: Take, ours: OutboundMail
) -> None:
    with open_scope(cast.staff_scope()):
        forged = f"support+t1.{cast.person('rita').pk}.{'A' * 16}@alder.example"
    take(
        report(ours.message_id, action="delayed"),
        report("<made-up@alder.example>"),
        report(ours.message_id, who="remy"),
        report("<x@y.example>", to=forged),
    )
    assert marked(cast) == []


def test_mail_from_them_or_another_address_takes_the_mark_away(
    cast: Cast, take: Take, ours: OutboundMail
) -> None:
    take(report(ours.message_id))
    take(mail(subject="I am still here"))
    assert marked(cast) == []
    take(report(ours.message_id) + b"\n")
    assert marked(cast) == ["rita@oakfield.example"]
    with open_scope(cast.staff_scope()):
        person_change(person=cast.person("rita"), name="Rita", email="rita.roe@oakfield.example", phone="")
    assert marked(cast) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.mail_server
def test_mail_leaves_with_its_own_return_path_and_a_refusal_is_a_mark(
    cast: Cast, ours: OutboundMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        monkeypatch.setattr("django.conf.settings.EMAIL_BACKEND", "delivery.smtp.EmailBackend")
        monkeypatch.setattr("django.conf.settings.EMAIL_HOST", "127.0.0.1")
        monkeypatch.setattr("django.conf.settings.EMAIL_PORT", server.port)
        server.for_recipient["rita@oakfield.example"] = "550 5.1.1 no such user"
        sweep(queues=["mail"])
        assert server.senders == [ours.headers["Reply-To"]]
    assert marked(cast) == ["rita@oakfield.example"]
