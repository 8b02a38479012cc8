"""While a complaint is open: passed up, noted, named, and looked at when it is due (rules E2, S14)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from complaints.mailing import mail_passed_up
from complaints.models import Complaint, Stage, StepKind
from complaints.selectors import complaints_readable, deciders_of
from complaints.services.base import complaint_lock, staff_tell, step_add
from delivery.due import Moment
from sla.steps import LATE_AFTER


@transaction.atomic
def complaint_pass_up(*, complaint: Complaint, by: Person, to_stage: int, reason: str) -> Complaint:
    """A step up the path, by the staff or by the school, who is told. The promise to the school stays.

    Raises ValidationError by field: to_stage (not higher), reason (empty); PermissionDenied for who may not read it.
    """
    complaint = _readable(complaint, by)
    if to_stage <= complaint.stage:
        raise ValidationError({"to_stage": _("It has come that far already.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    _pass_up(complaint, by, to_stage, reason)
    return complaint


@transaction.atomic
def complaint_note(*, complaint: Complaint, by: Person, text: str) -> None:
    """A note that only the staff read. Raises ValidationError: text; PermissionDenied for people of schools."""
    complaint = _readable(complaint, by, is_open=complaint.is_open)
    if not by.is_staff:
        raise PermissionDenied
    if not text.strip():
        raise ValidationError({"text": _("Write the note.")})
    step_add(complaint, StepKind.NOTE, by=by, text=text.strip())


@transaction.atomic
def complaint_name(*, complaint: Complaint, by: Person, about: Person) -> Complaint:
    """Say whom it is about. From then on they neither read nor decide it; with them, it goes on to the next stage.

    Raises ValidationError: about (not of the staff); PermissionDenied for people of schools.
    """
    complaint = _readable(complaint, by)
    if not by.is_staff:
        raise PermissionDenied
    if not about.is_staff:
        raise ValidationError({"about": _("Choose somebody of our staff.")})
    complaint.about = about
    complaint.save()
    step_add(complaint, StepKind.NAMED, by=by, text=about.name)
    if complaint.stage == Stage.TECHNICIAN and complaint.technician_id == about.pk:
        reason = _("So that somebody else decides about it.")
        _pass_up(complaint, by, Stage.SUCCESS_MANAGER, reason)
    return complaint


def complaint_look(complaint: Complaint, moment: Moment) -> None:
    """The sweeper's work: remind who decides, then say that the promise was not kept, also to those above."""
    assert complaint.wake_at is not None  # the sweeper wakes no other
    is_late = moment.now - complaint.wake_at > LATE_AFTER
    key = f"{complaint.answer_by.isoformat()}"
    if moment.now < complaint.answer_by:
        complaint.reminded_at, complaint.wake_at = moment.now, complaint.answer_by
        complaint.save()
        summary = _("%(reference)s of %(school)s must be answered soon")
        staff_tell(complaint, deciders_of(complaint), key=f"soon:{key}", summary=summary, is_late=is_late)
        return
    complaint.overdue_at, complaint.wake_at = moment.now, None
    complaint.save()
    step_add(complaint, StepKind.OVERDUE, by=None)
    summary = _("%(reference)s of %(school)s was not answered in time")
    people = [*deciders_of(complaint), *_above(complaint)]
    staff_tell(complaint, people, key=f"overdue:{key}", summary=summary, is_late=is_late)


def _above(complaint: Complaint) -> list[int]:
    """Those of the next stage. The row itself stays where it is: people pass complaints up, with a reason."""
    above = Complaint(
        customer=complaint.customer,
        technician=complaint.technician,
        about=complaint.about,
        stage=min(complaint.stage + 1, Stage.SENIOR_MANAGEMENT),
    )
    return deciders_of(above)


def _readable(complaint: Complaint, by: Person, *, is_open: bool = True) -> Complaint:
    if not complaints_readable(by).filter(pk=complaint.pk).exists():
        raise PermissionDenied
    return complaint_lock(complaint, is_open=is_open)


def _pass_up(complaint: Complaint, by: Person, to_stage: int, reason: str) -> None:
    before, complaint.stage = complaint.stage, to_stage
    complaint.save()
    step = step_add(complaint, StepKind.PASSED_UP, by=by, text=reason.strip(), from_stage=before)
    mail_passed_up(complaint, step)
    staff_tell(
        complaint,
        deciders_of(complaint),
        key=f"step:{step.pk}",
        summary=_("%(reference)s of %(school)s was passed up to you"),
    )
