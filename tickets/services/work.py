"""Working on a ticket: owner, level, waiting, fixing, closing and reopening. Each change is audited with its reason."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, Team
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_scope
from contracts.selectors import terms_for
from sla.models import Apart, Clock, ClockState, ServiceLevel
from sla.services.clocks import (
    clock_change_terms,
    clock_pause,
    clock_resume,
    clock_set_apart,
    clock_stop,
    clock_void,
)
from sla.steps import WITHOUT_STEPS
from sla.times import local_day
from tickets.errors import ReasonNeeded, WrongState
from tickets.mail_kinds import CLOSED, FIXED
from tickets.models import (
    NOT_COUNTED,
    BreachReason,
    Channel,
    ClosedAs,
    Direction,
    Message,
    Ticket,
    TicketState,
)
from tickets.services.attachments import UploadedPart
from tickets.services.base import event_add, open_clocks, ticket_lock, ticket_save
from tickets.services.chasing import referrals_close
from tickets.services.confidential import reader_of_owner
from tickets.services.conversation import answer_locked
from tickets.services.identity import identity_needed
from tickets.services.reopening import reopen_locked
from tickets.services.telling import ticket_tell

WAITING_STATES = {"customer": TicketState.WAITING_CUSTOMER, "third_party": TicketState.WAITING_THIRD_PARTY}


@transaction.atomic
def ticket_assign(
    *, ticket: Ticket, assignee: Person | None, team: Team | None = None, tells: bool = True
) -> Ticket:
    """Give the ticket an owner (None: back to the team) and, where given, another team. The new owner is told."""
    ticket = ticket_lock(ticket)
    before = str(ticket.assignee or "")
    ticket.assignee = assignee
    if team is not None:
        ticket.team = team
    ticket_save(ticket)
    reader_of_owner(ticket)
    audit_record(action="ticket.assigned", target=ticket, changes={"assignee": (before, str(assignee or ""))})
    if tells and assignee is not None and assignee.pk != current_scope().person_id:
        ticket_tell(
            ticket=ticket,
            person_ids=[assignee.pk],
            key=assigned_key(ticket.pk, ticket.version),
            summary=_("Ticket %(number)s is yours: %(subject)s")
            % {"number": ticket.number, "subject": ticket.subject},
        )
    return ticket


def assigned_key(ticket_id: int, version: int) -> str:
    """The key of the notification of a new owner; `version` is the ticket's own since then."""
    return f"assigned:{ticket_id}:{version}"


@transaction.atomic
def ticket_change_level(*, ticket: Ticket, level: ServiceLevel, reason: str) -> Ticket:
    """Another service level, with a reason: the running clocks get its allowances from their old start (S1, S13)."""
    ticket = ticket_lock(ticket)
    if level.pk == ticket.level_id:
        return ticket
    before, ticket.level = ticket.level, level
    if ticket.contract is not None:
        cause = _("Level changed from %(old)s to %(new)s: %(reason)s") % {
            "old": before.name,
            "new": level.name,
            "reason": reason,
        }
        zone, now = current_provider().time_zone, timezone.now()
        for clock in open_clocks(ticket):
            terms = terms_for(
                contract=ticket.contract,
                level=level,
                started_on=local_day(clock.started_at, zone),
                seen_on=local_day(now, zone),
            )
            clock_change_terms(clock=clock, terms=terms, at=now, cause=cause)
    reread_clocks(ticket)
    ticket_save(ticket)
    event_add(
        ticket,
        _("Level changed from %(old)s to %(new)s: %(reason)s")
        % {"old": before.name, "new": level.name, "reason": reason},
    )
    audit_record(
        action="ticket.level_changed",
        target=ticket,
        changes={"level": (before.name, level.name)},
        reason=reason,
    )
    return ticket


