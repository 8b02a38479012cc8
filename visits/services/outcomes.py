"""What became of a visit: engineer there and gone, missed by us, or replaced by remote support (rules P2, P3, S8)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from sla.times import local_day
from visits.changes import visit_stepped
from visits.mail_kinds import IN_LIEU
from visits.mailing import school_tell
from visits.models import EntryCause, Visit, VisitEventKind, VisitState
from visits.services.base import check_reason, check_state, event_add, snapshot, visit_lock, visit_store
from visits.services.booking import visit_settled
from visits.services.ledger import allowance_watch, visit_line


@transaction.atomic
def visit_arrive(*, visit: Visit, sequence: int, at: datetime | None = None) -> Visit:
    """The engineer is there, at `at` (aware, now by default), on the day of the visit. Raises ValidationError: at."""
    visit = visit_lock(visit, sequence)
    check_state(visit, VisitState.BOOKED)
    at, kept = _check_past(at), snapshot(visit)
    if local_day(at, current_provider().time_zone) != visit.day:
        raise ValidationError(
            {"at": _("The visit is on another day. Move it to the day of the arrival first.")}
        )
    visit.state, visit.arrived_at = VisitState.ON_SITE, at
    visit_store(visit)
    event_add(visit, VisitEventKind.ARRIVED, before=kept)
    audit_record(action="visit.arrived", target=visit, changes={"arrived_at": (None, at)})
    allowance_watch(visit.contract, visit.uses, visit.day)
    visit_stepped(visit, VisitEventKind.ARRIVED)
    return visit


@transaction.atomic
def visit_depart(
    *, visit: Visit, sequence: int, work_done: str, signed_by: str = "", at: datetime | None = None
) -> Visit:
    """The engineer has left, at `at` (aware, now by default), and says what was done; the visit is done.

    `signed_by` is who signed at the school. Raises ValidationError by field: at, work_done.
    """
    visit = visit_lock(visit, sequence)
    check_state(visit, VisitState.ON_SITE)
    at, kept = _check_past(at), snapshot(visit)
    if visit.arrived_at is not None and at < visit.arrived_at:
        raise ValidationError({"at": _("The engineer has arrived after this time.")})
    if not work_done.strip():
        raise ValidationError({"work_done": _("Say what was done.")})
    visit.state, visit.departed_at = VisitState.DONE, at
    visit.work_done, visit.signed_by = work_done.strip(), signed_by.strip()
    visit_store(visit)
    event_add(visit, VisitEventKind.DEPARTED, before=kept)
    audit_record(action="visit.departed", target=visit, changes={"departed_at": (None, at)})
    visit_stepped(visit, VisitEventKind.DEPARTED)
    return visit


@transaction.atomic
def visit_miss(*, visit: Visit, sequence: int, reason: str) -> Visit:
    """We did not come: the visit is given back, and is to be rescheduled with `visit_reschedule` (Rule P2).

    Raises ValidationError by field: reason; and for a visit that has not begun yet.
    """
    visit = visit_lock(visit, sequence)
    check_state(visit, VisitState.BOOKED)
    if visit.starts_at > timezone.now():
        raise ValidationError(_("This visit lies ahead. Move it or cancel it instead."), code="ahead")
    reason, kept = check_reason(reason), snapshot(visit)
    visit.state = VisitState.MISSED
    visit_store(visit)
    visit_line(visit, +1, EntryCause.RETURNED, note=reason)
    event_add(visit, VisitEventKind.MISSED, before=kept, reason=reason)
    audit_record(action="visit.missed", target=visit, reason=reason)
    visit_settled(visit, _("Visit missed: %(when)s"))
    return visit


@transaction.atomic
def visit_in_lieu(*, visit: Visit, sequence: int, reason: str) -> Visit:
    """The visit cannot happen for reasons outside our control: the school gets as much remote support (Rule P3).

    It stays used. The remote sessions are recorded as they take place, with `remote_session_record(in_lieu_of=…)`;
    `selectors.minutes_in_lieu_left` says how much is still owed. Raises ValidationError by field: reason.
    """
    visit = visit_lock(visit, sequence)
    check_state(visit, VisitState.BOOKED)
    reason, kept = check_reason(reason), snapshot(visit)
    visit.state = VisitState.IN_LIEU
    visit_store(visit)
    visit_line(visit, +1, EntryCause.RETURNED, note=reason)
    visit_line(visit, -1, EntryCause.IN_LIEU, note=reason)
    event_add(visit, VisitEventKind.IN_LIEU, before=kept, reason=reason)
    audit_record(action="visit.in_lieu", target=visit, reason=reason)
    school_tell(visit, IN_LIEU, reason=reason)
    visit_settled(visit, _("Visit could not take place: %(when)s"))
    return visit


def _check_past(at: datetime | None) -> datetime:
    now = timezone.now()
    if at is not None and at > now:
        raise ValidationError({"at": _("This time lies ahead.")})
    return at or now
