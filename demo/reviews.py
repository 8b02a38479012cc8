"""For the demo: what the daily look finds in the tickets that are there, and two reviews that are done. No mail."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Person
from accounts.responsible import contact_of, success_managers_of
from accounts.tenancy.scope import as_system
from demo.records import TicketRecord
from reviews.models import Review, ReviewKind, ReviewOutcome, ReviewRound
from reviews.services.looking import next_look, reviews_find, reviews_put_up
from tickets.models import ClosedAs, Ticket, TicketState

DAY = timedelta(days=1)


def reviews_add(open_now: list[TicketRecord], *, now: datetime) -> None:
    """Add them, inside the provider's open scope."""
    with as_system():
        _done(open_now, now)
        reviews_put_up(reviews_find(now))
        ReviewRound.objects.create(looked_at=now, wake_at=next_look(now))


def _done(open_now: list[TicketRecord], now: datetime) -> None:
    """A ticket that led to the advice to replace something, and a school that was trained."""
    closed = Ticket.objects.filter(
        state=TicketState.CLOSED, closed_as=ClosedAs.FIXED, is_confidential=False, category__isnull=False
    ).select_related("customer", "category", "level")
    ticket = closed.order_by("-closed_at", "-pk").first()
    if ticket is not None:
        assert ticket.category is not None
        figures = {
            "minutes": 3660, "median": 360, "ninth": 1320, "tickets": 64,
            "category": ticket.category.name, "level": ticket.level.name,
        }  # fmt: skip
        _add(
            ReviewKind.TICKET, ticket, now - 12 * DAY, figures, ReviewOutcome.UPGRADE,
            "The same laptop has been here four times. Its drive is worn out, and it is out of warranty.",
            "The laptop is seven years old and its drive is worn out. We recommend to replace it; a quote follows.",
        )  # fmt: skip
    if open_now:
        one = Ticket.objects.select_related("customer").get(pk=open_now[0].id)
        figures = {"recent": 11, "own": 42, "by_size": 36, "people": 38}
        _add(
            ReviewKind.SCHOOL, one, now - 40 * DAY, figures, ReviewOutcome.TRAINING,
            "Seven of eleven were about the new sign-in, from staff who joined in September.",
            "Most of these requests were about the new sign-in. We recommend a half-hour session for new staff.",
        )  # fmt: skip


def _add(
    kind: ReviewKind,
    about: Ticket,
    at: datetime,
    figures: dict[str, Any],
    outcome: ReviewOutcome,
    found: str,
    words: str,
) -> None:
    managers = success_managers_of(about.customer)
    told = contact_of(about.customer_id)
    if not managers or told is None:
        return
    Review.objects.create(
        customer=about.customer,
        kind=kind,
        ticket=about if kind is ReviewKind.TICKET else None,
        figures=figures,
        found_at=at,
        outcome=outcome,
        found=found,
        words=words,
        done_by=Person.objects.get(pk=managers[0]),
        done_at=at + 2 * DAY,
        told=told,
    )
