"""The school's page of visits: who comes when, what was done, and what is left."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Customer, CustomerMembership
from accounts.own_schools import school_chosen
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.tenancy.access import contact_view, portal_view
from accounts.views.asking import slug_of
from accounts.views.paging import page_of
from contracts.models import Answer, ClauseTopic, Contract, VisitWindow
from contracts.selectors import CoverageAnswer, contracts_with_terms, held_on, topic_answer
from contracts.views.customers import today
from visits.allowance_lines import left_context
from visits.models import VisitState
from visits.panels import visit_request_address
from visits.selectors import visits_with_names

AHEAD = (VisitState.BOOKED, VisitState.ON_SITE)
SHOWN_AHEAD = 20


@dataclass(frozen=True, slots=True)
class OnDemand:
    """What the package says about visits that are asked for; `address` is where to ask, '' where one cannot."""

    answer: CoverageAnswer
    address: str


@require_safe
@portal_view
def visits(request: HttpRequest) -> HttpResponse:
    """The visits of one school. What was done, and what is left, is for those who see the whole school."""
    schools = list(Customer.objects.filter(is_active=True).order_by("name"))
    chosen = school_chosen(request)
    school = next((one for one in schools if one == chosen), schools[0] if schools else None)
    if school is None:
        return render(request, "visits/portal/visits.html", {"schools": []})
    tenant: Any = request
    day = today(request)
    sees_all = CustomerMembership.objects.filter(
        person=tenant.person, customer=school, role__in=SEES_WHOLE_SCHOOL
    ).exists()
    contract = contracts_with_terms().select_related("customer").filter(held_on(day), customer=school).first()
    rows = visits_with_names().filter(customer=school)
    over = rows.filter(
        state__in=[VisitState.DONE, VisitState.MISSED, VisitState.CANCELLED, VisitState.IN_LIEU]
    )
    context = {
        "school": school,
        "schools": schools,
        "ahead": rows.filter(state__in=AHEAD, day__gte=day)[:SHOWN_AHEAD],
        "page": page_of(request, over.select_related("replaced_by").order_by("-starts_at"), per_page=20)
        if sees_all
        else None,
        "contract": contract,
        "left": {
            "url": reverse("portal_visits:left", args=[slug_of(request), contract.pk]),
            "part": "#left-bars",
        }
        if contract and sees_all
        else None,
        "on_demand": _on_demand(request, contract, day) if contract else None,
        "sees_all": sees_all,
    }
    return render(request, "visits/portal/visits.html", context)


@require_safe
@contact_view(SEES_WHOLE_SCHOOL)
def left(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left of a contract and its next visits: a page of its own, and part of others."""
    tenant: Any = request
    own = CustomerMembership.objects.filter(person=tenant.person, role__in=SEES_WHOLE_SCHOOL)
    rows = contracts_with_terms().select_related("customer").filter(customer__in=own.values("customer"))
    context = left_context(get_object_or_404(rows, pk=pk), today(request), for_staff=False)
    return render(request, "visits/portal/left.html", context)


def _on_demand(request: HttpRequest, contract: Contract, day: date) -> OnDemand:
    answer = topic_answer(contract=contract, topic=ClauseTopic.ON_DEMAND_VISITS, day=day)
    included = contract.package.has_on_demand_visits or answer.answer in {Answer.COVERED, Answer.LIMITED}
    has_somebody = contract.package.visit_window == VisitWindow.FULL_TIME
    is_open = included and contract.package.has_desk_access and not has_somebody
    return OnDemand(
        answer, visit_request_address(slug_of(request), contract.customer.slug) if is_open else ""
    )
