"""A ticket passed to a third party, what is heard of them, and how it ended (rules E3, P4).

Each step is a thin line of the ticket, which the school reads; what they said is a note of ours. `words`, where given,
are an answer to the school in the technician's name.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from tickets.clock_words import clock_time
from tickets.errors import WrongState
from tickets.models import (
    Direction,
    Referral,
    ReferralOutcome,
    Supplier,
    Ticket,
    TicketState,
    Urgency,
)
from tickets.services.base import event_add, is_called_out, ticket_lock, ticket_save
from tickets.services.chasing import chase_after
from tickets.services.conversation import ticket_reply
from tickets.services.work import ticket_resume, ticket_wait


@transaction.atomic
def referral_open(
    *,
    ticket: Ticket,
    supplier: Supplier,
    by: Person,
    reference: str = "",
    urgency: str = Urgency.NORMAL,
    promised_at: datetime | None = None,
    chase_at: datetime | None = None,
    waits: bool = True,
    words: str = "",
) -> Referral:
    """Pass the ticket to a supplier. Chased at `chase_at`, else when they promised, else after their working days.

    `waits`: the ticket waits for them, and its fix clock stops where the contract grants it (Rule S10). Raises
    WrongState for a ticket that has ended; ValidationError by field: supplier (it is with them already), urgency (a
    callout is raised at their highest, Rule P4), promised_at, chase_at (must lie ahead).
    """
    ticket, now = ticket_lock(ticket), timezone.now()
    if not ticket.is_open:
        raise WrongState(_("The ticket has ended. Reopen it first."))
    if Referral.objects.filter(ticket=ticket, supplier=supplier, ended_at__isnull=True).exists():
        raise ValidationError({"supplier": _("It is with them already. Note what you hear of them there.")})
    if is_called_out(ticket) and urgency != Urgency.HIGHEST:
        words_for_it = _("An engineer was called out: raise it with them at their highest urgency.")
        raise ValidationError({"urgency": words_for_it})
    _check_ahead(now, promised_at=promised_at, chase_at=chase_at)
    chase_at = chase_at or promised_at or chase_after(now, supplier.chase_every)
    referral = Referral.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        supplier=supplier,
        reference=reference.strip(),
        urgency=urgency,
        promised_at=promised_at,
        chase_at=chase_at,
        chase_every=supplier.chase_every,
        wake_at=chase_at,
        opened_by=by,
        opened_at=now,
    )
    event_add(ticket, _opened_words(referral), at=now)
    audit_record(action="referral.opened", target=ticket, changes={"third_party": (None, supplier.name)})
    if words.strip():
        ticket_reply(ticket=ticket, author=by, text=words)
    if waits:
        ticket_wait(
            ticket=ticket, waiting_for="third_party", reason=_("With %(name)s") % {"name": supplier.name}
        )
    elif not words.strip():
        ticket_save(ticket)
    return referral


@transaction.atomic
def referral_note(
    *,
    referral: Referral,
    by: Person,
    answered: bool,
    note: str = "",
    reference: str = "",
    promised_at: datetime | None = None,
    chase_at: datetime | None = None,
    words: str = "",
) -> Referral:
    """They answered, or we asked them again. A new promise replaces the old one; an empty value keeps what was known.

    An answer without a new promise or chase ends the reminders; asking again sets the next by itself. Raises WrongState
    for one that has ended, ValidationError by field: promised_at, chase_at.
    """
    ticket, referral = _locked(referral)
    now = timezone.now()
    _check_ahead(now, promised_at=promised_at, chase_at=chase_at)
    referral.reference = reference.strip() or referral.reference
    referral.promised_at = promised_at or referral.promised_at
    if answered:
        referral.answered_at = now
    follow_on = None if answered else chase_after(now, referral.chase_every)
    referral.chase_at = referral.wake_at = chase_at or promised_at or follow_on
    referral.save()
    name = referral.supplier.name
    line = _("%(name)s answered.") if answered else _("Asked %(name)s again.")
    if promised_at is not None:
        line += " " + _("They promise it by %(when)s.") % {"when": clock_time(promised_at)}
    event_add(ticket, line % {"name": name}, at=now)
    if note.strip():
        event_add(ticket, f"{name}: {note.strip()}", at=now, direction=Direction.NOTE)
    audit_record(action="referral.answered" if answered else "referral.chased", target=ticket)
    _tell_school(ticket, by, words)
    return referral


@transaction.atomic
def referral_end(
    *, referral: Referral, by: Person, outcome: str, note: str = "", words: str = ""
) -> Referral:
    """It is no longer with them. The last one that ends lets the ticket, which waited for them, go on.

    Raises WrongState for one that has ended already.
    """
    ticket, referral = _locked(referral)
    _end(ticket, referral, outcome, timezone.now())
    if note.strip():
        event_add(ticket, f"{referral.supplier.name}: {note.strip()}", direction=Direction.NOTE)
    audit_record(action="referral.ended", target=ticket, changes={"outcome": ("", outcome)})
    _tell_school(ticket, by, words)
    ticket = ticket_lock(ticket)
    waits = ticket.state == TicketState.WAITING_THIRD_PARTY
    if waits and not Referral.objects.filter(ticket=ticket, ended_at__isnull=True).exists():
        ticket_resume(ticket=ticket)
    return referral


def _locked(referral: Referral) -> tuple[Ticket, Referral]:
    """The ticket before the referral, as everything locks them that touches both."""
    ticket = ticket_lock(referral.ticket)
    fresh = Referral.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=referral.pk)
    if fresh.ended_at is not None:
        raise WrongState(_("That has ended already."))
    return ticket, fresh


def _end(ticket: Ticket, referral: Referral, outcome: str, at: datetime) -> None:
    referral.ended_at, referral.outcome = at, outcome
    referral.chase_at = referral.wake_at = None
    referral.save()
    line = _("No longer with %(name)s: %(outcome)s") % {
        "name": referral.supplier.name,
        "outcome": ReferralOutcome(outcome).label,
    }
    event_add(ticket, line, at=at)


def _tell_school(ticket: Ticket, by: Person, words: str) -> None:
    if words.strip():
        ticket_reply(ticket=ticket, author=by, text=words)
    else:
        ticket_save(ticket)


def _check_ahead(now: datetime, **times: datetime | None) -> None:
    wrong = [name for name, at in times.items() if at is not None and at <= now]
    if wrong:
        raise ValidationError({name: _("Choose a time to come.") for name in wrong})


def _opened_words(referral: Referral) -> str:
    highest = referral.urgency == Urgency.HIGHEST
    line = (
        _("Raised with %(name)s at their highest urgency.") if highest else _("Raised with %(name)s.")
    ) % {"name": referral.supplier.name}
    if referral.reference:
        line += " " + _("Their reference: %(reference)s.") % {"reference": referral.reference}
    if referral.promised_at is not None:
        line += " " + _("They promise it by %(when)s.") % {"when": clock_time(referral.promised_at)}
    return line
