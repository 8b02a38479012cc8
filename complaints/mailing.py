"""Mail about complaints to the person who complained. Its words: `complaints.mail_kinds`."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.tenancy.memory import current_provider
from complaints import mail_kinds as kinds
from complaints.models import Complaint, ComplaintStep
from complaints.selectors import complaint_reference
from delivery.models import MailPurpose
from delivery.services import mail_enqueue
from delivery.wording.composing import mail_words
from tickets.clock_words import clock_time
from tickets.mailing import AUTOMATIC


def mail_received(complaint: Complaint) -> None:
    """We have it, also once more, who looks into it, and by when we answer, in clock time."""
    kind = kinds.AGAIN if complaint.unsatisfied_at else kinds.RECEIVED
    _mail(complaint, kind, MailPurpose.ACKNOWLEDGEMENT)


def mail_passed_up(complaint: Complaint, step: ComplaintStep) -> None:
    """From whom to whom it went, and why."""
    values = {"step.before": step.get_from_stage_display(), "step.reason": step.text}
    _mail(complaint, kinds.PASSED_UP, MailPurpose.EXPLANATION, values)


def mail_decided(complaint: Complaint) -> None:
    """The outcome, what was done and what we change."""
    assert complaint.decided_by is not None
    changes = f"{_('What we change:')}\n{complaint.change}" if complaint.change else ""
    further = _("If this does not put it right, tell us, and our senior management will look into it.")
    values = {
        "complaint.outcome": complaint.get_outcome_display(),
        "complaint.done": complaint.done,
        "complaint.change": changes,
        "complaint.next": further if complaint.may_go_on else "",
        "complaint.decided_by": complaint.decided_by.name,
    }
    _mail(complaint, kinds.DECIDED, MailPurpose.EXPLANATION, values)


def _mail(
    complaint: Complaint, kind: str, purpose: MailPurpose, values: Mapping[str, str] | None = None
) -> None:
    """To who complained; whoever has left is not mailed, the school's leads read it in the portal."""
    person, provider = complaint.raised_by, current_provider()
    if not person.is_active:
        return
    path = reverse("portal_complaints:complaint", args=[provider.slug, complaint.pk])
    with timezone.override(provider.time_zone):
        common = {
            "person.first_name": person.first_name,
            "person.name": person.name,
            "complaint.reference": complaint_reference(provider, complaint),
            "complaint.link": f"{settings.BASE_URL}{path}",
            "complaint.stage": complaint.get_stage_display(),
            "complaint.promise": clock_time(complaint.answer_by),
        }
        words = mail_words(kind, {**common, **(values or {})})
    mail_enqueue(
        purpose=purpose,
        recipients=[person.email],
        subject=words.subject,
        text=words.text,
        html=words.html,
        customer_id=complaint.customer_id,
        headers=AUTOMATIC,
    )
