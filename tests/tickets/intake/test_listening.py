"""Mail handed over by SMTP and LMTP: ours before it is said to be, for our own addresses only, within the limits."""

import asyncio
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.policy import SMTP as WIRE
from threading import Thread

import pytest
from django.db import OperationalError

from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.tickets.intake.mails import SUPPORT, mail
from tickets.intake import listening
from tickets.intake.listening import MOST_REFUSED, MOST_SESSIONS, listen
from tickets.models import InboundMail, InboundState, Mailbox
from tickets.references import reply_address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("I1", "I2")]


@contextmanager
def listening_port(*, is_lmtp: bool = False) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)  # of its own: in this one a browser's loop may be running
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen("127.0.0.1", 0, is_lmtp=is_lmtp), loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def port(cast: Cast) -> Iterator[int]:
    with listening_port() as port:
        yield port


def rows(cast: Cast, provider: str = "alder") -> list[InboundMail]:
    with open_scope(cast.staff_scope(provider)):
        return list(InboundMail.objects.order_by("id"))


def test_a_message_is_stored_when_it_is_answered_and_decided_after(cast: Cast, port: int) -> None:
    raw = mail().as_bytes(policy=WIRE)
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("rita@oakfield.example", [SUPPORT], raw)
        (row,) = rows(cast)
    head = b"Return-Path: <rita@oakfield.example>\r\nDelivered-To: support@alder.example\r\n"
    assert bytes(row.raw) == head + raw
    sweep(queues=["inbound"])
    assert rows(cast)[0].state == InboundState.TICKET


def test_each_providers_mailbox_has_its_own_copy_and_a_bounce_is_known_by_its_path(
    cast: Cast, port: int
) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("", [SUPPORT, "support@birch.example"], mail("x@elsewhere.example").as_bytes())
    sweep(queues=["inbound"])
    for provider in ("alder", "birch"):
        (row,) = rows(cast, provider)
        assert (row.state, row.reason) == (InboundState.IGNORED, "auto_generated")


def test_the_address_of_a_ticket_is_ours(cast: Cast, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("rita@oakfield.example", [SUPPORT], mail().as_bytes())
        sweep(queues=["inbound"])
        with open_scope(cast.staff_scope()):
            ticket = InboundMail.objects.get().ticket
            assert ticket is not None
            address = reply_address(cast.provider(), ticket, cast.person("rita"))
        # It was sent to a list of the school's that passes it on: only the envelope names the ticket.
        again = mail(to="it-list@oakfield.example", subject="And this")
        client.sendmail("rita@oakfield.example", [address], again.as_bytes())
    sweep(queues=["inbound"])
    assert [(row.state, row.ticket_id) for row in rows(cast)][1] == (InboundState.REPLY, ticket.pk)


def test_other_addresses_and_too_much_are_refused(
    cast: Cast, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("x")
        client.mail("rita@oakfield.example")
        for address in ("nobody@alder.example", "a@gmail.com", "support@", "x" * 300 + "@alder.example"):
            assert client.rcpt(address)[0] in (550, 553, 501)
        for _ in range(MOST_REFUSED):
            last = client.rcpt("guess@alder.example")[0]
        assert last == 421
        client.rset()
    monkeypatch.setattr("django.conf.settings.MESSAGE_LIMIT", 10_000)
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("x")
        assert client.mail("rita@oakfield.example", ["SIZE=10001"])[0] == 552
        client.esmtp_features.clear()  # one that does not say how much is coming
        with pytest.raises(smtplib.SMTPDataError, match="552"):
            client.sendmail("r@oakfield.example", [SUPPORT], mail(text="x\n" * 9_000).as_bytes())
    assert not rows(cast)


def test_nothing_is_said_to_be_stored_that_is_not_and_a_repeat_is_one_message(
    cast: Cast, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(**_: object) -> None:
        raise OperationalError("the database is lost")

    raw = mail().as_bytes(policy=WIRE)
    with smtplib.SMTP("127.0.0.1", port) as client:
        with monkeypatch.context() as fault:
            fault.setattr(listening, "mail_receive", lost)
            with pytest.raises(smtplib.SMTPDataError, match="451"):
                client.sendmail("rita@oakfield.example", [SUPPORT], raw)
        assert not rows(cast)
        for _ in range(2):  # the answer to the first was lost
            client.sendmail("rita@oakfield.example", [SUPPORT], raw)
    assert len(rows(cast)) == 1


def test_lmtp_answers_for_each_recipient(cast: Cast) -> None:
    with listening_port(is_lmtp=True) as port, smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo("x")  # which says LHLO
        client.mail("rita@oakfield.example")
        recipients = [SUPPORT, "support@birch.example", "nobody@alder.example"]
        assert [client.rcpt(one)[0] for one in recipients] == [250, 250, 550]
        assert client.data(mail().as_bytes(policy=WIRE))[0] == 250
        assert client.getreply()[0] == 250  # the second one's
        assert client.noop()[0] == 250
    assert [len(rows(cast, provider)) for provider in ("alder", "birch")] == [1, 1]


def test_a_mailbox_that_is_switched_off_takes_nothing(cast: Cast, port: int) -> None:
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(is_active=False)
    with smtplib.SMTP("127.0.0.1", port) as client, pytest.raises(smtplib.SMTPRecipientsRefused):
        client.sendmail("rita@oakfield.example", [SUPPORT], mail().as_bytes())


def test_sessions_are_bounded(cast: Cast, port: int) -> None:
    with ExitStack() as open_ones:
        for _ in range(MOST_SESSIONS):
            open_ones.enter_context(smtplib.SMTP("127.0.0.1", port))
        with pytest.raises(smtplib.SMTPConnectError, match="421"):
            smtplib.SMTP("127.0.0.1", port)
