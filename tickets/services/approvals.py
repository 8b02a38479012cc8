"""The school's own approval of a request: asked, reminded of once, given or declined exactly once (rules I10, S14)."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import CustomerMembership, CustomerRole, Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from delivery.due import Moment
from delivery.services import mails_enqueue
from sla.times import local_day
from tickets import mailing
from tickets.errors import WrongState
from tickets.models import (
    NOTE_LENGTH,
    ApprovalState,
    ClosedAs,
    RequestApproval,
    Ticket,
    TicketRequest,
    TicketState,
)
from tickets.no_visit import tell_of_unvisited
from tickets.services.base import event_add, ticket_lock, ticket_save
from tickets.services.escalation import managers_of
from tickets.services.opening import tell_no_contract
from tickets.services.promising import Promise, contract_of, promises_begin
from tickets.services.telling import ticket_tell
from tickets.working_days import reminder_before, working_days_after

REMIND_AFTER = 2  # working days


def approvers_of(customer_id: int, roles: Sequence[str]) -> QuerySet[Person]:
    """Who of the school may approve today."""
    holders = CustomerMembership.objects.filter(customer_id=customer_id, role__in=roles)
    return Person.objects.filter(pk__in=holders.values("person_id"), is_active=True).order_by("name", "pk")


def approvers_words(approvers: Sequence[Person], roles: Sequence[str]) -> str:
    """Who is asked: their names, or the roles where nobody holds one."""
    names = [one.name for one in approvers] or [CustomerRole(role).label.lower() for role in roles]
    return str(get_text_list(names, _("or")))[:300]


def may_decide(person: Person, approval: RequestApproval) -> bool:
    """Whether the person holds one of the roles at the school now."""
    return approvers_of(approval.customer_id, approval.roles).filter(pk=person.pk).exists()


def approval_record(
    *,
    ticket: Ticket,
    roles: Sequence[str],
    approvers: Sequence[Person],
    decided_by: Person | None,
    at: datetime,
) -> RequestApproval:
    """What the new ticket waits for; decided at once by whoever asked and may approve. Approvers get a mail."""
    approval = RequestApproval.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        roles=list(roles),
        asked_of=decided_by.name if decided_by else approvers_words(approvers, roles),
        asked_at=at,
        state=ApprovalState.APPROVED if decided_by else ApprovalState.WAITING,
        decided_by=decided_by,
        decided_at=at if decided_by else None,
        wake_at=None if decided_by else working_days_after(at, REMIND_AFTER, current_provider().time_zone),
    )
    if decided_by:
        event_add(ticket, _("Approved by %(name)s, who asked for it") % {"name": decided_by.name}, at=at)
    else:
        event_add(ticket, _("Waiting for approval by %(names)s") % {"names": approval.asked_of}, at=at)
        _ask(ticket, approvers, again=False)
    audit_record(action=f"request.{approval.state}", target=ticket)
    return approval


@transaction.atomic
def approval_decide(*, ticket: Ticket, by: Person, approve: bool, note: str = "") -> RequestApproval:
    """The school's answer. Approved: the promise's clocks start now. Declined: closed with the reason, in no figure.

    Raises ValidationError (by `note`) for a decline without a reason, PermissionError for somebody without the role,
    and WrongState when it was decided or closed already.
    """
    ticket = ticket_lock(ticket)  # whoever decides at the same time waits here and then finds it decided
    approval = RequestApproval.objects.filter(ticket=ticket).first()
    if (
        approval is None
        or ticket.state != TicketState.WAITING_APPROVAL
        or approval.state != ApprovalState.WAITING
    ):
        raise WrongState(_("This request has been decided already."))
    if not may_decide(by, approval):
        raise PermissionError(by.pk)
    note = note.strip()
    if len(note) > NOTE_LENGTH:
        raise ValidationError(
            {"note": _("Please say it in at most %(many)d letters.") % {"many": NOTE_LENGTH}}
        )
    if not approve and not note:
        raise ValidationError({"note": _("Say why, so that whoever asked knows what to do.")})
    now = timezone.now()
    approval.state = ApprovalState.APPROVED if approve else ApprovalState.DECLINED
    approval.decided_by, approval.decided_at, approval.note, approval.wake_at = by, now, note, None
    approval.save()
    if approve:
        _let_go(ticket, now)
        words = _("Approved by %(name)s")
    else:
        ticket.state, ticket.closed_at, ticket.closed_as = TicketState.CLOSED, now, ClosedAs.WITHDRAWN
        words = _("Declined by %(name)s")
    ticket_save(ticket)
    told = words % {"name": by.name}
    event_add(ticket, f"{told}: {note}" if note else told, at=now)
    audit_record(action=f"request.{approval.state}", target=ticket, reason=note)
    if by.pk != ticket.requester_id:
        mailing.tell_decision(provider=current_provider(), ticket=ticket, approval=approval)
    return approval


def approval_remind(approval: RequestApproval, moment: Moment) -> None:
    """The sweeper's work: ask once more whoever may approve today."""
    approval.wake_at = None
    ticket = approval.ticket
    waits = approval.state == ApprovalState.WAITING and ticket.state == TicketState.WAITING_APPROVAL
    if waits:
        approvers = list(approvers_of(approval.customer_id, approval.roles))
        approval.asked_of = approvers_words(approvers, approval.roles)
        _ask(ticket, approvers, again=True)
    approval.save()


def _let_go(ticket: Ticket, now: datetime) -> None:
    """The desk's own time begins: today's contract holds, the clocks start, the day it is needed is watched."""
    provider = current_provider()
    ticket.state = TicketState.NEW
    ticket.contract = contract_of(ticket.customer, local_day(now, provider.time_zone))
    promises_begin([Promise(ticket, now)])
    if ticket.contract is None:
        tell_no_contract(ticket)
    tell_of_unvisited([ticket])
    for asked in TicketRequest.objects.filter(ticket=ticket):
        asked.wake_at = reminder_before(asked.needed_by, now, provider.time_zone)
        asked.save(update_fields=["wake_at"])


def _ask(ticket: Ticket, approvers: Sequence[Person], *, again: bool) -> None:
    """A mail to each. Where nobody may approve, whoever answers for the school hears of it instead."""
    provider = current_provider()
    said = ticket.messages.filter(direction="in").values_list("text", flat=True).first() or ""
    mails = [
        mailing.ask_approver(provider=provider, ticket=ticket, approver=one, asked=said, again=again)
        for one in approvers
    ]
    mails_enqueue([mail for mail in mails if mail])
    if approvers:
        return
    ticket_tell(
        ticket=ticket,
        person_ids=managers_of(ticket),
        key=f"no-approver:{ticket.pk}",
        summary=_("Nobody at %(school)s may approve ticket %(number)s: name a contact for it")
        % {"school": ticket.customer.name, "number": ticket.number},
    )
