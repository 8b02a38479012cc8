"""Mailboxes read from a real IMAP server: nothing is marked or removed before we hold it."""

import time
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import OperationalError
from django.utils import timezone
from imap_tools import BaseMailBox

from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.faults import dovecot
from tests.faults.dovecot import PASSWORD, Dovecot
from tests.tickets.intake.mails import mail
from tickets.intake import imap, watching
from tickets.intake.connecting import MailboxTrouble, connected, mailbox_try
from tickets.intake.secrets import secret_encrypt
from tickets.models import AfterStoring, InboundMail, InboundState, Mailbox, Ticket

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.mail_server,
    pytest.mark.skipif(dovecot.BINARY is None, reason="needs Dovecot: apt-get install dovecot-imapd"),
]


def due_now(cast: Cast, mailbox: Mailbox) -> None:
    with open_scope(cast.staff_scope()):
        Mailbox.objects.filter(pk=mailbox.pk).update(wake_at="2020-01-01T00:00:00Z")


def fresh(cast: Cast, mailbox: Mailbox) -> Mailbox:
    with open_scope(cast.staff_scope()):
        return Mailbox.objects.get(pk=mailbox.pk)


@pytest.mark.rule("I1", "I2")
def test_a_sweep_fetches_decides_and_marks(cast: Cast, server: Dovecot, mailbox: Mailbox) -> None:
    raw = mail().as_bytes().replace(b"\n", b"\r\n")
    server.deliver(raw)
    due_now(cast, mailbox)
    sweep(queues=["mailboxes", "inbound"])
    with open_scope(cast.staff_scope()):
        row = InboundMail.objects.get()
        assert bytes(row.raw) == raw
        assert row.state == InboundState.TICKET
        assert Ticket.objects.count() == 1
    assert "\\Seen" in server.flags()[0]
    box = fresh(cast, mailbox)
    assert (box.last_error, box.failures, box.last_uid) == ("", 0, 1)
    assert box.wake_at is not None
    due_now(cast, mailbox)
    sweep(queues=["mailboxes", "inbound"])
    with open_scope(cast.staff_scope()):
        assert InboundMail.objects.count() == 1


@pytest.mark.rule("I2")
def test_nothing_is_marked_when_storing_fails(
    cast: Cast, server: Dovecot, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(mail().as_bytes())

    def lost(**_: object) -> None:
        raise OperationalError("the database is lost")

    monkeypatch.setattr(imap, "mail_store_raw", lost)
    with pytest.raises(OperationalError):
        imap.mailbox_poll(mailbox)
    assert "\\Seen" not in server.flags()[0]


@pytest.mark.rule("I2")
@pytest.mark.parametrize("after", [AfterStoring.DELETE, AfterStoring.MOVE])
def test_a_message_that_was_stored_before_a_crash_is_still_removed(
    cast: Cast, server: Dovecot, mailbox: Mailbox, after: AfterStoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.session() as client:
        client.create("Done")
    server.deliver(mail().as_bytes())
    mailbox.after_storing, mailbox.stored_folder = after, "Done"
    with monkeypatch.context() as crash:
        crash.setattr(imap, "_settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            imap.mailbox_poll(mailbox)
    assert len(server.flags()) == 1
    assert imap.mailbox_poll(mailbox).stored == 0
    with server.session() as client:
        assert client.select("INBOX")[1] == [b"0"]
        assert client.select("Done")[1] == ([b"1"] if after is AfterStoring.MOVE else [b"0"])
    with open_scope(cast.staff_scope()):
        assert InboundMail.objects.count() == 1


@pytest.mark.rule("I2")
def test_a_new_uidvalidity_reads_all_again_and_stores_nothing_twice(
    cast: Cast, server: Dovecot, mailbox: Mailbox
) -> None:
    server.deliver(mail().as_bytes())
    assert imap.mailbox_poll(mailbox).stored == 1
    with open_scope(cast.staff_scope()):
        Mailbox.objects.filter(pk=mailbox.pk).update(uid_validity=1, last_uid=4000)
    again = fresh(cast, mailbox)
    server.deliver(mail(subject="Another").as_bytes())
    assert imap.mailbox_poll(again).stored == 1
    assert fresh(cast, mailbox).last_uid == 2


@pytest.mark.rule("I1", "Y9")
@pytest.mark.parametrize("fault", ["password", "certificate", "secret", "gone"])
def test_a_fault_is_told_on_the_mailbox_and_tried_again_later(
    cast: Cast, server: Dovecot, mailbox: Mailbox, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_scope(cast.staff_scope()):
        if fault == "password":
            Mailbox.objects.filter(pk=mailbox.pk).update(secret=secret_encrypt("wrong"))
        elif fault == "secret":
            Mailbox.objects.filter(pk=mailbox.pk).update(secret="of another key")
        elif fault == "gone":
            Mailbox.objects.filter(pk=mailbox.pk).update(port=1)
        else:
            monkeypatch.delenv("SSL_CERT_FILE")
    due_now(cast, mailbox)
    result = sweep(queues=["mailboxes"])
    box = fresh(cast, mailbox)
    assert result.failed["mailboxes"] == 1
    assert box.failures == 1
    expected = {
        "password": "password",
        "certificate": "certificate cannot be trusted",
        "secret": "SECRET_KEY",
        "gone": "refuses connections",
    }
    assert expected[fault] in box.last_error
    assert PASSWORD not in box.last_error
    assert box.wake_at is not None
    assert box.dead_at is None


@pytest.mark.rule("Y9")
def test_the_password_is_not_readable_in_the_database(mailbox: Mailbox) -> None:
    assert PASSWORD not in mailbox.secret


def test_a_trial_opens_the_folder_and_changes_nothing(cast: Cast, server: Dovecot, mailbox: Mailbox) -> None:
    server.deliver(mail().as_bytes())
    assert mailbox_try(mailbox) == 1
    mailbox.folder = "Nowhere"
    with pytest.raises(MailboxTrouble, match="no folder of this name"):
        mailbox_try(mailbox)
    mailbox.folder, mailbox.after_storing, mailbox.stored_folder = "INBOX", AfterStoring.MOVE, "Done"
    with pytest.raises(MailboxTrouble, match="does not exist"):
        mailbox_try(mailbox)
    assert imap.mailbox_poll(fresh(cast, mailbox)).stored == 1


@pytest.mark.rule("I1")
def test_a_server_with_idle_says_that_mail_has_come(
    cast: Cast, server: Dovecot, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a pause, where it could not be reached at first."""
    real, tries, pauses = connected, [0], list[int]()

    def unsteady(mailbox: Mailbox, *, timeout: float) -> AbstractContextManager[BaseMailBox]:
        tries[0] += 1
        if tries[0] <= 2:
            raise MailboxTrouble("it restarts")
        return real(mailbox, timeout=timeout)

    def short(failures: int) -> timedelta:
        pauses.append(failures)
        return timedelta(milliseconds=1)

    monkeypatch.setattr(watching, "connected", unsteady)
    monkeypatch.setattr(watching, "wait_after", short)
    monkeypatch.setattr(watching, "LISTEN", 0.1)
    stop = Event()
    watcher = Thread(target=watching.watch, args=(fresh(cast, mailbox), stop))
    watcher.start()
    try:
        deadline = time.monotonic() + 20
        while fresh(cast, mailbox).wake_at is None and time.monotonic() < deadline:
            server.deliver(mail().as_bytes())
            time.sleep(0.3)
    finally:
        stop.set()
        watcher.join()
    assert pauses == [1, 2]
    woken = fresh(cast, mailbox).wake_at
    assert woken is not None
    assert woken <= timezone.now()
