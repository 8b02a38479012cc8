"""The escalation path, explanations to the customer, and the reasons of misses (rules E1, S11)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, StaffRole
from accounts.responsible import holders_of, success_managers_of, working
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_provider, current_scope
from delivery.services import notification_add
from sla.models import Clock, ClockKind
from tickets import mailing
from tickets.errors import WrongState
from tickets.models import (
    BreachReason,
    Channel,
    Direction,
    Escalation,
    EscalationStage,
    EscalationTrigger,
    Explanation,
    Message,
    Ticket,
)
from tickets.services.base import event_add, ticket_lock, ticket_save


@transaction.atomic
def ticket_escalate(
    *,
    ticket: Ticket,
    to_stage: int,
    trigger: str,
    reason: str,
    at: datetime | None = None,
    is_late: bool = False,
) -> Escalation | None:
    """One step up the path: recorded, told to the right people of the provider and to the customer (Rule E1).

    None when time escalates a ticket that is as high already. Raises WrongState when a person tries to.
    """
    ticket = ticket_lock(ticket)
    if to_stage <= ticket.escalation_level:
        if trigger == EscalationTrigger.TIME:
            return None
        raise WrongState(_("The ticket is escalated that far already."))
    at = at or timezone.now()
    escalation = Escalation.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        from_stage=ticket.escalation_level,
        to_stage=to_stage,
        trigger=trigger,
        reason=reason,
        actor_id=current_scope().person_id,
        at=at,
    )
    ticket.escalation_level = to_stage
    ticket_save(ticket)
    stage = escalation.get_to_stage_display()
    event_add(ticket, _("Escalated to %(stage)s: %(reason)s") % {"stage": stage, "reason": reason}, at=at)
    audit_record(action="ticket.escalated", target=ticket, reason=reason)
    provider = current_provider()
    for person_id in people_of_stage(ticket, to_stage):
        notification_add(
            person_id=person_id,
            key=f"escalation:{escalation.pk}",
            summary=_("%(school)s: ticket %(number)s was escalated to %(stage)s")
            % {"school": ticket.customer.name, "number": ticket.number, "stage": stage},
            detail=reason,
            path=ticket.desk_path(provider.slug),
            customer_id=ticket.customer_id,
            is_late=is_late,
        )
    mailing.tell_escalation(provider=provider, ticket=ticket, escalation=escalation)
    return escalation


def people_of_stage(ticket: Ticket, stage: int) -> list[int]:
    """Who is told when a ticket reaches a stage. Ids of persons of the provider's staff, each once."""
    with as_provider():
        return list(dict.fromkeys(_people_of_stage(ticket, stage)))


def _people_of_stage(ticket: Ticket, stage: int) -> list[int]:
    if stage == EscalationStage.MANAGERS:
        return [*success_managers_of(ticket.customer), *_leads(ticket)]
    if stage == EscalationStage.SENIOR_MANAGEMENT:
        return holders_of(StaffRole.SENIOR_MANAGEMENT)
    return holders_of(StaffRole.TECHNICIAN_2)


def managers_of(ticket: Ticket) -> list[int]:
    """Ids of the success managers who answer for the ticket's school."""
    with as_provider():
        return success_managers_of(ticket.customer)


def people_to_warn(ticket: Ticket) -> list[int]:
    """Who is warned before a deadline is missed: the assignee and the team's lead (Rule S11)."""
    assignee = [ticket.assignee_id] if ticket.assignee_id else []
    return list(dict.fromkeys([*assignee, *_leads(ticket)]))


def explanation_draft(*, ticket: Ticket, clock: Clock, at: datetime) -> Explanation:
    """Words for the customer about a deadline in danger. A person completes and sends them, or not (Rule S11).

    Once it is missed there is something to say, also where the warning was dismissed.
    """
    promised = _("reply") if clock.kind == ClockKind.RESPONSE else _("have this fixed")
    words = (
        _("We said that we would %(promise)s by %(when)s, and we have not managed it.")
        if clock.breached_at
        else _("We said that we would %(promise)s by %(when)s, and we may not manage it.")
    )
    said = words % {"promise": promised, "when": mailing.clock_time(clock.due_at) if clock.due_at else "-"}
    text = f"{said}\n\n{_('Why:')} \n{_('What we are doing about it:')} \n"
    explanation, is_new = Explanation.objects.get_or_create(
        clock=clock,
        generation=clock.generation,
        defaults={"customer_id": ticket.customer_id, "ticket": ticket, "draft": text, "created_at": at},
    )
    if not is_new and clock.breached_at and explanation.message_id is None:
        explanation.draft, explanation.dismissed_at = text, None
        explanation.save(update_fields=["draft", "dismissed_at"])
    return explanation


@transaction.atomic
def explanation_confirm(*, explanation: Explanation, person: Person, text: str) -> Message:
    """Send the explanation in the person's words. It is no first response: no work need have begun (S5, S11).

    Raises WrongState when it was sent or dismissed meanwhile.
    """
    ticket = ticket_lock(explanation.ticket)
    explanation = Explanation.objects.select_for_update().get(pk=explanation.pk)
    if explanation.message_id or explanation.dismissed_at:
        raise WrongState(_("This explanation has been sent or dismissed already."))
    message = Message.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.OUTGOING,
        channel=Channel.EMAIL,
        author=person,
        at=timezone.now(),
        text=text,
    )
    explanation.confirmed_by, explanation.message = person, message
    explanation.save()
    ticket.last_message_at, ticket.last_message_is_ours = message.at, True
    ticket_save(ticket)
    mailing.send_reply(provider=current_provider(), ticket=ticket, message=message)
    audit_record(action="explanation.sent", target=ticket)
    return message


@transaction.atomic
def explanation_dismiss(*, explanation: Explanation) -> None:
    """Nothing needs saying, because the deadline will be kept after all."""
    explanation = Explanation.objects.select_for_update().get(pk=explanation.pk)
    if explanation.message_id is None:
        explanation.dismissed_at = timezone.now()
        explanation.save()
        audit_record(action="explanation.dismissed", target=explanation.ticket)


@transaction.atomic
def breach_reason_give(
    *, ticket: Ticket, clock: Clock, cause: str, words: str, person: Person
) -> BreachReason:
    """Why a clock was missed. It explains and never exempts (Rule S11)."""
    reason, _created = BreachReason.objects.update_or_create(
        clock=clock,
        defaults={
            "customer_id": ticket.customer_id,
            "cause": cause,
            "words": words,
            "by": person,
            "at": timezone.now(),
        },
    )
    audit_record(action="breach.explained", target=ticket, changes={"cause": ("", cause)})
    return reason


def _leads(ticket: Ticket) -> list[int]:
    """The team's technical lead; all of them where it has none, or has one who has left."""
    return working(ticket.team.lead if ticket.team else None) or holders_of(StaffRole.TECHNICAL_LEAD)
