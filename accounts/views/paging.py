"""Long lists in pages of fifty, with addresses that keep the filters."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, the addresses of its neighbours and a summary in words."""

    rows: list[Any]
    total: int
    summary: str
    newer: str
    older: str


def page_of(request: HttpRequest, rows: Any, *, per_page: int = PER_PAGE) -> Page:
    """The page that the address asks for; the nearest one where it asks for a page that there is not."""
    paginator = Paginator(rows, per_page)
    page = paginator.get_page(request.GET.get("page"))
    found = list(page.object_list)
    words = _("%(first)s to %(last)s of %(all)s")
    summary = words % {"first": page.start_index(), "last": page.end_index(), "all": paginator.count}
    return Page(
        rows=found,
        total=paginator.count,
        summary=summary if paginator.num_pages > 1 else "",
        newer=_address(request, page.number - 1) if page.has_previous() else "",
        older=_address(request, page.number + 1) if page.has_next() else "",
    )


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
