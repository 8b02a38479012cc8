"""The school's own contract, for those who look after it: relationship owner, business manager and IT lead."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.files import download
from accounts.models import CustomerMembership
from accounts.own_schools import of_school_chosen
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.tenancy.access import contact_view
from accounts.views.asking import slug_of
from contracts.contract_page import contract_context
from contracts.models import Contract, ContractDocument
from contracts.views.customers import today
from contracts.views.pages import day_asked, timeline_context


@require_safe
@contact_view(SEES_WHOLE_SCHOOL)
def contract_list(request: HttpRequest) -> HttpResponse:
    """The contracts of the person's schools, the newest first."""
    contracts = of_school_chosen(request, _readable(request))
    return render(request, "contracts/portal/list.html", {"contracts": contracts, "day": today(request)})


@require_safe
@contact_view(SEES_WHOLE_SCHOOL)
def contract_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was agreed and what holds."""
    contract = get_object_or_404(_readable(request), pk=pk)
    now = today(request)
    day, form = day_asked(request, now)
    context = contract_context(contract=contract, day=day, today=now, for_staff=False, slug=slug_of(request))
    return render(request, "contracts/portal/contract.html", {**context, "form": form, "today": now})


@require_safe
@contact_view(SEES_WHOLE_SCHOOL)
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """What held when."""
    contract = get_object_or_404(_readable(request), pk=pk)
    return render(request, "contracts/portal/timeline.html", timeline_context(request, contract))


@require_safe
@contact_view(SEES_WHOLE_SCHOOL)
def document(request: HttpRequest, pk: int) -> FileResponse:
    """A document of a contract, as a download."""
    return download(
        get_object_or_404(ContractDocument.objects.filter(contract__in=_readable(request)), pk=pk)
    )


def _readable(request: HttpRequest) -> QuerySet[Contract]:
    tenant: Any = request
    own = CustomerMembership.objects.filter(person=tenant.person, role__in=SEES_WHOLE_SCHOOL)
    rows = Contract.objects.filter(customer__in=own.values("customer"))
    return rows.select_related("customer__success_manager", "package__version", "calendar")
