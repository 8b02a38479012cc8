"""What this app holds of people: words about tickets and to schools. They go with the ticket's (Rule T7)."""

from collections.abc import Sequence

from reviews.models import Review
from tickets.released import on_tickets_released


def reviews_release(ids: Sequence[int]) -> None:
    """What was found and told goes with the words of the ticket; figures and outcome stay."""
    Review.objects.filter(ticket__in=ids).update(found="", words="")


on_tickets_released(reviews_release)
