"""What tickets do when one of their clocks steps or its deadline moves (rules S11, S13, E1)."""

from collections.abc import Sequence

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.tenancy.memory import current_provider
from delivery.services import notification_add
from sla.models import Clock, ClockKind, ClockState
from sla.steps import WITHOUT_STEPS, ClockStep
from tickets import mailing
from tickets.models import EscalationStage, EscalationTrigger, Ticket
from tickets.no_visit import tell_of_unvisited, tickets_of
from tickets.services.escalation import (
    explanation_draft,
    people_of_stage,
    people_to_warn,
    ticket_escalate,
)


def clock_stepped(step: ClockStep) -> None:
    """A warning goes to the assignee and the lead; a miss escalates to the CSM and the technical lead."""
    ticket = (
        Ticket.objects.select_related("team", "customer")
        .filter(Q(response_clock=step.clock) | Q(fix_clock=step.clock))
        .first()
    )
    if ticket is None:
        return
    if step.kind == "warned":
        _warn(ticket, step)
    else:
        _breach(ticket, step)


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
    tell_of_unvisited(tickets_of(ids))


def _warn(ticket: Ticket, step: ClockStep) -> None:
    provider = current_provider()
    explanation_draft(ticket=ticket, clock=step.clock, at=step.now)
    what = _("Reply") if step.clock.kind == ClockKind.RESPONSE else _("Fix")
    due = mailing.clock_time(step.clock.due_at) if step.clock.due_at else ""
    for person_id in people_to_warn(ticket):
        notification_add(
            person_id=person_id,
            key=f"warned:{step.clock.pk}:{step.clock.generation}",
            summary=_("%(what)s due %(due)s: ticket %(number)s, %(school)s")
            % {"what": what, "due": due, "number": ticket.number, "school": ticket.customer.name},
            path=ticket.desk_path(provider.slug),
            customer_id=ticket.customer_id,
            is_late=step.is_late,
        )


def _breach(ticket: Ticket, step: ClockStep) -> None:
    explanation_draft(ticket=ticket, clock=step.clock, at=step.now)
    promised = _("Reply") if step.clock.kind == ClockKind.RESPONSE else _("Fix")
    due = mailing.clock_time(step.clock.due_at) if step.clock.due_at else ""
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
    provider = current_provider()
    for person_id in people_of_stage(ticket, ticket.escalation_level):
        notification_add(
            person_id=person_id,
            key=f"missed:{step.clock.pk}:{step.clock.generation}",
            summary=_("%(reason)s: ticket %(number)s, %(school)s")
            % {"reason": reason, "number": ticket.number, "school": ticket.customer.name},
            path=ticket.desk_path(provider.slug),
            customer_id=ticket.customer_id,
            is_late=step.is_late,
        )
