"""A real SMTP server in the test's own process, which can refuse, put off and hang up as servers do."""

import asyncio
import email
import email.policy
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Taken:
    """A mail that the server has accepted."""

    recipients: list[str]
    message: EmailMessage


@dataclass
class MailServer:
    """What was taken, how many sessions there were, and what to answer instead of yes."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    """The return path of each mail that was begun."""
    sessions: int = 0
    for_recipient: dict[str, str] = field(default_factory=dict)
    for_data: str = ""
    before_answer: Callable[[Taken], None] | None = None
    """Called when a mail is in, before the sender hears of it."""
    hang_up_on: str = ""
    """A subject at which the server cuts the connection."""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.senders.append(address)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.for_recipient.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        message = email.message_from_bytes(content, policy=email.policy.default)
        if self.hang_up_on and self.hang_up_on == message["Subject"]:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "421 Gone"
        if self.for_data:
            return self.for_data
        taken = Taken(list(envelope.rcpt_tos), message)
        self.taken.append(taken)
        if self.before_answer:
            self.before_answer(taken)
        return "250 OK"

    @property
    def message_ids(self) -> list[str]:
        return [str(taken.message["Message-ID"]) for taken in self.taken]


logging.getLogger("mail.log").setLevel(logging.WARNING)


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:
        """Learn the port before the first connection, which the controller makes itself."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server on a free port of this machine."""
    server = MailServer()
    controller = _OnFreePort(server, hostname="127.0.0.1", port=0)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
