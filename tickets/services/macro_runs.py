"""An answer with everything that a macro proposed to do with it: all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, Team
from sla.models import ServiceLevel
from tickets.errors import WrongState
from tickets.models import CLOSES_AS, WAITS_FOR, Channel, MacroThen, Ticket
from tickets.services.attachments import UploadedPart
from tickets.services.base import ticket_lock
from tickets.services.conversation import note_add, ticket_reply
from tickets.services.work import (
    ticket_assign,
    ticket_change_level,
    ticket_close,
    ticket_fix,
    ticket_wait,
)


@dataclass(frozen=True, slots=True)
class Also:
    """What is done beside the answer, as the person who sent it saw and left it; a macro only proposed it."""

    takes: bool = False
    to_team: Team | None = None
    level: ServiceLevel | None = None
    level_reason: str = ""
    then: str = ""
    reason: str = ""
    note: str = ""


@transaction.atomic
def ticket_answer_with(
    *,
    ticket: Ticket,
    author: Person,
    text: str,
    also: Also,
    channel: str = Channel.EMAIL,
    attachments: Sequence[UploadedPart] = (),
) -> None:
    """Answer the school (no `text`: say nothing) and do what else was chosen, each by its own service.

    Raises whatever one of these raises, and then nothing is done: WrongState, ReasonNeeded, TooLarge.
    """
    ticket = ticket_lock(ticket)
    if also.takes or also.to_team is not None:
        ticket_assign(ticket=ticket, assignee=author if also.takes else None, team=also.to_team)
    if also.level is not None:
        if not ticket.is_open:
            raise WrongState(_("The level changes only while the ticket is open. Leave that out."))
        ticket_change_level(ticket=ticket, level=also.level, reason=also.level_reason)
    _answer(ticket, author, text, also, channel, attachments)
    if also.note.strip():
        note_add(ticket=ticket, author=author, text=also.note)
    if also.then in WAITS_FOR:
        ticket_wait(ticket=ticket, waiting_for=WAITS_FOR[MacroThen(also.then)], reason=also.reason)
    elif also.then in CLOSES_AS:
        ticket_close(ticket=ticket, closed_as=CLOSES_AS[MacroThen(also.then)], text=text)


def _answer(
    ticket: Ticket,
    author: Person,
    text: str,
    also: Also,
    channel: str,
    attachments: Sequence[UploadedPart],
) -> None:
    if also.then == MacroThen.CLOSE_UNRESOLVED and not ticket.has_ended:
        if attachments or channel != Channel.EMAIL:
            raise WrongState(
                _("Closing mails the explanation, without files. Send these first, or wait to close.")
            )
        return  # closing sends the words itself
    if not text.strip():
        return
    say = ticket_fix if also.then == MacroThen.FIX else ticket_reply
    say(ticket=ticket, author=author, text=text, channel=channel, attachments=attachments)
