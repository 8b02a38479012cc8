"""Edits of calendars: opening hours, public holidays, closures, the Christmas shutdown.

Each is one transaction: the row, its line in the audit trail, and the deadlines of the running clocks that it
reaches (Rule S13). What it would do is asked first with `preview(lambda: closure_add(…))`. Local dates and
times throughout (Rule S15). Wrong values raise ValidationError, and nothing is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.services import audit_record
from sla.calendars import calendar_spec
from sla.closing import closure_told
from sla.impact import Impact
from sla.models import BusinessCalendar, Closure, ClosureKind, OpeningWindow, PublicHoliday
from sla.services.recomputation import measuring, recompute
from sla.variants import with_variants
from sla.working_time import HOLIDAYS_VERSION, InvalidCalendar, compile_calendar, public_holidays

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Edited(Generic[Row]):
    """What was edited, and what that did to the deadlines."""

    row: Row
    impact: Impact


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of opening on a weekday (0 = Monday); `closes` 00:00 is midnight that night."""

    weekday: int
    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


CALENDAR_FIELDS = frozenset({"name", "time_zone", "always_open", "nation", "keeps_closures", "is_default"})
CLOSURE_FIELDS = frozenset({"name", "first_day", "last_day", "from_time", "to_time"})


@transaction.atomic
def calendar_create(*, name: str, windows: Iterable[Window] = (), **details: Any) -> BusinessCalendar:
    """A new calendar. No clock runs on it yet, so none moves."""
    _only(details, CALENDAR_FIELDS)
    calendar = BusinessCalendar(name=name, **details)
    _save(calendar)
    windows = _replace_windows(calendar, windows)
    _refuse_unusable(calendar)
    audit_record(
        action="calendar.created",
        target=calendar,
        changes={"windows": ([], [str(window) for window in windows])},
    )
    return calendar


@transaction.atomic
def calendar_change(
    *, calendar: BusinessCalendar, reason: str = "", **changes: Any
) -> Edited[BusinessCalendar]:
    """Change its name, time zone, nation, and whether it keeps closures or is always open (Rule S3)."""
    _only(changes, CALENDAR_FIELDS)
    differences = _set(calendar, changes)
    _save(calendar)
    _refuse_unusable(calendar)
    audit_record(action="calendar.changed", target=calendar, changes=differences, reason=reason)
    return Edited(
        calendar, recompute(calendar_ids=_with(calendar), cause=_cause(_("Calendar changed"), calendar))
    )


@transaction.atomic
def opening_windows_set(
    *, calendar: BusinessCalendar, windows: Iterable[Window], reason: str = ""
) -> Edited[BusinessCalendar]:
    """Give a calendar other weekly hours (Rule S3)."""
    before = [
        str(Window(row.weekday, row.opens, row.closes))
        for row in OpeningWindow.objects.filter(calendar=calendar)
    ]
    after = [str(window) for window in _replace_windows(calendar, windows)]
    _refuse_unusable(calendar)
    audit_record(
        action="calendar.hours_set", target=calendar, changes={"windows": (before, after)}, reason=reason
    )
    cause = _cause(_("Opening hours changed"), calendar)
    return Edited(calendar, recompute(calendar_ids=_with(calendar), cause=cause))


@transaction.atomic
def closure_add(
    *,
    name: str,
    first_day: date,
    last_day: date | None = None,
    from_time: time | None = None,
    to_time: time | None = None,
    kind: str = ClosureKind.ONE_OFF,
    customer_id: int | None = None,
    reason: str = "",
) -> Edited[Closure]:
    """Close (or, as an extra opening, open) from one local time to another; with a customer, for it alone."""
    closure = Closure(
        name=name,
        first_day=first_day,
        last_day=last_day or first_day,
        from_time=from_time,
        to_time=to_time,
        kind=kind,
        customer_id=customer_id,
    )
    _save(closure)
    audit_record(
        action="closure.added", target=closure, changes=_added(closure, CLOSURE_FIELDS), reason=reason
    )
    return Edited(closure, _hits(closure, _recompute_for(closure, _("Added"))))


@transaction.atomic
def closure_change(*, closure: Closure, reason: str = "", **changes: Any) -> Edited[Closure]:
    """Change its name, days or times."""
    _only(changes, CLOSURE_FIELDS)
    differences = _set(closure, changes)
    _save(closure)
    audit_record(action="closure.changed", target=closure, changes=differences, reason=reason)
    return Edited(closure, _hits(closure, _recompute_for(closure, _("Changed"))))


@transaction.atomic
def closure_remove(*, closure: Closure, reason: str = "") -> Impact:
    """Take a closure out of the calendar."""
    audit_record(
        action="closure.removed",
        target=closure,
        changes={name: (pair[1], None) for name, pair in _added(closure, CLOSURE_FIELDS).items()},
        reason=reason,
    )
    closure.delete()
    return _recompute_for(closure, _("Removed"))