@transaction.atomic
def ticket_wait(*, ticket: Ticket, waiting_for: str, reason: str) -> Ticket:
    """Wait for 'customer' or 'third_party', with a reason. The fix clock stops only where the contract grants it (S10).

    Raises WrongState for a ticket that is not open.
    """
    ticket = ticket_lock(ticket)
    _check_approved(ticket)
    if not ticket.is_open:
        raise WrongState(_("A ticket that is fixed or closed waits for nobody. Reopen it first."))
    now = timezone.now()
    if ticket.fix_clock is not None and ticket.fix_clock.is_open:
        if ticket.fix_clock.state == ClockState.PAUSED:
            clock_resume(clock=ticket.fix_clock, at=now)
        clock_pause(clock=ticket.fix_clock, at=now, waiting_for=waiting_for, reason=reason)
    ticket.state, ticket.waiting_reason = WAITING_STATES[waiting_for], reason
    reread_clocks(ticket)
    ticket_save(ticket)
    event_add(ticket, _("%(state)s: %(reason)s") % {"state": ticket.get_state_display(), "reason": reason})
    audit_record(action="ticket.waiting", target=ticket, reason=reason)
    return ticket


@transaction.atomic
def ticket_resume(*, ticket: Ticket) -> Ticket:
    """The waiting is over."""
    ticket = ticket_lock(ticket)
    if ticket.state not in WAITING_STATES.values():
        return ticket
    if ticket.fix_clock is not None and ticket.fix_clock.state == ClockState.PAUSED:
        clock_resume(clock=ticket.fix_clock, at=timezone.now())
    ticket.state, ticket.waiting_reason = TicketState.OPEN, ""
    reread_clocks(ticket)
    ticket_save(ticket)
    event_add(ticket, _("Work goes on"))
    return ticket


@transaction.atomic
def ticket_fix(
    *,
    ticket: Ticket,
    author: Person,
    text: str,
    channel: str = Channel.EMAIL,
    at: datetime | None = None,
    attachments: Sequence[UploadedPart] = (),
) -> Message:
    """Tell the school that it is fixed. Ends the fix clock, and the response clock where this is the first answer.

    Raises TooLarge, and WrongState for a ticket that is fixed or closed already.
    """
    ticket = ticket_lock(ticket)
    _check_approved(ticket)
    if not ticket.is_open:
        raise WrongState(_("The ticket is fixed or closed already."))
    identity_needed(ticket)
    at = at or timezone.now()
    message = answer_locked(
        ticket, author=author, text=text, channel=channel, at=at, attachments=attachments, kind=FIXED
    )
    if ticket.fix_clock is not None and ticket.fix_clock.is_open:
        ticket.fix_clock = clock_stop(clock=ticket.fix_clock, at=at, cause=_("Fixed"))
    ticket.state, ticket.fixed_at, ticket.waiting_reason = TicketState.FIXED, at, ""
    ticket_save(ticket)
    event_add(ticket, _("Fixed"), at=at)
    audit_record(action="ticket.fixed", target=ticket)
    return message


@transaction.atomic
def ticket_reopen(*, ticket: Ticket, reason: str) -> Ticket:
    """Set a fixed or closed ticket going again with a new fix clock; the old outcome stays. Raises WrongState."""
    ticket = ticket_lock(ticket)
    if not ticket.has_ended:
        raise WrongState(_("The ticket is open already."))
    if ticket.words_gone_at is not None:
        raise WrongState(_("The words of this ticket were removed after their period. Open a new one."))
    reopen_locked(ticket, reason=reason, at=timezone.now())
    ticket_save(ticket)
    audit_record(action="ticket.reopened", target=ticket, reason=reason)
    return ticket


@transaction.atomic
def ticket_close(*, ticket: Ticket, closed_as: str = ClosedAs.FIXED, text: str = "") -> Ticket:
    """Close for good. Each missed clock needs its reason first (S11); spam and withdrawn requests count nowhere (S6).

    Closing as unresolved needs `text`, an explanation with guidance on next steps, which is sent (Rule E4).
    Raises ReasonNeeded, and WrongState when it is closed already or not yet fixed.
    """
    ticket = ticket_lock(ticket)
    now = timezone.now()
    if ticket.state == TicketState.CLOSED:
        raise WrongState(_("The ticket is closed already."))
    if closed_as in NOT_COUNTED:
        for clock in ticket_clocks(ticket):
            clock_void(clock=clock, cause=str(ClosedAs(closed_as).label))
    else:
        _end_counted(ticket, closed_as, text, now)
    referrals_close(ticket, at=now)
    ticket.state, ticket.closed_at, ticket.closed_as = TicketState.CLOSED, now, closed_as
    reread_clocks(ticket)
    ticket_save(ticket)
    event_add(ticket, _("Closed: %(how)s") % {"how": ticket.get_closed_as_display()}, at=now)
    audit_record(action="ticket.closed", target=ticket, changes={"closed_as": ("", closed_as)})
    return ticket


