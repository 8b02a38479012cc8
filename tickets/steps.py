"""What tickets do when one of their clocks steps or its deadline moves (rules S11, S13, E1)."""

from collections.abc import Sequence

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.tenancy.scope import as_system
from sla.models import Clock, ClockKind, ClockState
from sla.steps import WITHOUT_STEPS, ClockStep
from tickets.clock_words import clock_time
from tickets.live import tickets_news
from tickets.models import EscalationStage, EscalationTrigger, Ticket
from tickets.no_visit import tell_of_unvisited, tickets_of
from tickets.services.escalation import (
    explanation_draft,
    people_of_stage,
    people_to_warn,
    ticket_escalate,
)
from tickets.services.telling import ticket_tell


def clock_stepped(step: ClockStep) -> None:
    """A warning goes to the assignee and the lead; a miss escalates to the CSM and the technical lead."""
    ticket = (
        Ticket.objects.select_related("team", "customer")
        .filter(Q(response_clock=step.clock) | Q(fix_clock=step.clock))
        .first()
    )
    if ticket is None:
        return
    tickets_news([ticket.pk])
    if step.kind == "warned":
        _warn(ticket, step)
    else:
        _breach(ticket, step)


@as_system()
def deadlines_moved(clock_ids: Sequence[int]) -> None:
    """Bring the queue's order up to date for every ticket whose deadline moved, in one statement."""
    ids = list(clock_ids)
    limited = Clock.objects.filter(
        Q(pk=OuterRef("response_clock_id")) | Q(pk=OuterRef("fix_clock_id")),
        state__in=[ClockState.RUNNING, ClockState.PAUSED],
    ).exclude(apart__in=WITHOUT_STEPS)
    warning = limited.filter(state=ClockState.RUNNING)
    Ticket.objects.filter(Q(response_clock_id__in=ids) | Q(fix_clock_id__in=ids)).update(
        next_due_at=Subquery(limited.order_by("due_at").values("due_at")[:1]),
        next_warn_at=Subquery(warning.order_by("warn_at").values("warn_at")[:1]),
        updated_at=timezone.now(),
    )
    tickets_news()
    tell_of_unvisited(tickets_of(ids))


def _warn(ticket: Ticket, step: ClockStep) -> None:
    explanation_draft(ticket=ticket, clock=step.clock, at=step.now)
    what = _("Reply") if step.clock.kind == ClockKind.RESPONSE else _("Fix")
    if step.clock.due_at:
        due = _("%(what)s due %(due)s") % {"what": what, "due": clock_time(step.clock.due_at)}
    else:
        due = _("%(what)s near its limit, too few visits booked") % {"what": what}
    ticket_tell(
        ticket=ticket,
        person_ids=people_to_warn(ticket),
        key=f"warned:{step.clock.pk}:{step.clock.generation}",
        summary=_("%(due)s: ticket %(number)s, %(school)s")
        % {"due": due, "number": ticket.number, "school": ticket.customer.name},
        is_late=step.is_late,
    )


def _breach(ticket: Ticket, step: ClockStep) -> None:
    explanation_draft(ticket=ticket, clock=step.clock, at=step.now)
    promised = _("Reply") if step.clock.kind == ClockKind.RESPONSE else _("Fix")
    due = clock_time(step.clock.due_at) if step.clock.due_at else ""
    reason = _("%(what)s was due %(due)s and has not happened") % {"what": promised, "due": due}
    escalation = ticket_escalate(
        ticket=ticket,
        to_stage=EscalationStage.MANAGERS,
        trigger=EscalationTrigger.TIME,
        reason=reason,
        at=step.now,
        is_late=step.is_late,
    )
    if escalation is None:
        _tell_of_miss(ticket, step, reason)


def _tell_of_miss(ticket: Ticket, step: ClockStep, reason: str) -> None:
    """A ticket that has been passed up already: those who have it hear of the further miss all the same."""
    ticket_tell(
        ticket=ticket,
        person_ids=people_of_stage(ticket, ticket.escalation_level),
        key=f"missed:{step.clock.pk}:{step.clock.generation}",
        summary=_("%(reason)s: ticket %(number)s, %(school)s")
        % {"reason": reason, "number": ticket.number, "school": ticket.customer.name},
        is_late=step.is_late,
    )
