"""What the services of complaints share: the locked row, its history, its due times, who is told."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_provider
from complaints.models import USUAL_HOURS, Complaint, ComplaintSettings, ComplaintStep, StepKind
from complaints.selectors import complaint_reference
from delivery.services import notification_add
from sla.desk_time import desk_hours_later
from tickets.services.telling import tell_in_confidence


def complaint_lock(complaint: Complaint, *, is_open: bool = True) -> Complaint:
    """The complaint, locked until the end of the transaction and read afresh.

    Raises ValidationError with code 'moved_on' where it is not open, or not decided, any longer.
    """
    related = ("customer__success_manager", "technician", "raised_by")
    rows = Complaint.objects.select_for_update(of=("self",)).select_related(*related)
    fresh = rows.get(pk=complaint.pk)
    if fresh.is_open != is_open:
        words = _("It has been decided meanwhile.") if is_open else _("It is being looked into already.")
        raise ValidationError(words, code="moved_on")
    return fresh


def promise(complaint: Complaint, start: datetime) -> None:
    """Set the instant by which we answer, and the reminder at three quarters of the working time, not stored yet."""
    with as_provider():
        settings = ComplaintSettings.objects.first()
        hours = settings.answer_hours if settings else USUAL_HOURS
        complaint.answer_by = desk_hours_later(start, hours)
        complaint.wake_at = (
            desk_hours_later(start, max(1, hours * 3 // 4)) if hours > 1 else complaint.answer_by
        )
    complaint.reminded_at = complaint.overdue_at = None


def step_add(
    complaint: Complaint, kind: StepKind, *, by: Person | None, text: str = "", from_stage: int | None = None
) -> ComplaintStep:
    """A line of the history, and of the audit trail."""
    step = ComplaintStep.objects.create(
        customer_id=complaint.customer_id,
        complaint=complaint,
        kind=kind,
        from_stage=complaint.stage if from_stage is None else from_stage,
        to_stage=complaint.stage,
        by=by,
        at=timezone.now(),
        text=text,
    )
    audit_record(action=f"complaint.{kind}", target=complaint)
    return step


def staff_tell(
    complaint: Complaint, person_ids: Iterable[int], *, key: str, summary: str, is_late: bool = False
) -> None:
    """Tell people of the staff, each once for each key; never the person it is about.

    A complaint about a confidential ticket is read by the ticket's readers; others hear that it needs attention (T6).
    """
    told = [one for one in dict.fromkeys(person_ids) if one != complaint.about_id]
    key = f"complaint:{complaint.pk}:{key}"
    if complaint.ticket is not None and complaint.ticket.is_confidential:
        tell_in_confidence(ticket=complaint.ticket, person_ids=told, key=key, is_late=is_late)
        return
    provider = current_provider()
    words = {
        "reference": complaint_reference(provider, complaint),
        "school": complaint.customer.name,
    }
    for person_id in told:
        notification_add(
            person_id=person_id,
            key=key,
            summary=summary % words,
            path=reverse("complaints:complaint", args=[provider.slug, complaint.pk]),
            customer_id=complaint.customer_id,
            is_late=is_late,
        )
