"""SMTP that tells which recipients were refused. Django's own backend forgets about them."""

from smtplib import SMTPRecipientsRefused
from typing import Any

from django.core.mail.backends import smtp
from django.core.mail.message import EmailMultiAlternatives, sanitize_address

Answer = tuple[int, bytes]
UNAVAILABLE: Answer = (421, b"The server ended the session.")


class Outgoing(EmailMultiAlternatives):
    """A mail whose envelope may name fewer people than its head: those who have not had it yet."""

    def __init__(self, *args: Any, envelope: list[str], bounces_to: str = "", **kwargs: Any) -> None:
        """`bounces_to` is where reports on delivery go, by default to the sender."""
        super().__init__(*args, **kwargs)
        self.envelope, self.bounces_to = envelope, bounces_to
        self.refused: dict[str, Answer] = {}

    def recipients(self) -> list[str]:
        return self.envelope


class EmailBackend(smtp.EmailBackend):
    """Django's backend, which also leaves the answer to each refused recipient in `message.refused`.

    Raises what smtplib raises for the mail as a whole, and nothing for recipients.
    """

    def _send(self, email_message: Any) -> bool:
        connection = self.connection
        if not isinstance(email_message, Outgoing) or connection is None:
            return bool(super()._send(email_message))  # type: ignore[misc]
        encoding = email_message.encoding or "utf-8"
        sender = sanitize_address(email_message.bounces_to or email_message.from_email, encoding)
        envelope = {address: sanitize_address(address, encoding) for address in email_message.recipients()}
        message: Any = email_message.message()  # one of Django's own, which takes the line ending
        try:
            answers = connection.sendmail(sender, list(envelope.values()), message.as_bytes(linesep="\r\n"))
        except SMTPRecipientsRefused as error:
            # Nobody has had it. Whom the server did not get to, because it hung up, is asked again later.
            answers = {sent_to: error.recipients.get(sent_to, UNAVAILABLE) for sent_to in envelope.values()}
        email_message.refused = {
            address: answers[sent_to] for address, sent_to in envelope.items() if sent_to in answers
        }
        return len(email_message.refused) < len(envelope)
