"""The outcome of a complaint, and the school that is not satisfied with it (Rule E2)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, StaffRole
from accounts.responsible import holders_of
from complaints.mailing import mail_decided, mail_received
from complaints.models import Complaint, Outcome, Stage, StepKind
from complaints.selectors import complaints_readable, deciders_of, may_decide
from complaints.services.base import complaint_lock, promise, staff_tell, step_add


@transaction.atomic
def complaint_decide(
    *, complaint: Complaint, by: Person, outcome: str, done: str, change: str = ""
) -> Complaint:
    """Decide it and tell the school. Decided by senior management, it has gone as far as it goes.

    Raises PermissionDenied for who may not decide it, above all the person it is about; ValidationError by field:
    outcome, done (empty), and with code 'moved_on' where it was decided meanwhile.
    """
    complaint = complaint_lock(complaint)
    if not may_decide(by, complaint):
        raise PermissionDenied
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Choose an outcome.")})
    if not done.strip():
        raise ValidationError({"done": _("Say what was found and done. The school reads it.")})
    before = complaint.stage
    if by.pk in holders_of(StaffRole.SENIOR_MANAGEMENT):
        complaint.stage = Stage.SENIOR_MANAGEMENT
    complaint.outcome, complaint.done, complaint.change = outcome, done.strip(), change.strip()
    complaint.decided_by, complaint.decided_at, complaint.wake_at = by, timezone.now(), None
    complaint.save()
    text = "\n\n".join(filter(None, [str(Outcome(outcome).label), complaint.done, complaint.change]))
    step_add(complaint, StepKind.DECIDED, by=by, text=text, from_stage=before)
    mail_decided(complaint)
    return complaint


@transaction.atomic
def complaint_unsatisfied(*, complaint: Complaint, by: Person, reason: str) -> Complaint:
    """The school takes it to senior management, once. The first outcome stays in the history.

    Raises PermissionDenied for who may not read it or is of the staff; ValidationError: reason, and with code
    'moved_on' where it is open again, was said before, or senior management has decided.
    """
    if by.is_staff or not complaints_readable(by).filter(pk=complaint.pk).exists():
        raise PermissionDenied
    complaint = complaint_lock(complaint, is_open=False)
    if not complaint.may_go_on:
        raise ValidationError(_("Our senior management has decided this."), code="moved_on")
    if not reason.strip():
        raise ValidationError({"reason": _("Say what is still wrong.")})
    now, before = timezone.now(), complaint.stage
    complaint.stage, complaint.unsatisfied_at = Stage.SENIOR_MANAGEMENT, now
    complaint.outcome = complaint.done = complaint.change = ""
    complaint.decided_by = complaint.decided_at = None
    promise(complaint, now)
    complaint.save()
    step_add(complaint, StepKind.UNSATISFIED, by=by, text=reason.strip(), from_stage=before)
    mail_received(complaint)
    summary = _("%(school)s is not satisfied with the outcome of %(reference)s")
    staff_tell(complaint, deciders_of(complaint), key="unsatisfied", summary=summary)
    return complaint
