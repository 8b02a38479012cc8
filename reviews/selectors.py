"""What is up for review (rules S12, T6)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Person
from accounts.responsible import contact_of
from reviews.models import Review

OPEN, DONE = "open", "done"


def reviews_listed(chosen: Mapping[str, Any]) -> QuerySet[Review]:
    """Those that fit, the newest first; of a confidential ticket for its readers alone, as the database says."""
    rows = Review.objects.select_related("customer", "ticket", "done_by")
    if chosen.get("state"):
        rows = rows.filter(done_at__isnull=chosen["state"] == OPEN)
    if chosen.get("kind"):
        rows = rows.filter(kind=chosen["kind"])
    if chosen.get("school"):
        rows = rows.filter(customer=chosen["school"])
    return rows


def told_of(review: Review) -> Person | None:
    """Who of the school hears the outcome: its IT lead, else its relationship owner.

    Nobody hears that of a confidential ticket: its readers talk to the school on the ticket itself (Rule T6).
    """
    if review.ticket is not None and review.ticket.is_confidential:
        return None
    return contact_of(review.customer_id)


def in_review() -> Exists:
    """Whether the ticket of the outer query is in a review that is open."""
    return Exists(Review.objects.filter(ticket=OuterRef("pk"), done_at__isnull=True))
