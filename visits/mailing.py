"""Mail about visits to somebody responsible at the school. Its words: `visits.mail_kinds`."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import Customer, Person
from accounts.responsible import contact_of
from accounts.tenancy.memory import current_provider
from delivery.models import MailPurpose, OutboundMail
from delivery.services import mail_enqueue
from delivery.wording.composing import mail_words
from delivery.wording.kinds import mail_kind
from visits.mail_kinds import PLANNED
from visits.models import PlannedVisit, Visit
from visits.notices import managers_tell
from visits.wording import day_words, visit_words

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def school_tell(visit: Visit, kind: str, **words: str) -> OutboundMail | None:
    """Mail what became of a visit. Where nobody at the school is left to write to, its success manager is told.

    `words` are what the kind says besides, `reason` for its variable `visit.reason`. Reads the visit's engineer, and
    its contract with the customer.
    """
    person = contact_of(visit.customer_id)
    if person is None:
        _tell_unknown(visit, str(mail_kind(kind).name))
        return None
    values = {
        "visit.when": visit_words(visit, current_provider().time_zone),
        "visit.day": day_words(visit.day),
        "visit.engineer": visit.engineer.name,
        **{f"visit.{name}": value for name, value in words.items()},
    }
    return _mail(visit.contract.customer, person, kind, values)


def planned_tell(school: Customer, planned: Sequence[PlannedVisit]) -> OutboundMail | None:
    """One mail with all visits of a school, where somebody is left to write to."""
    person = contact_of(school.pk)
    if person is None:
        return None
    line = _("%(day)s, %(starts)s to %(ends)s, %(engineer)s")
    lines = [
        line
        % {
            "day": day_words(one.day),
            "starts": f"{one.slot.starts:%H:%M}",
            "ends": f"{one.slot.ends:%H:%M}",
            "engineer": one.engineer.name,
        }
        for one in planned
    ]
    values = {"visits.list": "\n".join(lines), "visits.first_day": day_words(planned[0].day)}
    return _mail(school, person, PLANNED, values)


def _mail(school: Customer, person: Person, kind: str, values: dict[str, str]) -> OutboundMail:
    common = {
        "person.first_name": person.first_name,
        "person.name": person.name,
        "school.name": school.name,
        "contact.advice": _advice(school),
    }
    words = mail_words(kind, common | values)
    return mail_enqueue(
        purpose=MailPurpose.EXPLANATION,
        recipients=[person.email],
        subject=words.subject,
        text=words.text,
        html=words.html,
        customer_id=school.pk,
        headers=AUTOMATIC,
    )


def _advice(school: Customer) -> str:
    if manager := school.success_manager:
        return _(
            "If this does not suit you, please tell your customer success manager, %(manager)s, %(email)s."
        ) % {"manager": manager.name, "email": manager.email}
    provider = current_provider()
    return _("If this does not suit you, please tell us: %(phone)s %(email)s.") % {
        "phone": provider.support_phone,
        "email": provider.support_email,
    }


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
