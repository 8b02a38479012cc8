"""Telling the staff something about a ticket; of a confidential one nothing but that it needs attention (Rule T6)."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_provider, as_system
from delivery.services import notification_add
from tickets.confidential import attention_words, safeguarding_people, staff_readers
from tickets.models import Ticket


def ticket_tell(
    *,
    ticket: Ticket,
    person_ids: Iterable[int],
    key: str,
    summary: str,
    detail: str = "",
    is_late: bool = False,
    tail: str = "",
) -> None:
    """Tell each of these people once, with a link to the ticket's page, there to `tail` ('?do=…#part').

    `key` as for `notification_add`, which is where notifications of tickets begin.

    Of a confidential ticket the summary is its reference alone, in the desk and in the mail, and leads those to it who
    may read it; where no active reader is left, whoever answers for safeguarding is told too.
    """
    if ticket.is_confidential:
        tell_in_confidence(ticket=ticket, person_ids=person_ids, key=key, is_late=is_late)
        return
    slug = current_provider().slug
    for person_id in person_ids:
        notification_add(
            person_id=person_id,
            key=key,
            summary=summary,
            detail=detail,
            path=ticket.desk_path(slug) + tail,
            customer_id=ticket.customer_id,
            is_late=is_late,
        )


def tell_in_confidence(*, ticket: Ticket, person_ids: Iterable[int], key: str, is_late: bool = False) -> None:
    """Tell each of these people once that a confidential ticket needs attention, and nothing else of it (Rule T6)."""
    slug = current_provider().slug
    with as_provider(), as_system():  # of no school: who asks in the portal could not add such a row
        readers = staff_readers(ticket)
        told = person_ids if readers else [*person_ids, *safeguarding_people()]
        for person_id in dict.fromkeys(told):
            notification_add(
                person_id=person_id,
                key=key,
                summary=attention_words(ticket),
                path=ticket.desk_path(slug) if person_id in readers else reverse("desk:home", args=[slug]),
                is_late=is_late,
            )
