"""A mailbox loses and doubles nothing: connections that are cut, readers that are killed, thousands of messages."""

import os
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from threading import Event, Thread

import pytest

from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.faults import dovecot
from tests.faults.dovecot import PASSWORD, USER, Dovecot
from tests.faults.harness import Jobs, Owner, kill_points, share
from tests.tickets.intake.mails import mail
from tickets.intake import imap
from tickets.intake.connecting import MailboxTrouble
from tickets.intake.secrets import secret_encrypt
from tickets.models import AfterStoring, InboundMail, Mailbox, Ticket

pytestmark = [
    pytest.mark.faults,
    pytest.mark.rule("I1", "I2"),
    pytest.mark.mail_server,
    pytest.mark.skipif(dovecot.BINARY is None, reason="needs Dovecot: apt-get install dovecot-imapd"),
]
LONG_AGO = "2020-01-01T00:00:00Z"


class Cutter:
    """A wire to a server that breaks after so many bytes from there."""

    def __init__(self, port: int) -> None:
        self.to, self.limit, self.passed = port, 1 << 40, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.ended = Event()
        self.thread = Thread(target=self._serve, daemon=True)
        self.thread.start()

    def cut_after(self, limit: int) -> None:
        self.limit, self.passed = limit, 0

    def close(self) -> None:
        self.ended.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self.thread.join()
        self.listener.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            client, _ = self.listener.accept()
            with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.to)) as server:
                self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ)
            ready.register(server, selectors.EVENT_READ)
            while not self.ended.is_set():
                for key, _ in ready.select(timeout=1):
                    is_answer = key.fileobj is server
                    room = self.limit - self.passed if is_answer else 65_536
                    content = key.fileobj.recv(min(65_536, room)) if room else b""  # type: ignore[union-attr]
                    if not content:
                        return
                    (client if is_answer else server).sendall(content)
                    self.passed += len(content) if is_answer else 0


@contextmanager
def wire(port: int) -> Iterator[Cutter]:
    cutter = Cutter(port)
    try:
        yield cutter
    finally:
        cutter.close()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_cut_anywhere(cast: Cast, server: Dovecot, mailbox: Mailbox) -> None:
    mailbox.after_storing = AfterStoring.DELETE
    sent = 0

    def deliver() -> None:
        nonlocal sent
        server.deliver_many(
            mail(subject=f"Message {sent + n}", text="x" * 3_000).as_bytes() for n in range(2)
        )
        sent += 2

    with wire(server.port) as cutter:
        mailbox.port = cutter.port
        deliver()
        assert imap.mailbox_poll(mailbox).stored == 2
        whole, troubles = cutter.passed, 0
        for point in range(20):
            deliver()
            cutter.cut_after(whole * point // 20)
            try:
                imap.mailbox_poll(mailbox)
            except MailboxTrouble:
                troubles += 1
            cutter.cut_after(1 << 40)
            imap.mailbox_poll(mailbox)
            assert server.number() == 0
            with open_scope(cast.staff_scope()):
                assert InboundMail.objects.count() == sent
        assert troubles >= 18  # the last bytes are the goodbye


@pytest.fixture
def fault_environment(fault_environment: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    certificate = request.getfixturevalue("server").certificate
    return {**fault_environment, "FAULT_EMAIL_TIMEOUT": "20", "SSL_CERT_FILE": str(certificate)}


def test_a_reader_that_is_killed_anywhere(server: Dovecot, jobs: Jobs, owner: Owner) -> None:
    work = "tests.faults.desk_work:{}".format
    jobs(work("build_cast"))
    jobs(work("mailbox_connect"), "alder", server.port)
    sent: set[str] = set()

    def deliver(name: str) -> None:
        raws = [mail(subject=f"{name} {n}").as_bytes().replace(b"\n", b"\r\n") for n in range(2)]
        server.deliver_many(raws)
        sent.update(sha256(raw).hexdigest() for raw in raws)

    deliver("first")
    jobs(work("mailbox_read"), "alder")  # which stores the calendar's version for all that follow
    deliver("whole")
    whole = jobs(work("mailbox_read"), "alder")
    assert whole.result == 2
    for point in kill_points(whole.contacts, at_most=share(50, 8), offset=os.getpid()):
        deliver(f"killed at {point}")
        ended = jobs(work("mailbox_read"), "alder", kill_at=point)
        assert ended.killed or point > ended.contacts  # it may need fewer than the one that was measured
        held = owner.number("SELECT count(*) FROM tickets_inboundmail")
        assert held + server.number() >= len(sent), "a message is neither here nor there"
        jobs(work("mailbox_read"), "alder")
        assert server.number() == 0
        rows = owner.ask("SELECT sha256, state FROM tickets_inboundmail")
        assert sorted(rows) == sorted((digest, "ticket") for digest in sent)
        assert owner.number("SELECT count(*) FROM tickets_ticket") == len(sent)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_anothers_full_mailbox(cast: Cast, server: Dovecot, mailbox: Mailbox) -> None:
    many = share(10_000, 120)
    server.deliver_many(
        mail(subject=f"Number {n}", message_id=f"<{n}@oakfield.example>").as_bytes() for n in range(many)
    )
    with server.session() as client:
        client.create("Other")
    with open_scope(cast.staff_scope("birch")):
        Mailbox.objects.filter(is_default=True).update(
            host="localhost", port=server.port, username=USER, secret=secret_encrypt(PASSWORD), folder="Other"
        )
    delivered, waited = 0.0, 0.0
    for turn in range(many):
        for provider in ("alder", "birch"):
            with open_scope(cast.staff_scope(provider)):
                Mailbox.objects.filter(is_default=True).update(wake_at=LONG_AGO)
        if turn == 1:
            server.deliver(mail("rose@riverside.example").as_bytes(), "Other")
            delivered = time.monotonic()
        sweep(queues=["mailboxes", "inbound"], seconds=1 if many < 1_000 else 10)
        with open_scope(cast.staff_scope("birch")):
            if delivered and not waited and Ticket.objects.exists():
                waited = time.monotonic() - delivered
        with open_scope(cast.staff_scope()):
            if Ticket.objects.count() == many and waited:
                break
    assert 0 < waited < 60
    with open_scope(cast.staff_scope()):
        assert (InboundMail.objects.count(), Ticket.objects.count()) == (many, many)
