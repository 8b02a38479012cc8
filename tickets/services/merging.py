"""One ticket is dealt with in another of the same school, and undoing that (Rule S6)."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from sla.services.clocks import clock_unvoid, clock_void
from sla.services.recomputation import recompute
from tickets import mailing
from tickets.errors import WrongState
from tickets.models import (
    CallBack,
    ClosedAs,
    Direction,
    Message,
    Referral,
    Ticket,
    TicketMerge,
    TicketState,
    TicketVisit,
)
from tickets.references import ticket_reference
from tickets.services.base import event_add, ticket_save, tickets_lock
from tickets.services.watching import watchers_go_along, watchers_go_back
from tickets.services.work import reread_clocks, ticket_clocks

SAID = (Direction.INCOMING, Direction.OUTGOING, Direction.NOTE)
# What goes over to the other ticket, by the name under which the merge remembers it.
MOVABLE: dict[str, type[models.Model]] = {
    "messages": Message,
    "call_backs": CallBack,
    "referrals": Referral,
    "visits": TicketVisit,
}


@transaction.atomic
def ticket_merge(*, ticket: Ticket, into: Ticket, by: Person) -> TicketMerge:
    """Deal with `ticket` in `into`: what was said and what is still to be done goes over, its clocks count no longer.

    Who asked for it and who follows it follow the other from now on, and who asked is mailed so. Raises WrongState, in
    words, for tickets of two schools, confidential ones, and where one of the two is not open.
    """
    if ticket.pk == into.pk:
        raise WrongState(_("A ticket cannot be dealt with in itself."))
    ticket, into = tickets_lock(ticket, into)
    _check(ticket, into)
    now = timezone.now()
    merge = TicketMerge(customer_id=ticket.customer_id, ticket=ticket, into=into, by=by, at=now)
    merge.before = {"state": ticket.state, "waiting_reason": ticket.waiting_reason}
    for clock in ticket_clocks(ticket):
        clock_void(clock=clock, cause=_("Dealt with in %(reference)s") % {"reference": _name(into)})
    merge.moved = {**_move_over(ticket, into), "watchers": watchers_go_along(ticket=ticket, into=into, by=by)}
    merge.save()
    ticket.state, ticket.closed_at, ticket.closed_as = TicketState.CLOSED, now, ClosedAs.MERGED
    ticket.waiting_reason = ""
    reread_clocks(ticket)
    ticket_save(ticket)
    event_add(ticket, _("Dealt with in %(reference)s from now on.") % {"reference": _name(into)}, at=now)
    if ticket.last_message_at > into.last_message_at:
        into.last_message_at, into.last_message_is_ours = ticket.last_message_at, ticket.last_message_is_ours
    ticket_save(into)
    words = _("%(reference)s, %(subject)s, is dealt with here from now on.")
    event_add(into, words % {"reference": _name(ticket), "subject": ticket.subject}, at=now)
    audit_record(action="ticket.merged", target=ticket, changes={"into": ("", str(into))})
    mailing.tell_merged(provider=current_provider(), ticket=ticket, into=into)
    return merge


@transaction.atomic
def ticket_unmerge(*, merge: TicketMerge) -> Ticket:
    """Take a merge back: the ticket stands where it stood, its clocks have run on, and what it brought goes back.

    What was written since stays where it was written. Raises WrongState where it was taken back already.
    """
    ticket, into = tickets_lock(merge.ticket, merge.into)
    row = TicketMerge.objects.select_for_update().get(pk=merge.pk)
    if row.undone_at is not None:
        raise WrongState(_("That was taken back already."))
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    for clock in reversed(ticket_clocks(ticket)):
        clock_unvoid(
            clock=clock, cause=_("No longer dealt with in %(reference)s") % {"reference": _name(into)}
        )
    recompute(customer_id=ticket.customer_id, cause=_("A merge was taken back"))  # closures entered meanwhile
    _move_back(row)
    ticket.state, ticket.waiting_reason = row.before["state"], row.before["waiting_reason"]
    ticket.closed_at, ticket.closed_as = None, ""
    reread_clocks(ticket)
    ticket_save(ticket)
    event_add(ticket, _("No longer dealt with in %(reference)s.") % {"reference": _name(into)})
    ticket_save(into)
    event_add(into, _("%(reference)s is dealt with on its own again.") % {"reference": _name(ticket)})
    audit_record(action="ticket.unmerged", target=ticket, changes={"into": (str(into), "")})
    return ticket


def _check(ticket: Ticket, into: Ticket) -> None:
    if ticket.customer_id != into.customer_id:
        raise WrongState(_("Only tickets of one school can be merged."))
    if ticket.is_confidential or into.is_confidential:
        raise WrongState(_("Confidential requests are not merged: others would read them."))
    for one in (ticket, into):
        if not one.is_open:
            raise WrongState(_("%(reference)s is not open.") % {"reference": _name(one)})


def _move_over(ticket: Ticket, into: Ticket) -> dict[str, list[int]]:
    """What was said, and what is still to be done. Lines of what happened stay: they tell of the ticket itself."""
    taken = TicketVisit.objects.filter(ticket=into).values("visit")
    rows: dict[str, models.QuerySet[Any]] = {
        "messages": Message.objects.filter(ticket=ticket, direction__in=SAID),
        "call_backs": CallBack.objects.filter(ticket=ticket, done_at__isnull=True),
        "referrals": Referral.objects.filter(ticket=ticket, ended_at__isnull=True),
        "visits": TicketVisit.objects.filter(ticket=ticket).exclude(visit__in=taken),
    }
    moved = {kind: sorted(found.values_list("pk", flat=True)) for kind, found in rows.items()}
    for kind, keys in moved.items():
        MOVABLE[kind]._default_manager.filter(pk__in=keys).update(ticket=into)
    return moved


def _move_back(merge: TicketMerge) -> None:
    for kind, model in MOVABLE.items():
        rows = model._default_manager.filter(pk__in=merge.moved[kind], ticket=merge.into_id)
        rows.update(ticket=merge.ticket_id)
    watchers_go_back(merge.moved["watchers"])


def _name(ticket: Ticket) -> str:
    return ticket_reference(current_provider(), ticket.number)
