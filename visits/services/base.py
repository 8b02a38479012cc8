"""What the visit services share: locks in a fixed order, a stale form, the last line against double booking, events.

Locks are taken in this order by all of them: the contract's row (allowance), the calendars for an edit where its
clocks run in visits, the visit's row, the calendars' revision, then the engineers' rows by id.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.scope import current_scope
from contracts.models import Contract
from sla.services.on_site_time import calendars_hold_for_edit
from visits.changes import visit_happened
from visits.models import Visit, VisitEvent, VisitEventKind, VisitState

# What an event keeps of the visit from before it.
KEPT = (
    "state",
    "engineer_id",
    "slot_id",
    "day",
    "starts_at",
    "ends_at",
    "arrived_at",
    "departed_at",
    "work_done",
    "signed_by",
)


def contract_lock(contract_id: int) -> Contract:
    """The contract with what visits read of it, locked: one visit of its allowance is decided after the other."""
    rows = Contract.objects.select_for_update(no_key=True, of=("self",))
    contract = rows.select_related("package__version", "calendar", "customer__success_manager").get(
        pk=contract_id
    )
    if contract.package.clock_runs_in_visits:
        calendars_hold_for_edit()  # its visits are the hours of its clocks
    return contract


def visit_lock(visit: Visit, sequence: int) -> Visit:
    """The visit as it stands now, locked after its contract, which it brings along.

    Raises ValidationError (code 'stale') where it has changed since `sequence`.
    """
    contract = contract_lock(visit.contract_id)
    rows = Visit.objects.select_for_update(of=("self",)).select_related("engineer", "slot")
    fresh = rows.get(pk=visit.pk)
    if fresh.sequence != sequence:
        words = _("Somebody has changed this visit meanwhile. Look at it again before you change it.")
        raise ValidationError(words, code="stale")
    fresh.contract, fresh.customer = contract, contract.customer
    return fresh


def engineers_lock(engineers: Iterable[Person]) -> None:
    """Hold these engineers: whoever else books one of them waits, and then sees this visit."""
    keys = {engineer.pk for engineer in engineers}
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def visit_store(visit: Visit) -> None:
    """Save a visit, one step on in its calendar. Raises ValidationError where the engineer is elsewhere then."""
    if visit.pk:
        visit.sequence += 1
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        if "visit_engineer_in_one_place" in str(error):
            words = _("%(name)s has another visit at that time.") % {"name": visit.engineer.name}
            raise ValidationError({"engineer": words}) from error
        raise


def snapshot(visit: Visit) -> dict[str, Any]:
    """The visit in plain JSON values, to be kept by the event that changes it."""
    return {name: _plain(getattr(visit, name)) for name in KEPT}


def event_add(
    visit: Visit,
    kind: VisitEventKind,
    *,
    before: dict[str, Any] | None = None,
    reason: str = "",
    by_school: bool = False,
    undoes: VisitEvent | None = None,
) -> VisitEvent:
    """A line in the visit's history, told to whoever listens."""
    event = VisitEvent.objects.create(
        customer_id=visit.customer_id,
        visit=visit,
        kind=kind,
        at=timezone.now(),
        by_id=current_scope().person_id,
        reason=reason,
        by_school=by_school,
        before=before or {},
        undoes=undoes,
    )
    visit_happened(visit, event)
    return event


def check_state(visit: Visit, *allowed: VisitState) -> None:
    """Raises ValidationError where what is wanted cannot be done with a visit in this state."""
    if visit.state not in allowed:
        words = _("This cannot be done with a visit that is: %(state)s.") % {
            "state": visit.get_state_display()
        }
        raise ValidationError(words, code="state")


def check_reason(reason: str) -> str:
    """The reason without white space around. Raises ValidationError for none."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return reason.strip()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
