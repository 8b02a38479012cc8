"""The queue page costs what it shows, not what is stored; and what sign-in, tenancy and the page's frame add to a
bare list of the same rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.desks import SLUG, DemoDesk, demo_desk
from benchmarks.registry import Direction, Ratio, benchmark
from benchmarks.timing import best_seconds, compare, human

if TYPE_CHECKING:
    from django.test import Client

FEW, MANY = 2_000, 200_000
OPEN_OF_FEW, OPEN_OF_MANY = 500, 5_000
QUEUE = f"/{SLUG}/desk/queue/"
SEARCHED = "projector"
QUERIES = 12
REPEAT = 30


@dataclass(frozen=True, slots=True)
class Measured:
    """Shortest wall times in seconds, and the queries of one page once the process is warm."""

    page: float
    search: float
    portal: float
    queries: int
    of_bare: float
    figures: str


@benchmark("queue")
def queue_page_among_many() -> Iterable[Ratio]:
    few, many = _measure(FEW, OPEN_OF_FEW), _measure(MANY, OPEN_OF_MANY)
    # The search is told only: at the larger size it finds, and shows, more rows. So is the list of one school.
    for name, little, much, limit in (
        ("queue page", few.page, many.page, 1.3),
        ("queue search", few.search, many.search, None),
        ("portal list", few.portal, many.portal, None),
    ):
        figures = f"{human(much)} and {human(little)}"
        yield Ratio(f"{name} at {MANY:,} / at {FEW:,}", much / little, limit, Direction.AT_MOST, figures)
    yield Ratio("queries of the queue page", many.queries, QUERIES, Direction.AT_MOST, f"at {MANY:,} tickets")
    yield Ratio(
        "queue page, share of a bare list's rate", many.of_bare, 0.4, Direction.AT_LEAST, many.figures
    )


def _measure(tickets: int, open_tickets: int) -> Measured:
    with demo_desk(tickets, open_tickets) as desk:
        return measure_desk(desk)


def measure_desk(desk: DemoDesk) -> Measured:
    """Ask for each page until it no longer gets faster."""
    technician, lead = desk.client(desk.staff), desk.client(desk.requester)
    page = _getting(technician, QUEUE)
    compared = compare(page, _bare_list(desk), rounds=5)
    return Measured(
        page=best_seconds(page, repeat=REPEAT),
        search=best_seconds(_getting(technician, f"{QUEUE}?q={SEARCHED}"), repeat=REPEAT),
        portal=best_seconds(_getting(lead, f"/{SLUG}/portal/requests/"), repeat=REPEAT),
        queries=_queries(page),
        of_bare=compared.ratio,
        figures=f"processor time: page {human(compared.ours)}, bare list {human(compared.theirs)}",
    )


def _getting(client: "Client", path: str) -> Callable[[], object]:
    def get() -> object:
        response = client.get(path)
        assert response.status_code == 200, response.status_code
        return response

    return get


def _bare_list(desk: DemoDesk) -> Callable[[], object]:
    """The rows of the first page, read with one query by the tables' owner, in the same table: no sign-in, no tenancy,
    no middleware, no frame.
    """
    from django.http import HttpResponse
    from django.template.loader import get_template
    from django.utils import timezone

    from accounts.models import Person
    from accounts.tenancy.scope import open_scope
    from tickets.models import Ticket
    from tickets.queue import DEFAULT_VIEW, SHOWN_WITH, VIEWS, Filters, queue_page
    from tickets.views.queue import queue_rows

    now = timezone.now()
    with open_scope(desk.staff):
        person = Person.objects.select_related("provider").get(pk=desk.staff.person_id)
        shown = [row.pk for row in queue_page(VIEWS[DEFAULT_VIEW], Filters(), person, now).rows]
    template = get_template("tickets/desk/_queue_table.html")
    tickets = Ticket._base_manager.using("owner").filter(pk__in=shown).select_related(*SHOWN_WITH)

    def render() -> object:
        rows = queue_rows(list(tickets.order_by("next_due_at", "id")), person.provider, now)
        assert len(rows) == len(shown)
        return HttpResponse(template.render({"rows": rows, "caption": "Queue"}))

    return render


def _queries(page: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        page()
    return len(captured)
