"""Drafts: kept while somebody types, found again on any machine, gone once sent, discarded or 30 days old."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from delivery.due import Moment
from tickets.models import Draft, DraftKind, Message, Ticket
from tickets.services.base import ticket_lock

KEPT_FOR = timedelta(days=30)
OVERTAKEN_WITHIN = timedelta(minutes=1)
LONGEST = 100_000  # characters: more is no letter but a mistake or an attack


@transaction.atomic
def draft_save(*, ticket: Ticket, person: Person, kind: DraftKind, text: str, by_phone: bool = False) -> None:
    """Keep what stands in the form now: exactly one row for each person, ticket and kind. No text: no draft.

    Nothing is audited and nobody told: a draft is seen by its writer alone. Raises ValidationError above 100,000
    characters.
    """
    if len(text) > LONGEST:
        raise ValidationError({"text": _("This is too long to be kept: 100,000 characters at most.")})
    if not text.strip():
        draft_discard(ticket=ticket, person=person, kind=kind)
        return
    ticket_lock(ticket)  # waits for a sending that is under way
    now = timezone.now()
    if _was_just_sent(ticket, person, text, now):
        return
    draft = Draft(
        customer_id=ticket.customer_id,
        ticket=ticket,
        person=person,
        kind=kind,
        text=text,
        by_phone=by_phone,
        saved_at=now,
        wake_at=now + KEPT_FOR,
    )
    # One statement, so that two windows that save at the same instant leave one row.
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["ticket", "person", "kind"],
        update_fields=["text", "by_phone", "saved_at", "wake_at"],
    )


def _was_just_sent(ticket: Ticket, person: Person, text: str, now: datetime) -> bool:
    """Whether a save overtook the sending of the same words: it must not bring them back."""
    said = Message.objects.filter(ticket=ticket, author=person, at__gte=now - OVERTAKEN_WITHIN)
    return any(one.startswith(text.strip()) for one in said.values_list("text", flat=True))


@transaction.atomic
def draft_discard(*, ticket: Ticket, person: Person, kind: DraftKind) -> None:
    """It was sent, or is not wanted any more."""
    Draft.objects.filter(ticket=ticket, person=person, kind=kind).delete()


def draft_expire(draft: Draft, moment: Moment) -> None:
    """The sweeper's work: nobody has touched it for 30 days."""
    draft.delete()
