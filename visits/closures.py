"""Booked visits that a closure or a contract's end hits: told to whoever answers for the school (Rule P2)."""

from collections import defaultdict

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.tenancy.memory import current_provider
from contracts.models import Contract
from sla.models import Closure
from sla.services.recomputation import measuring
from visits.hindered import Cause, visits_hindered
from visits.models import Visit
from visits.notices import managers_tell
from visits.wording import visit_words


def closure_hits(closure: Closure) -> str:
    """How many booked visits cannot happen any more; registered at `sla.closing.on_closure`.

    Outside a preview the success manager of each school hears which, once for each closure and change of its days.
    """
    hit = visits_closed(closure)
    if not hit:
        return ""
    if measuring() is None:
        _tell(closure, hit)
    words = ngettext(
        "%(n)d booked visit cannot take place then: move or cancel it.",
        "%(n)d booked visits cannot take place then: move or cancel them.",
        len(hit),
    )
    return words % {"n": len(hit)}


def visits_closed(closure: Closure) -> list[Visit]:
    """The booked visits ahead on the days of a closure at which their school cannot be visited as things stand."""
    days = Q(day__range=(closure.first_day, closure.last_day))
    school = Q(customer_id=closure.customer_id) if closure.customer_id else Q()
    found = visits_hindered(days & school, now=timezone.now())
    return [one.visit for one in found if Cause.SCHOOL in one.reasons]


def contract_end_hits(contract: Contract) -> None:
    """Tell the school's success manager which visits are booked after the contract's last day.

    Registered at `contracts.ending.on_contract_shortened`.
    """
    assert contract.ends_on is not None
    after = Q(contract=contract, day__gt=contract.ends_on)
    hit = [one.visit for one in visits_hindered(after, now=timezone.now())]
    if hit:
        zone = current_provider().time_zone
        managers_tell(
            contract,
            key=f"contract-end-hits:{contract.pk}:{contract.ends_on}",
            summary=_("%(school)s: visits are booked after the end of the contract")
            % {"school": contract.customer.name},
            detail="\n".join(visit_words(visit, zone) for visit in hit),
            path=hindered_path(contract),
        )


def hindered_path(contract: Contract) -> str:
    """The page that lists what cannot take place at the contract's school."""
    page = reverse("visits:hindered", args=[current_provider().slug])
    return f"{page}?school={contract.customer.slug}"


def _tell(closure: Closure, hit: list[Visit]) -> None:
    by_contract: dict[Contract, list[Visit]] = defaultdict(list)
    for visit in hit:
        by_contract[visit.contract].append(visit)
    zone = current_provider().time_zone
    for contract, visits in by_contract.items():
        managers_tell(
            contract,
            key=f"closure-hits:{closure.pk}:{closure.first_day}:{closure.last_day}:{contract.pk}",
            summary=_("%(school)s: visits cannot take place because of %(closure)s")
            % {"school": contract.customer.name, "closure": closure.name},
            detail="\n".join(visit_words(visit, zone) for visit in visits),
            path=hindered_path(contract),
        )
