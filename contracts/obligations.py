"""How customers stand with their obligations (Rule E6): reads."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from contracts.models import Obligation, ObligationReview, ObligationState

BADGES = {
    ObligationState.NOT_REVIEWED: "neutral",
    ObligationState.MET: "ok",
    ObligationState.PARTLY: "warning",
    ObligationState.NOT_MET: "problem",
    ObligationState.NOT_APPLICABLE: "plain",
}


@dataclass(frozen=True, slots=True)
class ObligationLine:
    """An obligation and how a customer stands with it. `due_on`: the next look; None where it was never looked at."""

    obligation: Obligation
    newest: ObligationReview | None
    earlier: tuple[ObligationReview, ...]
    due_on: date | None
    is_overdue: bool

    @property
    def state(self) -> ObligationState:
        return ObligationState(self.newest.state) if self.newest else ObligationState.NOT_REVIEWED

    @property
    def badge(self) -> str:
        return BADGES[self.state]


def obligations_of(customer_id: int, today: date) -> list[ObligationLine]:
    """The obligations that the provider asks for now, with the customer's reviews."""
    return obligations_of_many([customer_id], today)[customer_id]


def obligations_of_many(customer_ids: Collection[int], today: date) -> dict[int, list[ObligationLine]]:
    """The same for several customers, in two queries."""
    asked = list(Obligation.objects.filter(is_active=True))
    reviews: dict[tuple[int, int], list[ObligationReview]] = {}
    rows = ObligationReview.objects.filter(customer__in=customer_ids).select_related("by").order_by("-id")
    for row in rows:
        reviews.setdefault((row.customer_id, row.obligation_id), []).append(row)
    return {
        customer: [_line(one, reviews.get((customer, one.pk), []), today) for one in asked]
        for customer in customer_ids
    }


def _line(obligation: Obligation, reviews: list[ObligationReview], today: date) -> ObligationLine:
    newest = reviews[0] if reviews else None
    was_looked_at = newest is not None and newest.state != ObligationState.NOT_REVIEWED
    due_on = _months_later(newest.reviewed_on, obligation.review_months) if newest and was_looked_at else None
    is_overdue = due_on is None or due_on < today
    return ObligationLine(obligation, newest, tuple(reviews[1:]), due_on, is_overdue)


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
