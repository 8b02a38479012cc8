"""The record of who read a confidential ticket (Rule T7)."""

from datetime import timedelta

from django.utils import timezone

from tickets.models import Ticket, TicketReading

# Within this time the same person's same reading is one row.
SAME_READING = timedelta(minutes=10)


def reading_record(*, ticket: Ticket, person_id: int | None, way: str, what: str = "") -> None:
    """Keep that somebody read a confidential ticket; of any other nothing is kept (Rule T7)."""
    if not ticket.is_confidential or person_id is None:
        return
    now = timezone.now()
    same = TicketReading.objects.filter(
        ticket=ticket, person_id=person_id, way=way, what=what, at__gt=now - SAME_READING
    )
    if not same.exists():
        TicketReading.objects.create(
            customer_id=ticket.customer_id, ticket=ticket, person_id=person_id, way=way, what=what, at=now
        )
