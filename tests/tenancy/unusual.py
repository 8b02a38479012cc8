"""A ticket of the world that is up for review."""

from django.utils import timezone

from reviews.models import Review
from tickets.models import Ticket


def unusual_add(word: str, ticket: Ticket) -> int:
    """Put the ticket up; `word` stands in its figures."""
    figures = {
        "minutes": 3660,
        "ninth": 1320,
        "median": 360,
        "tickets": 40,
        "level": "Medium",
        "category": f"{word} kind",
    }
    review = Review.objects.create(
        customer_id=ticket.customer_id, kind="ticket", ticket=ticket, figures=figures, found_at=timezone.now()
    )
    return review.pk
