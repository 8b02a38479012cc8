"""Visits that lie ahead change: another time, another engineer, or none at all."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from sla.times import local_time
from visits.allowances import allowance_book
from visits.mail_kinds import CANCELLED, CANCELLED_BY_SCHOOL, MOVED
from visits.mailing import school_tell
from visits.models import EntryCause, Visit, VisitEventKind, VisitState
from visits.services.base import check_reason, check_state, event_add, snapshot, visit_lock, visit_store
from visits.services.booking import visit_settled
from visits.services.checking import (
    check_ahead,
    check_allowance,
    check_engineer,
    check_when,
    check_window,
)
from visits.services.ledger import visit_line
from visits.when import SlotOn, TimesOn, When, put_at
from visits.wording import visit_words


@transaction.atomic
def visit_move(
    *, visit: Visit, sequence: int, when: When, reason: str, engineer: Person | None = None
) -> Visit:
    """Move a booked visit to another time, with another engineer where one is given (Rule P2).

    The school is told both times and the reason, which it reads as it stands. Raises ValidationError by field: reason,
    day, slot, starts, ends, engineer; code 'stale' for an old form, 'over' for a visit whose time is over.
    """
    visit = visit_lock(visit, sequence)
    check_state(visit, VisitState.BOOKED)
    _check_not_over(visit)
    reason = check_reason(reason)
    before, old_day, kept = visit_words(visit, _zone()), visit.day, snapshot(visit)
    engineer = engineer or visit.engineer
    book = allowance_book(visit.contract)
    check_when(book, visit.kind, when)
    check_ahead(when)
    year_of = visit.replaces.day if visit.replaces else None
    check_window(book, visit.kind, when.day, year_of=year_of)
    check_allowance(book, visit.kind, visit.uses, when.day, without=visit)
    check_engineer(engineer, when, kind=visit.kind, without=visit)
    visit.engineer = engineer
    put_at(visit, when, _zone())
    visit_store(visit)
    if visit.day != old_day:
        visit_line(visit, +1, EntryCause.MOVED, day=old_day, note=reason)
        visit_line(visit, -1, EntryCause.MOVED, note=reason)
    event_add(visit, VisitEventKind.MOVED, before=kept, reason=reason)
    after = visit_words(visit, _zone())
    audit_record(action="visit.moved", target=visit, changes={"time": (before, after)}, reason=reason)
    school_tell(visit, MOVED, before=before, reason=reason)
    visit_settled(visit, _("Visit moved to %(when)s"), also=old_day)
    return visit


@transaction.atomic
def visit_hand_over(*, visit: Visit, sequence: int, engineer: Person, reason: str = "") -> Visit:
    """Send another engineer at the same time. Raises ValidationError by field: engineer."""
    visit = visit_lock(visit, sequence)
    check_state(visit, VisitState.BOOKED)
    if engineer.pk == visit.engineer_id:
        raise ValidationError({"engineer": _("Choose another engineer.")})
    kept, before = snapshot(visit), visit.engineer.name
    check_engineer(engineer, when_of(visit), kind=visit.kind, without=visit)
    visit.engineer = engineer
    visit_store(visit)
    event_add(visit, VisitEventKind.HANDED_OVER, before=kept, reason=reason.strip())
    changes = {"engineer": (before, engineer.name)}
    audit_record(action="visit.handed_over", target=visit, changes=changes, reason=reason)
    return visit


@transaction.atomic
def visit_cancel(*, visit: Visit, sequence: int, reason: str, by_school: bool = False) -> Visit:
    """Take a booked visit off the calendar, at our wish or the school's; it is given back.

    The school is told; where it was our wish it reads the reason. Raises ValidationError by field: reason; code 'over'
    where we call off a visit whose time is over.
    """
    visit = visit_lock(visit, sequence)
    check_state(visit, VisitState.BOOKED)
    if not by_school:
        _check_not_over(visit)
    reason, kept = check_reason(reason), snapshot(visit)
    visit.state = VisitState.CANCELLED
    visit_store(visit)
    visit_line(visit, +1, EntryCause.RETURNED, note=reason)
    event_add(visit, VisitEventKind.CANCELLED, before=kept, reason=reason, by_school=by_school)
    changes = {"by_school": (None, by_school)}
    audit_record(action="visit.cancelled", target=visit, changes=changes, reason=reason)
    school_tell(visit, CANCELLED_BY_SCHOOL if by_school else CANCELLED, reason=reason)
    visit_settled(visit, _("Visit cancelled: %(when)s"))
    return visit


def when_of(visit: Visit) -> When:
    """The time of a visit as it was agreed."""
    if visit.slot is not None:
        return SlotOn(visit.day, visit.slot)
    starts, ends = (local_time(at, _zone()) for at in (visit.starts_at, visit.ends_at))
    return TimesOn(visit.day, starts, ends)


def _check_not_over(visit: Visit) -> None:
    """Else a visit that we missed would never show as missed."""
    if visit.ends_at <= timezone.now():
        words = _("The time of this visit is over. Say that it was missed, or when the engineer arrived.")
        raise ValidationError(words, code="over")


def _zone() -> str:
    return current_provider().time_zone
