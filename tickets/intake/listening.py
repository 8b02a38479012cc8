"""Mail handed over directly, by SMTP or LMTP: it is ours once it is committed, and is said to be only then (Rule I2).

Whoever hands it over keeps it until the answer 250. A repeat after an answer that was lost is the same bytes, and is
known by them: that is why no time and no number is written into the message.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from tickets.intake.mailboxes import UnknownMailbox, mailbox_named
from tickets.intake.recognition import plain_address
from tickets.intake.spooling import RawMail
from tickets.intake.storing import mail_receive
from tickets.models import Mailbox

logger = logging.getLogger(__name__)

MOST_SESSIONS = 20  # at once; each holds at most one message of the limit in memory
MOST_RECIPIENTS = 100  # of one message
MOST_REFUSED = 10  # unknown recipients of one session: who tries more is looking for addresses
PATIENCE = 60.0  # seconds without a word from the other side
LINE = 1024 * 1024  # bytes; senders break lines at 998, some do not
WORKERS = 4  # threads, each with its connection to the database

LATER = "451 4.3.0 Try again later"
UNKNOWN = "550 5.1.1 No such mailbox here"


@dataclass
class Taker:
    """Answers the commands of all sessions."""

    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(WORKERS, "mail"))
    answers_each: bool = False  # LMTP: one answer for each recipient

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        refused = getattr(session, "refused", 0)
        if refused >= MOST_REFUSED:
            return "421 4.7.0 Too many unknown recipients"
        try:
            await self._in_thread(lambda: mailbox_of(address))
        except UnknownMailbox:
            session.refused = refused + 1  # type: ignore[attr-defined]
            return UNKNOWN
        except Error:
            logger.warning("No recipient can be looked up: the database is away.")
            return LATER
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        sender, recipients, content = envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content
        try:
            await self._in_thread(lambda: mail_take(sender or "", recipients, content or b""))
        except UnknownMailbox:  # switched off since it was named
            answer = UNKNOWN
        except (Error, OSError) as error:
            logger.warning("A message was not stored: %s. Its sender keeps it.", type(error).__qualname__)
            answer = LATER
        else:
            answer = "250 2.0.0 Stored"
        return "\r\n".join([answer] * len(recipients)) if self.answers_each else answer

    async def _in_thread(self, work: Callable[[], object]) -> None:
        await asyncio.get_running_loop().run_in_executor(self.pool, _with_database, work)


def mailbox_of(address: str) -> Mailbox:
    """The mailbox in use that mail to this address belongs to, whatever follows a plus. Raises UnknownMailbox."""
    try:
        return mailbox_named(address)
    except UnknownMailbox:
        return mailbox_named(plain_address(address))


def mail_take(sender: str, recipients: list[str], content: bytes) -> None:
    """Store a message for each mailbox that it was sent to, and commit. '' as sender is the null path.

    Raises UnknownMailbox, OSError and the errors of the database; then its sender has to keep it.
    """
    addressed: dict[int, list[str]] = {}
    mailboxes = {}
    for address in recipients:
        mailbox = mailbox_of(address)
        mailboxes[mailbox.pk] = mailbox
        addressed.setdefault(mailbox.pk, []).append(address)
    for key, addresses in addressed.items():
        # What the last server writes on a message (RFC 5321, 4.4): whom to tell, and to whom it really came.
        lines = [f"Return-Path: <{sender.strip('<>')}>", *(f"Delivered-To: {one}" for one in addresses)]
        head = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")
        mail = RawMail.read([head, content])
        mail_receive(mailbox=mailboxes[key], mail=mail, received_at=timezone.now())


def _with_database(work: Callable[[], object]) -> object:
    """No thread keeps a connection between messages: it would be stale after the database's restart."""
    try:
        return work()
    finally:
        connection.close()


class _Bounded:
    """Turns sessions beyond the limit away. `sessions` are all that one port has open."""

    sessions: set[object]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self.sessions) >= MOST_SESSIONS and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 Too many sessions, try again later\r\n")
            transport.close()
            return
        self.sessions.add(self)
        super().connection_made(transport)  # type: ignore[misc]

    def connection_lost(self, error: Exception | None) -> None:
        if self in self.sessions:
            self.sessions.discard(self)
            super().connection_lost(error)  # type: ignore[misc]


class _Smtp(_Bounded, SMTP):
    line_length_limit = LINE


class _Lmtp(_Bounded, LMTP):
    line_length_limit = LINE


async def listen(
    host: str, port: int, *, is_lmtp: bool = False, tls: ssl.SSLContext | None = None
) -> asyncio.Server:
    """Open the port. With `tls`, sessions may be encrypted by STARTTLS. Raises OSError where it cannot be opened."""
    taker = Taker(answers_each=is_lmtp)
    sessions: set[object] = set()

    def session() -> SMTP:
        one = (_Lmtp if is_lmtp else _Smtp)(
            taker,
            data_size_limit=settings.MESSAGE_LIMIT,
            enable_SMTPUTF8=True,
            ident="Concero Desk",
            timeout=PATIENCE,
            tls_context=tls,
        )
        one.sessions = sessions
        return one

    return await asyncio.get_running_loop().create_server(session, host, port)
