"""Settings: the coverage tester ('a projector 3 metres up, Oakfield → …') with the clause that decides."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from contracts.coverage import FACTS, Coverage, CoverageBook, Fact
from contracts.forms.coverage import CoverageTesterForm
from contracts.models import ClauseTopic, Package
from contracts.selectors import contract_on
from contracts.views.customers import today


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def coverage_tester(request: HttpRequest) -> HttpResponse:
    """A question in the address, its answer on the page; nothing is written."""
    chosen = CoverageTesterForm(request.GET or None)
    book, has_contract = None, True
    if chosen.is_bound and chosen.is_valid():
        book = _book(chosen.cleaned_data, today(request))
        has_contract = book is not None
    topic = ClauseTopic(chosen.cleaned_data["topic"]) if book else None
    form, coverage = chosen, None
    if book and topic:
        form = CoverageTesterForm(request.GET, facts=_asked(book, topic))
        coverage = _answer(form, book, topic)
    context = {"form": form, "coverage": coverage, "has_contract": has_contract}
    # htmx shows no answer that is an error, and a question half asked is none.
    status = 422 if form.errors and "HX-Request" not in request.headers else 200
    return settings_page(request, "contracts/settings/coverage_tester.html", context, status=status)


def _book(data: dict[str, Any], day: date) -> CoverageBook | None:
    """What the chosen package says, or else the school's contract of the day; None where there is none."""
    package: Package | None = data["package"]
    if package is not None:
        return CoverageBook.of_package(package)
    contract = contract_on(customer_id=data["customer"].pk, day=day)
    return CoverageBook.of_contract(contract, day) if contract else None


def _asked(book: CoverageBook, topic: ClauseTopic) -> list[Fact]:
    return [FACTS["channel"], *(fact for fact in book.facts_of(topic) if fact.key != "channel")]


def _answer(form: CoverageTesterForm, book: CoverageBook, topic: ClauseTopic) -> Coverage | None:
    return book.answer(topic, form.known()) if form.is_valid() else None
