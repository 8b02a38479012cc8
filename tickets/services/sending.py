"""A form that is sent twice does its work once: after a double click, or a resend because no answer came."""

from collections.abc import Callable

from django.db import connection, transaction

from accounts.tenancy.scope import current_provider_id
from tickets.models import SentForm, Ticket


@transaction.atomic
def sent_once(*, customer_id: int, digest: str, act: Callable[[], Ticket]) -> tuple[Ticket, bool]:
    """Do `act` unless a form with this digest was sent for the customer before; the ticket, and whether it acted.

    Who comes second waits for the first to commit, and does the work itself where that failed. '' always acts.
    Whatever `act` raises undoes the claim too.
    """
    if not digest:
        return act(), True
    claimed = _claim(customer_id, digest)
    if claimed is None:
        first = SentForm.objects.values_list("ticket_id", flat=True).get(
            customer_id=customer_id, digest=digest
        )
        return Ticket.objects.get(pk=first), False
    ticket = act()
    SentForm.objects.filter(pk=claimed).update(ticket=ticket)
    return ticket, True


def _claim(customer_id: int, digest: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_sentform (provider_id, customer_id, digest, sent_at) VALUES (%s, %s, %s, now())"
            " ON CONFLICT ON CONSTRAINT sent_form_once DO NOTHING RETURNING id",
            [current_provider_id(), customer_id, digest],
        )
        return next(iter(cursor.fetchone() or ()), None)
