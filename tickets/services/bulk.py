"""One act on several tickets: each ticket by itself, through the single action's service, and for a while taken back.

A ticket that cannot be changed stops no other: it has a savepoint of its own and its reason in words. What was done is
kept row by row (`BulkAction`), so that it is taken back exactly where nobody has changed anything since.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.permissions import Permission
from accounts.services import audit_record
from tickets.between import Seen
from tickets.errors import StaleTicket, TicketError, WrongState
from tickets.models import NOT_COUNTED, BulkAction, BulkKind, BulkRow, Ticket
from tickets.services.base import ticket_lock
from tickets.services.bulk_kinds import WORKS, Asked
from tickets.services.seeing import ticket_seen_check

MOST_ROWS = 100
UNDO_FOR = timedelta(minutes=10)


@transaction.atomic
def bulk_act(
    *,
    asked: Asked,
    chosen: Mapping[int, Seen],
    by: Person,
    permissions: Collection[Permission],
    once: UUID,
) -> BulkAction:
    """Do it to each of these tickets as it was seen; the same `once` again answers what was done then.

    A ticket that the person may not read is as one that is not there: counted as not done, and nothing else of it.
    Raises ValidationError for none or too many, for a closing that the school must have explained, and by field;
    PermissionDenied.
    """
    if Permission.WORK_TICKETS not in permissions:
        raise PermissionDenied
    _check(asked, chosen)
    action = _claimed(asked, by, once)
    if action.done or action.failed:
        return action
    may_exempt = Permission.EXEMPT_CLOCKS in permissions
    # Always in this order, so that two such acts never wait for each other.
    tickets = list(Ticket.objects.filter(pk__in=chosen).order_by("pk"))
    rows = [_done(action, ticket, asked, chosen[ticket.pk], may_exempt) for ticket in tickets]
    BulkRow.objects.bulk_create(rows)
    action.done = sum(not row.problem for row in rows)
    action.failed = len(chosen) - action.done
    action.save(update_fields=["done", "failed"])
    audit_record(action="bulk.done", target=action, changes={asked.kind: ("", asked.to)})
    return action


@transaction.atomic
def bulk_undo(*, action: BulkAction, by: Person) -> BulkAction:
    """Put back what was changed, but for the tickets that were changed since: they say so.

    Raises WrongState for anybody else than who did it, when it was taken back before, and when it is too old.
    """
    row = _locked(action)
    if row.by_id != by.pk:
        raise WrongState(_("Only %(name)s can take this back.") % {"name": row.by.name})
    if row.undone_at is not None:
        raise WrongState(_("This was taken back already."))
    now = timezone.now()
    if now > row.undo_until:
        raise WrongState(
            _("It can be taken back for %(minutes)d minutes only.") % {"minutes": UNDO_FOR.seconds // 60}
        )
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    for one in BulkRow.objects.filter(action=row, problem="").select_related("ticket").order_by("ticket_id"):
        _put_back(row, one)
    audit_record(action="bulk.undone", target=row)
    return row


def _check(asked: Asked, chosen: Collection[int]) -> None:
    if not chosen:
        raise ValidationError(_("Choose at least one ticket."))
    if len(chosen) > MOST_ROWS:
        raise ValidationError(_("At most %(number)d tickets at once.") % {"number": MOST_ROWS})
    if asked.kind == BulkKind.ASSIGN and asked.owner and not (asked.owner.is_staff and asked.owner.is_active):
        raise ValidationError({"owner": _("Choose somebody who works here.")})
    if asked.kind == BulkKind.LEVEL and not (asked.level and asked.reason.strip()):
        raise ValidationError({"reason": _("Say why.")})
    if asked.kind == BulkKind.CLOSE and asked.closed_as not in NOT_COUNTED:
        # It needs an answer to the school, which is written for one ticket and mailed (Rule E4).
        raise ValidationError({"closed_as": _("Close these one by one: the school is told of each.")})


def _claimed(asked: Asked, by: Person, once: UUID) -> BulkAction:
    """The row of this act. Who comes second waits for the first to commit, and finds it done."""
    now = timezone.now()
    action = BulkAction(
        kind=asked.kind, by=by, at=now, once=once, chosen={"to": asked.to}, undo_until=now + UNDO_FOR
    )
    BulkAction.objects.bulk_create([action], ignore_conflicts=True)
    return BulkAction.objects.select_for_update().get(by=by, once=once)


def _locked(action: BulkAction) -> BulkAction:
    return BulkAction.objects.select_for_update().get(pk=action.pk)


def _done(action: BulkAction, ticket: Ticket, asked: Asked, seen: Seen, may_exempt: bool) -> BulkRow:
    row = BulkRow(action=action, customer_id=ticket.customer_id, ticket=ticket)
    try:
        with transaction.atomic():
            ticket_seen_check(ticket=ticket, seen=seen)
            changed, row.before = WORKS[asked.kind].do(ticket_lock(ticket), asked, may_exempt)
            row.version = changed.version
    except (TicketError, ValidationError) as problem:
        row.before, row.problem = {}, _words(problem)
    return row


def _put_back(action: BulkAction, row: BulkRow) -> None:
    try:
        with transaction.atomic():
            ticket = ticket_lock(row.ticket)
            if ticket.version != row.version:
                raise WrongState(_("It was changed since, so it stays as it is."))
            WORKS[action.kind].undo(ticket, row)
            row.undone = True
    except (TicketError, ValidationError) as problem:
        row.undone, row.undo_problem = False, _words(problem)
    row.save(update_fields=["undone", "undo_problem"])


def _words(problem: TicketError | ValidationError) -> str:
    if isinstance(problem, StaleTicket):
        return _("Something came in since the page was drawn. Read it first.")
    return (" ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem))[:400]
