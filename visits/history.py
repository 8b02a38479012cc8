"""What happened to a visit, in words for the provider's staff. Reasons may be private: no school reads them here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.memory import current_provider
from visits.models import Visit, VisitEvent, VisitEventKind
from visits.wording import span_words

ICONS: dict[str, str] = {
    VisitEventKind.BOOKED: "calendar-plus",
    VisitEventKind.MOVED: "calendar-clock",
    VisitEventKind.HANDED_OVER: "users",
    VisitEventKind.ARRIVED: "log-in",
    VisitEventKind.DEPARTED: "log-out",
    VisitEventKind.MISSED: "calendar-off",
    VisitEventKind.CANCELLED: "calendar-x",
    VisitEventKind.IN_LIEU: "repeat-2",
    VisitEventKind.UNDONE: "undo-2",
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event: what, when, by whom, and why."""

    icon: str
    text: str
    at: datetime
    by: str
    detail: str


def history_of(visit: Visit) -> list[HistoryLine]:
    """The events of a visit, the newest first."""
    events = list(visit.events.select_related("by", "undoes").order_by("-id"))
    engineers = {one.before.get("engineer_id") for one in events} - {None}
    names = dict(Person.objects.filter(pk__in=engineers).values_list("pk", "name")) if engineers else {}
    return [
        HistoryLine(
            icon=ICONS[one.kind],
            text=_text(one),
            at=one.at,
            by=one.by.name if one.by else _("the software"),
            detail=". ".join(filter(None, (_before(one, names), one.reason))),
        )
        for one in events
    ]


def _text(event: VisitEvent) -> str:
    label = event.get_kind_display()
    if event.kind == VisitEventKind.UNDONE and event.undoes is not None:
        return _("Taken back: %(what)s") % {"what": event.undoes.get_kind_display()}
    if event.by_school:
        return _("%(what)s at the school's wish") % {"what": label}
    return str(label)


def _before(event: VisitEvent, names: dict[int, str]) -> str:
    kept: dict[str, Any] = event.before
    if event.kind == VisitEventKind.HANDED_OVER:
        return _("Before: %(who)s") % {"who": names.get(kept.get("engineer_id", 0), "")}
    if event.kind != VisitEventKind.MOVED or not kept.get("starts_at"):
        return ""
    starts, ends = (datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
    words = span_words(starts, ends, current_provider().time_zone)
    return _("Before: %(when)s, %(who)s") % {"when": words, "who": names.get(kept.get("engineer_id", 0), "")}
