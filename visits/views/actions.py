"""What can be done with a visit: its form, when it fits, and the service behind it. One table for page and buttons."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.tenancy.memory import current_provider
from sla.times import local_day, local_instant, local_time
from visits.forms import visits as own
from visits.models import Visit, VisitState
from visits.selectors import minutes_in_lieu_left
from visits.services import (
    remote_session_record,
    visit_arrive,
    visit_cancel,
    visit_depart,
    visit_hand_over,
    visit_in_lieu,
    visit_miss,
    visit_move,
    visit_reschedule,
    visit_undo,
)
from visits.services.undoing import newest_step

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VisitAction:
    """`do` gives the visit to show next. `shows_places`: beside its form stands who is free on a day."""

    label: str | Promise
    icon: str
    form: type[forms.Form]
    fits: Callable[[Visit, datetime], bool]
    do: Callable[[Visit, Data], Visit]
    done: str | Promise
    lead: str | Promise = ""
    shows_places: bool = False
    is_danger: bool = False
    initial: Callable[[Visit, HttpRequest], Data] = field(default=lambda visit, request: {})


def actions_of(visit: Visit) -> list[tuple[str, VisitAction]]:
    """What fits the visit as it stands, by the name in the address."""
    now = timezone.now()
    return [(name, one) for name, one in ACTIONS.items() if one.fits(visit, now)]


def _is_ahead(visit: Visit, now: datetime) -> bool:
    return visit.state == VisitState.BOOKED and visit.ends_at > now


def _is_booked(visit: Visit, now: datetime) -> bool:
    return visit.state == VisitState.BOOKED


def _has_begun(visit: Visit, now: datetime) -> bool:
    return visit.state == VisitState.BOOKED and visit.starts_at <= now


def _may_arrive(visit: Visit, now: datetime) -> bool:
    return visit.state == VisitState.BOOKED and visit.day <= local_day(now, current_provider().time_zone)


def _is_to_replace(visit: Visit, now: datetime) -> bool:
    return visit.state in {VisitState.MISSED, VisitState.CANCELLED} and not hasattr(visit, "replaced_by")


def _owes_remote_support(visit: Visit, now: datetime) -> bool:
    return visit.state == VisitState.IN_LIEU and minutes_in_lieu_left(visit) > 0


def _can_be_taken_back(visit: Visit, now: datetime) -> bool:
    return (
        visit.state != VisitState.BOOKED
        and newest_step(visit) is not None
        and not hasattr(visit, "replaced_by")
    )


def _time_of(visit: Visit, data: Data) -> datetime | None:
    at: time | None = data.get("at")
    return local_instant(visit.day, at, current_provider().time_zone) if at else None


def _session(visit: Visit, data: Data) -> Visit:
    remote_session_record(
        contract=visit.contract,
        started_at=local_instant(data["day"], data["starts"], current_provider().time_zone),
        minutes=data["minutes"],
        by=data["by"],
        note=data["note"],
        in_lieu_of=visit,
        once=data["digest"],
    )
    return visit


def _depart(visit: Visit, data: Data) -> Visit:
    return visit_depart(
        visit=visit,
        sequence=data["sequence"],
        work_done=data["work_done"],
        signed_by=data["signed_by"],
        at=_time_of(visit, data),
    )


def _as_it_is(visit: Visit, request: HttpRequest) -> Data:
    zone = current_provider().time_zone
    return {
        "day": visit.day,
        "slot": visit.slot_id,
        "starts": local_time(visit.starts_at, zone),
        "ends": local_time(visit.ends_at, zone),
        "engineer": visit.engineer_id,
    }


def _session_initial(visit: Visit, request: HttpRequest) -> Data:
    return {
        "day": local_day(timezone.now(), current_provider().time_zone),
        "minutes": minutes_in_lieu_left(visit),
    }


ACTIONS: dict[str, VisitAction] = {
    "arrive": VisitAction(
        gettext_lazy("The engineer is there"),
        "log-in",
        own.ArriveForm,
        _may_arrive,
        lambda visit, data: visit_arrive(visit=visit, sequence=data["sequence"], at=_time_of(visit, data)),
        gettext_lazy("Recorded: the engineer is on site."),
    ),
    "depart": VisitAction(
        gettext_lazy("The visit is done"),
        "log-out",
        own.DepartForm,
        lambda visit, now: visit.state == VisitState.ON_SITE,
        _depart,
        gettext_lazy("The visit is done."),
    ),
    "move": VisitAction(
        gettext_lazy("Move"),
        "calendar-clock",
        own.MoveForm,
        _is_ahead,
        lambda visit, data: visit_move(visit=visit, **data),
        gettext_lazy("Moved. The school is told both times."),
        shows_places=True,
        initial=_as_it_is,
    ),
    "hand-over": VisitAction(
        gettext_lazy("Send another engineer"),
        "users",
        own.HandOverForm,
        _is_booked,
        lambda visit, data: visit_hand_over(visit=visit, **data),
        gettext_lazy("Another engineer goes."),
        shows_places=True,
    ),
    "cancel": VisitAction(
        gettext_lazy("Cancel"),
        "calendar-x",
        own.CancelForm,
        _is_booked,
        lambda visit, data: visit_cancel(visit=visit, **data),
        gettext_lazy("Cancelled. The visit is given back and the school is told."),
        gettext_lazy("The visit is given back to the school's allowance, and the school is mailed."),
        is_danger=True,
    ),
    "miss": VisitAction(
        gettext_lazy("We missed it"),
        "calendar-off",
        own.InternalReasonForm,
        _has_begun,
        lambda visit, data: visit_miss(visit=visit, **data),
        gettext_lazy("Recorded as missed. Book the visit that takes its place."),
        gettext_lazy(
            "We did not come. The visit is given back and has to be rescheduled, which tells the school."
        ),
        is_danger=True,
    ),
    "reschedule": VisitAction(
        gettext_lazy("Book a visit in its place"),
        "calendar-plus",
        own.RescheduleForm,
        _is_to_replace,
        lambda visit, data: visit_reschedule(visit=visit, **data),
        gettext_lazy("Booked. The school is told."),
        shows_places=True,
        initial=_as_it_is,
    ),
    "in-lieu": VisitAction(
        gettext_lazy("Remote support in its place"),
        "repeat-2",
        own.ToldReasonForm,
        _is_booked,
        lambda visit, data: visit_in_lieu(visit=visit, **data),
        gettext_lazy("The school gets as much remote support, and is told."),
        gettext_lazy(
            "For reasons outside your control, such as a closed school. It stays used, and the school gets as "
            "much remote support as the visit would have been long."
        ),
    ),
    "session": VisitAction(
        gettext_lazy("Record remote support"),
        "headset",
        own.SessionForm,
        _owes_remote_support,
        _session,
        gettext_lazy("Recorded."),
        initial=_session_initial,
    ),
    "undo": VisitAction(
        gettext_lazy("Take the last step back"),
        "undo-2",
        own.InternalReasonForm,
        _can_be_taken_back,
        lambda visit, data: visit_undo(visit=visit, **data),
        gettext_lazy("Taken back."),
        gettext_lazy(
            "For what was recorded by mistake. It stays in the history; a school that was told of it is told again."
        ),
    ),
}
