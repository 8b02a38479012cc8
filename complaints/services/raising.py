"""Raising a complaint, and the provider's promise for answering one (Rule E2)."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person
from accounts.services import audit_record
from accounts.tenancy.scope import as_provider, as_system
from complaints.mailing import mail_received
from complaints.models import Complaint, ComplaintSettings, Stage, StepKind
from complaints.selectors import deciders_of
from complaints.services.base import promise, staff_tell, step_add
from tickets.models import Channel, Ticket


@transaction.atomic
def complaint_raise(
    *,
    customer: Customer,
    raised_by: Person,
    wrong: str,
    remedy: str = "",
    to_stage: int = Stage.SUCCESS_MANAGER,
    ticket: Ticket | None = None,
    about: Person | None = None,
    channel: str = Channel.PORTAL,
    recorded_by: Person | None = None,
    digest: str = "",
) -> Complaint:
    """Take a complaint: a number, a promise in clock time, an acknowledgement by mail; those who decide are told.

    A form with a `digest` that was sent before makes no second one: the first is returned.

    Raises ValidationError by field: wrong (empty), ticket (of another school), to_stage (no technician in charge, or
    the very person it is about), about (not of the staff).
    """
    technician = ticket.assignee if ticket is not None else None
    problems = _problems(customer, ticket, technician, about, to_stage, wrong)
    if problems:
        raise ValidationError(problems)
    number = _next_number()  # whoever sends the same form meanwhile waits here
    first = Complaint.objects.filter(customer=customer, digest=digest).first() if digest else None
    if first is not None:
        return first
    now = timezone.now()
    complaint = Complaint(
        customer=customer,
        number=number,
        digest=digest,
        ticket=ticket,
        raised_by=raised_by,
        recorded_by=recorded_by,
        channel=channel,
        about=about,
        technician=technician,
        wrong=wrong.strip(),
        remedy=remedy.strip(),
        stage=to_stage,
        raised_at=now,
    )
    promise(complaint, now)
    complaint.save()
    step_add(complaint, StepKind.RAISED, by=recorded_by or raised_by)
    mail_received(complaint)
    staff_tell(
        complaint, deciders_of(complaint), key="raised", summary=_("%(school)s complains: %(reference)s")
    )
    return complaint


@transaction.atomic
def complaint_settings_save(*, answer_hours: int) -> ComplaintSettings:
    """In how many working hours complaints are answered from now on. Raises ValidationError: answer_hours."""
    row = ComplaintSettings.objects.first() or ComplaintSettings()
    before, row.answer_hours = row.answer_hours, answer_hours
    row.clean_fields()
    row.save()
    audit_record(action="complaint.settings", target=row, changes={"answer_hours": (before, answer_hours)})
    return row


def _problems(
    customer: Customer,
    ticket: Ticket | None,
    technician: Person | None,
    about: Person | None,
    to_stage: int,
    wrong: str,
) -> dict[str, str]:
    found = {}
    if not wrong.strip():
        found["wrong"] = _("Say what went wrong.")
    if ticket is not None and ticket.customer_id != customer.pk:
        found["ticket"] = _("This request is of another school.")
    if about is not None and not about.is_staff:
        found["about"] = _("Choose somebody of our staff.")
    if to_stage == Stage.TECHNICIAN:
        if technician is None or not technician.is_active:
            found["to_stage"] = _("Nobody is in charge of it: choose the customer success manager.")
        elif technician == about:
            found["to_stage"] = _("It is about the technician: choose the customer success manager or above.")
    return found


def _next_number() -> int:
    """The provider's next number, without gaps and with those that the reader may not see: others wait for this."""
    with as_provider(), as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('complaints.number'), tenancy_provider()::int)")
        newest = Complaint.objects.aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1
