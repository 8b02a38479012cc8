"""Taking back what was recorded of a visit by mistake: the newest step, then the one before it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit_record
from visits.allowances import allowance_book
from visits.changes import visit_stepped
from visits.mail_kinds import REINSTATED
from visits.mailing import school_tell
from visits.models import (
    USES_ALLOWANCE,
    EntryCause,
    Visit,
    VisitEvent,
    VisitEventKind,
    VisitState,
)
from visits.services.base import check_reason, engineers_lock, event_add, snapshot, visit_lock, visit_store
from visits.services.booking import visit_settled
from visits.services.checking import check_allowance
from visits.services.ledger import visit_line

STEPS = (VisitEventKind.ARRIVED, VisitEventKind.DEPARTED)
OUTCOMES = (VisitEventKind.MISSED, VisitEventKind.CANCELLED, VisitEventKind.IN_LIEU)
# The school was told of these.
TOLD = (VisitEventKind.CANCELLED, VisitEventKind.IN_LIEU)


@transaction.atomic
def visit_undo(*, visit: Visit, sequence: int, reason: str) -> Visit:
    """Take back that the engineer arrived or left, or that the visit was missed, cancelled or replaced.

    The school is told where it was told of what is taken back. Raises ValidationError where nothing can be taken back,
    another visit or a session stands in its place, the purchased visits are used by others meanwhile (code
    'none_left'), or the engineer is elsewhere.
    """
    visit = visit_lock(visit, sequence)
    reason, kept = check_reason(reason), snapshot(visit)
    event = newest_step(visit)
    if event is None:
        raise ValidationError(_("There is nothing to take back. Move or cancel the visit instead."))
    _check_place(visit)
    was = VisitState(visit.state)
    _restore(visit, event.before)
    if was not in USES_ALLOWANCE:
        check_allowance(allowance_book(visit.contract), visit.kind, visit.uses, visit.day)
    engineers_lock([visit.engineer])
    visit_store(visit)
    _lines(visit, was, reason)
    event_add(visit, VisitEventKind.UNDONE, before=kept, reason=reason, undoes=event)
    audit_record(action="visit.undone", target=visit, changes={"state": (was, visit.state)}, reason=reason)
    if event.kind in TOLD:
        school_tell(visit, REINSTATED)
    if event.kind in STEPS:
        visit_stepped(visit, VisitEventKind.UNDONE)
    else:
        visit_settled(visit, _("Visit takes place after all: %(when)s"))
    return visit


def newest_step(visit: Visit) -> VisitEvent | None:
    """What `visit_undo` would take back; None where it would refuse."""
    events = visit.events.filter(undone_by__isnull=True).exclude(kind=VisitEventKind.UNDONE)
    newest = events.order_by("-id").first()
    return newest if newest is not None and newest.kind in {*STEPS, *OUTCOMES} else None


def _check_place(visit: Visit) -> None:
    if Visit.objects.filter(replaces=visit).exists():
        raise ValidationError(_("Another visit was booked in its place already."), code="replaced")
    if visit.sessions_in_lieu.filter(undone_at__isnull=True).exists():
        words = _("Remote sessions were given in its place. Take them back first.")
        raise ValidationError(words, code="replaced")


def _restore(visit: Visit, before: dict[str, Any]) -> None:
    """What a step or an outcome changes; time and engineer are changed by moving."""
    visit.state = VisitState(before["state"])
    visit.arrived_at, visit.departed_at = _instant(before["arrived_at"]), _instant(before["departed_at"])
    visit.work_done, visit.signed_by = before["work_done"], before["signed_by"]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _lines(visit: Visit, was: VisitState, reason: str) -> None:
    if was == VisitState.IN_LIEU:
        visit_line(visit, +1, EntryCause.UNDONE, note=reason)
    if was not in USES_ALLOWANCE or was == VisitState.IN_LIEU:
        visit_line(visit, -1, EntryCause.UNDONE, note=reason)
