"""Settings: the deadline tester ('logged Friday 16:00, High, Oakfield → …') with the reasons."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Customer
from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import slug_of
from contracts.forms.contracts import TesterForm
from contracts.promises import Promise, PromiseBook, UnknownAnswer
from sla.working_time import Counted, Gap, ReasonKind, TraceRow

REASONS = {
    ReasonKind.OUTSIDE_HOURS: gettext_lazy("outside the hours"),
    ReasonKind.WEEKEND: gettext_lazy("weekend"),
    ReasonKind.BETWEEN_VISITS: gettext_lazy("no visit"),
    ReasonKind.PAUSE: gettext_lazy("waiting"),
}


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def tester(request: HttpRequest) -> HttpResponse:
    """A question in the address, its answer on the page; nothing is written."""
    book = PromiseBook.of(slug_of(request))
    form = _form(request, book)
    promise, problem = None, ""
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            promise = book.promise(
                level=data["level"], at=datetime.combine(data["day"], data["time"]), customer=data["customer"]
            )
        except UnknownAnswer as error:
            problem = str(error)
    context = {
        "form": form,
        "promise": promise,
        "problem": problem,
        "rows": [_row(row) for row in promise.trace()] if promise else [],
        "terms": _terms(promise) if promise else "",
    }
    return settings_page(
        request, "contracts/settings/tester.html", context, status=422 if form.errors else 200
    )


def _form(request: HttpRequest, book: PromiseBook) -> TesterForm:
    now = timezone.now().astimezone(book.zone)
    levels = [(level.key, level.name) for level in book.levels.values()]
    customers = list(Customer.objects.filter(is_active=True).values_list("slug", "name"))
    initial = {"day": now.date(), "time": now.time().replace(second=0, microsecond=0)}
    return TesterForm(request.GET or None, initial=initial, levels=levels, customers=customers)


def _terms(promise: Promise) -> str:
    if promise.contract is None:
        return _("Newest edition of the agreement, in the desk's own hours: no contract holds on that day.")
    return _("%(package)s, in %(calendar)s") % {
        "package": promise.contract.package.name,
        "calendar": promise.contract.calendar.name,
    }


def _row(row: TraceRow) -> dict[str, Any]:
    if isinstance(row, Counted):
        minutes, total = (int(one.total_seconds() // 60) for one in (row.working, row.running_total))
        return {"starts": row.starts, "ends": row.ends, "minutes": minutes, "total": total}
    return {"starts": row.starts, "ends": row.ends, "words": ", ".join(_reasons(row))}


def _reasons(gap: Gap) -> list[str]:
    return [reason.name or str(REASONS.get(reason.kind, reason.kind)) for reason in gap.reasons]
