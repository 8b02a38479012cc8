"""What children of the fork server are asked to do when words have lived long enough."""

from datetime import UTC, datetime, timedelta

from accounts.files import UploadedPart
from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from delivery.sweeper import sweep
from protection.services.retention import periods_save
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import ClosedAs, Ticket
from tickets.services.work import ticket_close

NOW = datetime.now(UTC)


def periods() -> None:
    """Closed tickets are kept for a year."""
    with open_scope(Scope(provider_id=provider_id_for("alder") or 0)):
        periods_save(days={"tickets": 365})


def old_ticket(word: str) -> int:
    """A ticket with a file that was closed two years ago."""
    part = UploadedPart("file.txt", "text/plain", word.encode())
    with open_scope(Cast().staff_scope()):
        ticket = ticket_close(
            ticket=open_one(Cast(), subject=word, attachments=[part]), closed_as=ClosedAs.WITHDRAWN
        )
        Ticket.objects.filter(pk=ticket.pk).update(closed_at=NOW - timedelta(days=730))
        return int(ticket.pk)


def look(at: str) -> None:
    """Every look that is due, and the next sweep, which removes the files."""
    moment = datetime.fromisoformat(at)
    sweep(now=moment, queues=["retention"])
    sweep(now=moment, queues=["doomed_files"])
