"""Messages as tests need them, made in code."""

from email.message import EmailMessage
from email.utils import make_msgid

SUPPORT = "support@alder.example"


def mail(
    sender: str = "Rita <rita@oakfield.example>",
    subject: str = "The projector is broken",
    text: str | None = "It stays dark.\n",
    *,
    html: str | None = None,
    to: str = SUPPORT,
    message_id: str | None = None,
    **headers: str,
) -> EmailMessage:
    """An ordinary message; keyword headers are written with underscores for dashes."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = message_id or make_msgid(domain="oakfield.example")
    message["Date"] = "Fri, 20 Nov 2026 16:00:00 +0000"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text is not None:
        message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html") if text is not None else message.set_content(
            html, subtype="html"
        )
    return message