def not_counted_check(ticket: Ticket, closed_as: str, *, may_exempt: bool) -> None:
    """Raise WrongState where closing would take a miss out of the figures, and the person may not do that (Rule S6)."""
    if closed_as in NOT_COUNTED and not may_exempt and missed_clocks(ticket):
        raise WrongState(
            _("A deadline was missed here. Only a lead or a manager may close it as not counted.")
        )


@transaction.atomic
def ticket_set_apart(*, ticket: Ticket, apart: str, reason: str) -> Ticket:
    """Report the ticket's clocks apart from the attainment figures, e.g. as exempt, with a reason (Rule S6)."""
    ticket = ticket_lock(ticket)
    for clock in ticket_clocks(ticket):
        clock_set_apart(clock=clock, apart=apart, cause=reason)
    reread_clocks(ticket)
    ticket_save(ticket)
    note = _("Reported apart: %(what)s. %(reason)s") % {"what": Apart(apart).label, "reason": reason}
    event_add(
        ticket, note, direction=Direction.NOTE
    )  # ours to know: the school reads what it needs in the report
    audit_record(action="ticket.set_apart", target=ticket, reason=reason, changes={"apart": ("", apart)})
    return ticket


def ticket_clocks(ticket: Ticket) -> list[Clock]:
    """Every clock the ticket has had, those before a reopening included."""
    clocks = [ticket.response_clock] if ticket.response_clock else []
    clock = ticket.fix_clock
    while clock is not None:
        clocks.append(clock)
        clock = clock.previous
    return clocks


def missed_clocks(ticket: Ticket) -> list[Clock]:
    """Missed clocks, and open ones past their time. One that is exempt has no limit to miss (Rule S8)."""
    now = timezone.now()
    return [
        clock
        for clock in ticket_clocks(ticket)
        if clock.apart not in WITHOUT_STEPS
        and (clock.state == ClockState.MISSED or (clock.is_open and _is_past(clock, now)))
    ]


def _is_past(clock: Clock, now: datetime) -> bool:
    """Also where no sweep has been at it yet: what is ended now would be ended late."""
    return clock.breached_at is not None or (clock.due_at is not None and clock.due_at < now)


def clocks_without_reason(ticket: Ticket) -> list[Clock]:
    """The missed clocks whose miss nobody has explained yet (Rule S11)."""
    missed = missed_clocks(ticket)
    given = set(BreachReason.objects.filter(clock__in=missed).values_list("clock_id", flat=True))
    return [clock for clock in missed if clock.pk not in given]


def _check_approved(ticket: Ticket) -> None:
    """Raise WrongState while the school has not approved the request: it is not ours to work on yet (Rule I10)."""
    if ticket.state == TicketState.WAITING_APPROVAL:
        raise WrongState(_("The school has still to approve this request."))


def _end_counted(ticket: Ticket, closed_as: str, text: str, now: datetime) -> None:
    if not ticket.has_ended and closed_as == ClosedAs.FIXED:
        raise WrongState(_("Tell the school that it is fixed before you close the ticket."))
    if closed_as == ClosedAs.FIXED:
        identity_needed(ticket)
    if clocks_without_reason(ticket):
        raise ReasonNeeded
    if ticket.has_ended:
        return
    author_id = current_scope().person_id
    if not text.strip() or author_id is None:
        raise WrongState(_("Explain to the school why it could not be resolved, and what they can do next."))
    author = Person.objects.get(pk=author_id)
    answer_locked(ticket, author=author, text=text, channel=Channel.EMAIL, at=now, kind=CLOSED)
    for clock in open_clocks(ticket):
        clock_stop(clock=clock, at=now, cause=_("Closed as unresolved"))


def reread_clocks(ticket: Ticket) -> None:
    """What the clocks' own services have just stored."""
    for clock in (ticket.response_clock, ticket.fix_clock):
        if clock is not None:
            clock.refresh_from_db()
