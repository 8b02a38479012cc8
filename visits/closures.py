"""Booked visits that a closure hits: counted in its preview, told to whoever answers for the school (Rule P2)."""

from collections import defaultdict

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.tenancy.memory import current_provider
from contracts.models import Contract
from sla.models import Closure
from sla.services.recomputation import measuring
from sla.times import local_time
from visits.models import Visit, VisitState
from visits.notices import managers_tell
from visits.on_site_hours import on_site_hours_for
from visits.when import TimesOn
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
    rows = Visit.objects.filter(
        Q(customer_id=closure.customer_id) if closure.customer_id else Q(),
        state=VisitState.BOOKED,
        day__range=(closure.first_day, closure.last_day),
        starts_at__gt=timezone.now(),
    ).select_related("contract__customer__success_manager", "contract__package")
    zone, found = current_provider().time_zone, []
    by_contract: dict[Contract, list[Visit]] = defaultdict(list)
    for visit in rows:
        by_contract[visit.contract].append(visit)
    for contract, visits in by_contract.items():
        hours = on_site_hours_for(contract)
        for visit in visits:
            when = TimesOn(visit.day, local_time(visit.starts_at, zone), local_time(visit.ends_at, zone))
            if hours.hindrance(when) is not None:
                found.append(visit)
    return found


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
        )
