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
from sla.models import Clock, ClockKind
from tickets import mailing
from tickets.changes import journal_say
from tickets.clock_words import clock_time
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
from tickets.services.telling import ticket_tell


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
    escalation = _step(ticket, to_stage, trigger, reason, at or timezone.now())
    stage = escalation.get_to_stage_display()
    event_add(
        ticket, _("Escalated to %(stage)s: %(reason)s") % {"stage": stage, "reason": reason}, at=escalation.at
    )
    audit_record(action="ticket.escalated", target=ticket, reason=reason)
    words = _("%(school)s: ticket %(number)s was escalated to %(stage)s")
    _tell_step(escalation, people_of_stage(ticket, to_stage), words, is_late=is_late)
    return escalation


@transaction.atomic
def ticket_hand_back(*, ticket: Ticket, to_stage: int, reason: str) -> Escalation:
    """Give an escalated ticket back to a lower level: recorded and told like each step up (Rule E1).

    Raises WrongState where it is no lower than that, and for a ticket that is not open.
    """
    ticket = ticket_lock(ticket)
    if not ticket.is_open:
        raise WrongState(_("Only an open ticket can be handed back."))
    if to_stage >= min(ticket.escalation_level, EscalationStage.MANAGERS):
        raise WrongState(_("The ticket is no higher than that."))
    escalation = _step(ticket, to_stage, EscalationTrigger.TECHNICIAN, reason, timezone.now())
    stage = escalation.get_to_stage_display()
    event_add(
        ticket,
        _("Handed back to %(stage)s: %(reason)s") % {"stage": stage, "reason": reason},
        at=escalation.at,
    )
    audit_record(action="ticket.handed_back", target=ticket, reason=reason)
    words = _("%(school)s: ticket %(number)s was handed back to %(stage)s")
    _tell_step(escalation, working(ticket.assignee) or leads_of(ticket), words)
    return escalation


def _step(ticket: Ticket, to_stage: int, trigger: str, reason: str, at: datetime) -> Escalation:
    """Record a step of a locked ticket, and store both."""
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
    return escalation


def _tell_step(escalation: Escalation, person_ids: list[int], words: str, *, is_late: bool = False) -> None:
    """Tell people of ours, and the school."""
    ticket = escalation.ticket
    ticket_tell(
        ticket=ticket,
        person_ids=person_ids,
        key=f"escalation:{escalation.pk}",
        summary=words
        % {
            "school": ticket.customer.name,
            "number": ticket.number,
            "stage": escalation.get_to_stage_display(),
        },
        detail=escalation.reason,
        is_late=is_late,
    )
    mailing.tell_escalation(provider=current_provider(), ticket=ticket, escalation=escalation)


def people_of_stage(ticket: Ticket, stage: int) -> list[int]:
    """Who is told when a ticket reaches a stage. Ids of persons of the provider's staff, each once."""
    with as_provider():
        return list(dict.fromkeys(_people_of_stage(ticket, stage)))


def _people_of_stage(ticket: Ticket, stage: int) -> list[int]:
    if stage == EscalationStage.MANAGERS:
        return [*success_managers_of(ticket.customer), *leads_of(ticket)]
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
    return list(dict.fromkeys([*assignee, *leads_of(ticket)]))


def explanation_draft(*, ticket: Ticket, clock: Clock, at: datetime) -> Explanation:
    """Words for the customer about a deadline in danger. A person completes and sends them, or not (Rule S11).

    Once it is missed there is something to say, also where the warning was dismissed.
    """
    said = _said_of(clock)
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


def _said_of(clock: Clock) -> str:
    """What was promised and has become of it, in a sentence."""
    promised = _("reply") if clock.kind == ClockKind.RESPONSE else _("have this fixed")
    if (
        clock.due_at is None
    ):  # warned within the visits that are booked, which end before the allowance does (S7)
        words = _("We have too few visits booked to say by when we will %(promise)s.")
    elif clock.breached_at:
        words = _("We said that we would %(promise)s by %(when)s, and we have not managed it.")
    else:
        words = _("We said that we would %(promise)s by %(when)s, and we may not manage it.")
    return words % {"promise": promised, "when": clock_time(clock.due_at) if clock.due_at else ""}


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
    journal_say(ticket, message)
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


def leads_of(ticket: Ticket) -> list[int]:
    """The team's technical lead; all of them where it has none, or has one who has left."""
    return working(ticket.team.lead if ticket.team else None) or holders_of(StaffRole.TECHNICAL_LEAD)
