"""Emergency callouts: for major failures, where the package includes them, also with no visit left (Rule P4)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.memory import current_provider
from contracts.models import Answer, ClauseTopic, Contract, EmergencyCallout
from contracts.selectors import topic_answer
from sla.models import ServiceLevel
from visits.allowances import allowance_book, allowance_of
from visits.mail_kinds import CALLOUT
from visits.mailing import school_tell
from visits.models import AllowanceKind, EntryCause, Visit, VisitKind
from visits.notices import managers_tell
from visits.on_site_hours import visit_policy
from visits.selectors import response_promised
from visits.services.base import contract_lock
from visits.services.booking import visit_booked, visit_make
from visits.services.checking import check_engineer, check_when
from visits.when import TimesOn
from visits.wording import visit_words

USED_BY: dict[str, str] = {
    EmergencyCallout.SCHEDULED_VISIT: AllowanceKind.SCHEDULED_VISIT,
    EmergencyCallout.ON_DEMAND_VISIT: AllowanceKind.ON_DEMAND_VISIT,
}
INCLUDED = frozenset({Answer.COVERED, Answer.LIMITED})


@transaction.atomic
def callout_book(
    *, contract: Contract, level: ServiceLevel, when: TimesOn, engineer: Person, reason: str
) -> Visit:
    """Send an engineer at once, for a level that the provider allows it for (Rule P4). The school is told.

    It begins inside on-site hours and may last longer. It uses up a visit as the package says; with none left it
    still happens, and the success manager is told. Raises ValidationError by field: level, contract, day, starts,
    ends, engineer.
    """
    contract = contract_lock(contract.pk)
    callout_check(contract=contract, level=level, day=when.day)
    check_when(allowance_book(contract), VisitKind.CALLOUT, when)
    check_engineer(engineer, when, kind=VisitKind.CALLOUT)
    uses = USED_BY.get(contract.package.emergency_callout, "")
    visit = visit_make(contract, kind=VisitKind.CALLOUT, when=when, engineer=engineer, uses=uses)
    visit_booked(visit, reason=reason.strip(), cause=EntryCause.CALLOUT)
    _tell_below_zero(visit)
    school_tell(visit, CALLOUT, promise=_promise(visit))
    return visit


def _promise(visit: Visit) -> str:
    if response_promised(visit):
        return _("The time in which we respond begins when the engineer arrives.")
    return _("This lies outside our desk hours, in which alone we promise a time to respond.")


def callout_check(*, contract: Contract, level: ServiceLevel, day: date) -> None:
    """Refuse a callout that level or contract of a local day do not allow (rules P4, P8): ValidationError by field."""
    if level.rank > visit_policy().callout_rank:
        words = _("An emergency callout is for major failures only, not for: %(level)s.")
        raise ValidationError({"level": words % {"level": level.name}})
    _check_included(contract, day)


def _check_included(contract: Contract, day: date) -> None:
    """What the package says, or what was agreed instead of it (Rule P8)."""
    answer = topic_answer(contract=contract, topic=ClauseTopic.EMERGENCY_CALLOUT, day=day)
    own = contract.package.emergency_callout != EmergencyCallout.NO
    is_included = answer.answer in INCLUDED if answer.is_varied else own
    if not is_included:
        words = _("The contract does not include emergency callouts: %(why)s")
        raise ValidationError({"contract": words % {"why": answer.wording}})


def _tell_below_zero(visit: Visit) -> None:
    if visit.uses != AllowanceKind.SCHEDULED_VISIT:
        return  # of on-demand visits the thresholds of fair use tell
    allowance = allowance_of(visit.contract, AllowanceKind.SCHEDULED_VISIT, visit.day)
    if allowance.is_past:
        words = _("%(school)s: an emergency callout with no scheduled visit left")
        managers_tell(
            visit.contract,
            key=f"callout-below-zero:{visit.pk}",
            summary=words % {"school": visit.contract.customer.name},
            detail=_("%(when)s. Visits left: %(left)d.")
            % {"when": visit_words(visit, current_provider().time_zone), "left": allowance.left or 0},
        )
