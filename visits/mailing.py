"""Mail about visits to somebody responsible at the school. Words stand in visits/mail/."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.responsible import contact_of
from accounts.tenancy.memory import current_provider
from delivery.models import MailPurpose, OutboundMail
from delivery.services import mail_enqueue
from visits.models import Visit
from visits.notices import managers_tell
from visits.wording import day_words, visit_words

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def school_tell(visit: Visit, template: str, *, subject: str, **words: object) -> OutboundMail | None:
    """Mail what became of a visit. Where nobody at the school is left to write to, its success manager is told.

    `words` are what the template says besides. Reads the visit's engineer, and its contract with the customer.
    """
    person = contact_of(visit.customer_id)
    if person is None:
        _tell_unknown(visit, subject)
        return None
    provider = current_provider()
    context = {
        "provider": provider,
        "person": person,
        "visit": visit,
        "when": visit_words(visit, provider.time_zone),
        "manager": visit.contract.customer.success_manager,
        **words,
    }
    return mail_enqueue(
        purpose=MailPurpose.EXPLANATION,
        recipients=[person.email],
        subject=_("%(subject)s: %(day)s") % {"subject": subject, "day": day_words(visit.day)},
        text=render_to_string(f"visits/mail/{template}.txt", context).rstrip() + "\n",
        customer_id=visit.customer_id,
        headers=AUTOMATIC,
    )


def _tell_unknown(visit: Visit, subject: str) -> None:
    words = _("%(school)s has nobody whom we could write to: %(subject)s, %(when)s")
    managers_tell(
        visit.contract,
        key=f"visit-untold:{visit.pk}:{visit.sequence}",
        summary=words
        % {
            "school": visit.contract.customer.name,
            "subject": subject,
            "when": visit_words(visit, current_provider().time_zone),
        },
        detail=_("Please telephone, and give the school an IT lead or a relationship owner."),
    )