@transaction.atomic
def shutdown_set(*, first_day: date, last_day: date, name: str = "", reason: str = "") -> Edited[Closure]:
    """Enter the Christmas shutdown of a winter, or give it other days (Rule S3). Both days are closed."""
    near = Closure.objects.filter(
        kind=ClosureKind.SHUTDOWN,
        customer__isnull=True,
        first_day__gte=date(_winter(first_day), 7, 1),
        first_day__lt=date(_winter(first_day) + 1, 7, 1),
    ).first()
    name = name or (near.name if near else _("Christmas shutdown"))
    if near is not None:
        return closure_change(closure=near, name=name, first_day=first_day, last_day=last_day, reason=reason)
    return closure_add(
        kind=ClosureKind.SHUTDOWN, name=name, first_day=first_day, last_day=last_day, reason=reason
    )


@transaction.atomic
def holiday_add(
    *, nation: str, day: date, name: str, source: str = "", reason: str = ""
) -> Edited[PublicHoliday]:
    """A public holiday that the stored list lacks, e.g. one proclaimed at short notice."""
    holiday = PublicHoliday(nation=nation, day=day, name=name, source=source)
    _save(holiday)
    audit_record(action="holiday.added", target=holiday, reason=reason)
    return Edited(holiday, _recompute_for_nations([nation], _cause(_("Added"), holiday)))


@transaction.atomic
def holiday_change(
    *, holiday: PublicHoliday, day: date | None = None, name: str | None = None, reason: str = ""
) -> Edited[PublicHoliday]:
    """Move or rename a public holiday."""
    differences = _set(holiday, {"day": day or holiday.day, "name": name or holiday.name})
    _save(holiday)
    audit_record(action="holiday.changed", target=holiday, changes=differences, reason=reason)
    return Edited(holiday, _recompute_for_nations([holiday.nation], _cause(_("Changed"), holiday)))


@transaction.atomic
def holiday_remove(*, holiday: PublicHoliday, reason: str = "") -> Impact:
    """Take a public holiday off the list."""
    audit_record(action="holiday.removed", target=holiday, reason=reason)
    holiday.delete()
    return _recompute_for_nations([holiday.nation], _cause(_("Removed"), holiday))


@transaction.atomic
def holidays_fill(*, nation: str, years: Sequence[int]) -> Edited[list[PublicHoliday]]:
    """Add the public holidays of these years that are not stored yet. Days that are stored stay as they are
    edited.
    """
    stored = set(PublicHoliday.objects.filter(nation=nation).values_list("day", flat=True))
    source = f"holidays {HOLIDAYS_VERSION}"
    added = PublicHoliday.objects.bulk_create(
        PublicHoliday(nation=nation, day=row.day, name=row.name, source=source)
        for row in public_holidays(nation, years)  # type: ignore[arg-type]
        if row.day not in stored
    )
    for holiday in added:
        audit_record(action="holiday.added", target=holiday, reason=source)
    cause = _("Public holidays of %(years)s entered") % {"years": ", ".join(map(str, years))}
    return Edited(added, _recompute_for_nations([nation], cause))


def _winter(day: date) -> int:
    """The year in which the winter of a day begins: a shutdown may start in January."""
    return day.year if day.month >= 7 else day.year - 1


def _recompute_for(closure: Closure, what: str) -> Impact:
    """A customer's closure reaches its own clocks; everybody's, those of the calendars that keep closures."""
    cause = _cause(what, closure)
    if closure.customer_id is not None:
        return recompute(customer_id=closure.customer_id, cause=cause)
    return recompute(calendar_ids=with_variants(models.Q(keeps_closures=True)), cause=cause)


def _hits(closure: Closure, impact: Impact) -> Impact:
    """With what the apps above say that the closure hits; a preview keeps it."""
    notes = closure_told(closure)
    if (measure := measuring()) is not None:
        measure.notes.extend(notes)
    return replace(impact, notes=tuple(notes))


def _recompute_for_nations(nations: Sequence[str], cause: str) -> Impact:
    return recompute(calendar_ids=with_variants(models.Q(nation__in=nations)), cause=cause)


def _with(calendar: BusinessCalendar) -> list[int]:
    return with_variants(models.Q(pk=calendar.pk))


def _cause(what: str, row: models.Model) -> str:
    return f"{what}: {row}"


def _replace_windows(calendar: BusinessCalendar, windows: Iterable[Window]) -> list[Window]:
    ordered = sorted(windows, key=lambda window: (window.weekday, window.opens))
    OpeningWindow.objects.filter(calendar=calendar).delete()
    for window in ordered:
        _save(
            OpeningWindow(calendar=calendar, weekday=window.weekday, opens=window.opens, closes=window.closes)
        )
    return ordered


def _refuse_unusable(calendar: BusinessCalendar) -> None:
    """Overlapping hours or an unknown time zone would stop every clock on this calendar."""
    try:
        compile_calendar(calendar_spec(calendar, None), date(2026, 1, 1), date(2026, 2, 1))
    except InvalidCalendar as error:
        raise ValidationError(str(error)) from error


def _save(row: models.Model) -> None:
    row.full_clean(exclude=["provider"])
    row.validate_constraints()  # those over the provider too, which a clean without it leaves out
    row.save()


def _only(details: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(details) - allowed
    if unknown:
        raise TypeError(f"Cannot be set: {', '.join(sorted(unknown))}")


def _set(row: models.Model, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the fields; the differences as the audit trail wants them."""
    differences = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            differences[name] = (before, value)
            setattr(row, name, value)
    return differences


def _added(row: models.Model, fields: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    return {name: (None, getattr(row, name)) for name in sorted(fields) if getattr(row, name) is not None}
