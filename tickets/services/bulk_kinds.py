"""What can be done to several tickets at once: how it is done to one, and how that one is put back.

Each is the single action's own service. What `do` answers beside the ticket is kept, and is all that `undo` gets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from delivery.services import notification_withdraw
from sla.models import ServiceLevel
from tickets.confidential import is_reader
from tickets.errors import WrongState
from tickets.models import BulkKind, BulkRow, ClosedAs, Ticket
from tickets.services.confidential import reader_end
from tickets.services.unclosing import counted_clocks, open_referrals, ticket_unclose
from tickets.services.work import (
    assigned_key,
    not_counted_check,
    ticket_assign,
    ticket_change_level,
    ticket_close,
)

Before = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done: ASSIGN takes `owner` (None: nobody), LEVEL `level` and `reason`, CLOSE `closed_as`."""

    kind: BulkKind
    owner: Person | None = None
    level: ServiceLevel | None = None
    closed_as: str = ""
    reason: str = ""

    @property
    def to(self) -> str:
        """To what, in a word; '' for nobody."""
        if self.kind == BulkKind.CLOSE:
            return str(ClosedAs(self.closed_as).label)
        return str((self.level if self.kind == BulkKind.LEVEL else self.owner) or "")


@dataclass(frozen=True, slots=True)
class Work:
    """`do` gets a locked ticket and whether the person may take misses out of the figures."""

    do: Callable[[Ticket, Asked, bool], tuple[Ticket, Before]]
    undo: Callable[[Ticket, BulkRow], Ticket]


def _assign(ticket: Ticket, asked: Asked, may_exempt: bool) -> tuple[Ticket, Before]:
    owner = asked.owner
    if ticket.assignee_id == (owner.pk if owner else None):
        raise WrongState(
            _("%(name)s owns it already.") % {"name": owner.name} if owner else _("Nobody owns it anyway.")
        )
    comes_to_read = owner is not None and ticket.is_confidential and not is_reader(owner, ticket)
    before = {"owner": ticket.assignee_id, "to": owner and owner.pk, "comes_to_read": comes_to_read}
    return ticket_assign(ticket=ticket, assignee=owner), before


def _assign_back(ticket: Ticket, row: BulkRow) -> Ticket:
    """The owner before it again, who heard nothing of it. Who came to read it by it reads it no longer (Rule T6)."""
    before = row.before
    owner = Person.objects.get(pk=before["owner"]) if before["owner"] else None
    ticket = ticket_assign(ticket=ticket, assignee=owner, tells=False)
    if before["to"]:
        notification_withdraw(person_id=before["to"], key=assigned_key(ticket.pk, row.version))
    if before["comes_to_read"]:
        reader_end(ticket=ticket, person=Person.objects.get(pk=before["to"]))
    return ticket


def _level(ticket: Ticket, asked: Asked, may_exempt: bool) -> tuple[Ticket, Before]:
    assert asked.level is not None
    if not ticket.is_open:
        raise WrongState(_("The ticket is not open any more."))
    if ticket.level_id == asked.level.pk:
        raise WrongState(_("It has this level already."))
    before = {"level": ticket.level_id}
    return ticket_change_level(ticket=ticket, level=asked.level, reason=asked.reason), before


def _level_back(ticket: Ticket, row: BulkRow) -> Ticket:
    level = ServiceLevel.objects.get(pk=row.before["level"])
    return ticket_change_level(ticket=ticket, level=level, reason=_("Taken back: it was a slip"))


def _close(ticket: Ticket, asked: Asked, may_exempt: bool) -> tuple[Ticket, Before]:
    not_counted_check(ticket, asked.closed_as, may_exempt=may_exempt)
    before = {
        "state": ticket.state,
        "clocks": counted_clocks(ticket),
        "referrals": open_referrals(ticket),
    }
    return ticket_close(ticket=ticket, closed_as=asked.closed_as), before


def _close_back(ticket: Ticket, row: BulkRow) -> Ticket:
    return ticket_unclose(ticket=ticket, **row.before)


WORKS: dict[str, Work] = {
    BulkKind.ASSIGN: Work(_assign, _assign_back),
    BulkKind.LEVEL: Work(_level, _level_back),
    BulkKind.CLOSE: Work(_close, _close_back),
}
