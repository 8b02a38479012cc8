"""Tickets whose clocks have no visit to run in: the success manager hears of it, so that one is booked (Rule S7)."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from sla.models import Clock, ClockState
from sla.steps import WITHOUT_STEPS
from tickets.models import Ticket
from tickets.services.escalation import managers_of
from tickets.services.telling import ticket_tell


def is_unvisited(clock: Clock | None) -> bool:
    """Whether the clock runs, but too few visits are booked for it to reach its allowance."""
    return (
        clock is not None
        and clock.due_at is None
        and clock.state == ClockState.RUNNING
        and clock.apart not in WITHOUT_STEPS
    )


def tell_of_unvisited(tickets: Iterable[Ticket]) -> None:
    """Tell whoever answers for the school, once for each ticket until its deadlines move again."""
    for ticket in tickets:
        clocks = [clock for clock in (ticket.response_clock, ticket.fix_clock) if clock is not None]
        if not any(is_unvisited(clock) for clock in clocks):
            continue
        generation = sum(clock.generation for clock in clocks)
        ticket_tell(
            ticket=ticket,
            person_ids=managers_of(ticket),
            key=f"no-visit:{ticket.pk}:{generation}",
            summary=_("No visit booked: ticket %(number)s of %(school)s waits for one")
            % {"number": ticket.number, "school": ticket.customer.name},
        )


def tickets_of(clock_ids: Iterable[int]) -> list[Ticket]:
    """The tickets of those of these clocks that run without a deadline."""
    waiting = Clock.objects.filter(pk__in=list(clock_ids), due_at=None, state=ClockState.RUNNING)
    rows = Ticket.objects.filter(Q(response_clock__in=waiting) | Q(fix_clock__in=waiting))
    return list(rows.select_related("customer__success_manager", "response_clock", "fix_clock"))
