"""Who is an engineer, when they work on site, and when they are away (rules P2, S3)."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from sla.models.calendars import Weekday
from visits.models import AbsenceKind, EngineerAbsence, EngineerHours
from visits.services.base import engineers_lock

Stretch = tuple[time, time]
CHANGEABLE = frozenset({"kind", "first_day", "last_day", "note"})


@transaction.atomic
def engineer_hours_set(*, engineer: Person, hours: Mapping[int, Sequence[Stretch]]) -> list[EngineerHours]:
    """When somebody of the staff can be on site: stretches of local time by weekday, in place of those before.

    Without any they are no engineer; what is booked for them stays. Raises ValidationError by field: the weekday's name
    in English and small letters, e.g. 'monday'.
    """
    if not engineer.is_staff:
        raise ValidationError(_("Only somebody of the staff can be sent to schools."))
    errors = {
        Weekday(weekday).name.lower(): words
        for weekday, stretches in hours.items()
        if (words := _stretches_words(stretches))
    }
    if errors:
        raise ValidationError(errors)
    engineers_lock([engineer])
    before = _words(EngineerHours.objects.filter(engineer=engineer))
    EngineerHours.objects.filter(engineer=engineer).delete()
    rows = EngineerHours.objects.bulk_create(
        EngineerHours(engineer=engineer, weekday=weekday, starts=starts, ends=ends)
        for weekday, stretches in sorted(hours.items())
        for starts, ends in stretches
    )
    if before != _words(rows):
        audit_record(action="engineer.hours_set", target=engineer, changes={"hours": (before, _words(rows))})
    return rows


@transaction.atomic
def absence_add(
    *, engineer: Person, kind: str, first_day: date, last_day: date, note: str = ""
) -> EngineerAbsence:
    """Whole local days, both included, on which nobody sends this engineer anywhere; booked visits stay as they are.

    Raises ValidationError by field: kind, first_day, last_day.
    """
    row = EngineerAbsence(
        engineer=engineer, kind=kind, first_day=first_day, last_day=last_day, note=note.strip()
    )
    _save(row)
    # The reason stays in the row: the audit trail is read by more people, and outlives it.
    audit_record(action="absence.added", target=engineer, changes={"days": (None, [first_day, last_day])})
    return row


@transaction.atomic
def absence_change(*, absence: EngineerAbsence, **changes: Any) -> EngineerAbsence:
    """Other days, or another reason. Raises ValidationError by field, TypeError for what cannot be changed."""
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"Cannot be set: {', '.join(sorted(unknown))}")
    before = [absence.first_day, absence.last_day]
    for name, value in changes.items():
        setattr(absence, name, value)
    _save(absence)
    audit_record(
        action="absence.changed",
        target=absence.engineer,
        changes={"days": (before, [absence.first_day, absence.last_day])},
    )
    return absence


@transaction.atomic
def absence_remove(*, absence: EngineerAbsence) -> None:
    """The engineer is there after all."""
    days = [absence.first_day, absence.last_day]
    audit_record(action="absence.removed", target=absence.engineer, changes={"days": (days, None)})
    absence.delete()


def _save(row: EngineerAbsence) -> None:
    if row.kind not in AbsenceKind.values:
        raise ValidationError({"kind": _("Choose a reason.")})
    if row.last_day < row.first_day:
        raise ValidationError({"last_day": _("The last day is before the first.")})
    engineers_lock([row.engineer])  # whoever books the engineer waits, and then sees this
    same = EngineerAbsence.objects.filter(
        engineer=row.engineer, first_day__lte=row.last_day, last_day__gte=row.first_day
    )
    if other := same.exclude(pk=row.pk).first():
        words = _("Already away then: %(other)s. Change that one.") % {"other": other}
        raise ValidationError({"first_day": words})
    row.save()


def _stretches_words(stretches: Sequence[Stretch]) -> str:
    """What is wrong with the stretches of a day; '' where nothing is."""
    reached: time | None = None
    for starts, ends in sorted(stretches):
        if ends <= starts:
            return _("The end is not after the start.")
        if reached is not None and starts < reached:
            return _("Two of these times overlap.")
        reached = ends
    return ""


def _words(rows: Any) -> list[str]:
    ordered = sorted(rows, key=lambda row: (row.weekday, row.starts))
    return [f"{Weekday(row.weekday).name.title()} {row.starts:%H:%M}-{row.ends:%H:%M}" for row in ordered]
