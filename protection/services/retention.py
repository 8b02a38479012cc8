"""Writes of the administrator: periods and holds (Rule T7). Audited."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.protecting import record_kinds
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_scope
from protection.models import Hold, RetentionRule
from protection.selectors import days_now
from protection.services.sweeping import night_after
from tickets.models import Ticket

GRACE = 3  # nights between saving a period and the first look that goes by it


def first_look(now: datetime) -> datetime:
    """When a period that is saved now is first gone by: not tonight, so that a slip can be taken back."""
    return night_after(now, days=GRACE)


@transaction.atomic
def periods_save(*, days: Mapping[str, int | None]) -> None:
    """Keep these periods by kind of record; None keeps it for ever. Raises ValidationError below a kind's least."""
    before = days_now()
    for kind in record_kinds():
        kept = days.get(kind.key)
        if kept is not None and kept < kind.least_days:
            words = _("%(kind)s: at least %(days)d days, since reports and proofs need them.")
            raise ValidationError({kind.key: words % {"kind": kind.name, "days": kind.least_days}})
    wake = first_look(timezone.now())
    changed = {key: kept for key, kept in days.items() if key not in before or before[key] != kept}
    for key, kept in changed.items():
        values = {"days": kept, "wake_at": None if kept is None else wake, "dead_at": None, "failures": 0}
        RetentionRule.objects.update_or_create(kind=key, defaults=values)
    changes: dict[str, tuple[Any, Any]] = {
        key: (before.get(key), kept) for key, kept in changed.items() if before.get(key) != kept
    }
    if changes:
        audit_record(action="retention.changed", target=current_provider(), changes=changes)


@transaction.atomic
def hold_place(
    *, reason: str, until: date | None = None, ticket: Ticket | None = None, person: Person | None = None
) -> Hold:
    """Nothing of this ticket, or of this person, goes before that day (included), or before somebody ends it."""
    hold = Hold.objects.create(
        ticket=ticket, person=person, reason=reason, until=until, placed_by_id=current_scope().person_id
    )
    audit_record(action="hold.placed", target=ticket or person or hold, changes={"until": (None, until)})
    return hold


@transaction.atomic
def hold_end(*, hold: Hold) -> None:
    """What it held may go again, at the next look but not within a day."""
    row = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if row.ended_at is not None:
        return
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    tomorrow = timezone.now() + timedelta(days=1)
    RetentionRule.objects.filter(wake_at__lt=tomorrow).update(wake_at=night_after(tomorrow))
    audit_record(action="hold.ended", target=row.ticket or row.person or row)
