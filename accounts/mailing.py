"""Mail that this app needs sent. The outbox stands above it and registers itself here when Django starts."""

from collections.abc import Sequence
from typing import Protocol


class Mailer(Protocol):
    """Puts a mail into the outbox of the open scope's provider."""

    def __call__(
        self, *, recipients: Sequence[str], subject: str, text: str, customer_id: int | None = None
    ) -> object: ...


_mailers: list[Mailer] = []


def mailer_register(mailer: Mailer) -> None:
    """Called once, by the app that keeps the outbox."""
    _mailers[:] = [mailer]


def sign_in_mail_send(
    *, recipients: Sequence[str], subject: str, text: str, customer_id: int | None = None
) -> None:
    """Send a mail about signing in. Raises LookupError when no outbox is installed."""
    if not _mailers:
        raise LookupError("No outbox has registered itself.")
    _mailers[0](recipients=recipients, subject=subject, text=text, customer_id=customer_id)
