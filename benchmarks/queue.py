"""The queue page costs what it shows, not what is stored; and what sign-in, tenancy and the page's frame add to a
bare list of the same rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.database import connected
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
TURNS, REPEAT = 8, 5


@dataclass(slots=True)
class Measured:
    """A desk and the shortest wall times of its pages in seconds, so far."""

    desk: DemoDesk
    pages: dict[str, Callable[[], object]]
    best: dict[str, float]


@benchmark("queue")
def queue_page_among_many() -> Iterable[Ratio]:
    with demo_desk(FEW, OPEN_OF_FEW) as small, demo_desk(MANY, OPEN_OF_MANY) as large:
        few, many = _pages_of(small), _pages_of(large)
        # By turns, so that whatever else the machine does slows both alike.
        for _ in range(TURNS):
            _measure(few)
            _measure(many)
        with connected(large.owner_url):
            page = many.pages["queue page"]
            queries = _queries(page)
            compared = compare(page, _bare_list(large), rounds=5)
    # The search is told only: at the larger size it finds, and shows, more rows. So is the list of one school.
    for name, limit in (("queue page", 1.3), ("queue search", None), ("portal list", None)):
        much, little = many.best[name], few.best[name]
        figures = f"{human(much)} and {human(little)}"
        yield Ratio(f"{name} at {MANY:,} / at {FEW:,}", much / little, limit, Direction.AT_MOST, figures)
    yield Ratio("queries of the queue page", queries, QUERIES, Direction.AT_MOST, f"at {MANY:,} tickets")
    figures = f"processor time: page {human(compared.ours)}, bare list {human(compared.theirs)}"
    yield Ratio("queue page, share of a bare list's rate", compared.ratio, 0.4, Direction.AT_LEAST, figures)


def _pages_of(desk: DemoDesk) -> Measured:
    with connected(desk.owner_url):
        technician, lead = desk.client(desk.staff), desk.client(desk.requester)
    pages = {
        "queue page": _getting(technician, QUEUE),
        "queue search": _getting(technician, f"{QUEUE}?q={SEARCHED}"),
        "portal list": _getting(lead, f"/{SLUG}/portal/requests/"),
    }
    return Measured(desk, pages, dict.fromkeys(pages, float("inf")))


def _measure(measured: Measured) -> None:
    """Ask for each page some times more."""
    with connected(measured.desk.owner_url):
        for name, page in measured.pages.items():
            page()  # the connection is new
            measured.best[name] = min(measured.best[name], best_seconds(page, repeat=REPEAT))


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
    from tickets.tags import with_tags
    from tickets.views.queue import queue_rows

    now = timezone.now()
    with open_scope(desk.staff):
        person = Person.objects.select_related("provider").get(pk=desk.staff.person_id)
        shown = [row.pk for row in queue_page(VIEWS[DEFAULT_VIEW], Filters(), person, now).rows]
    template = get_template("tickets/desk/_queue_table.html")
    tickets = Ticket._base_manager.using("owner").filter(pk__in=shown).select_related(*SHOWN_WITH)
    with open_scope(desk.staff):
        tickets = with_tags(tickets).order_by("next_due_at", "id")

    def render() -> object:
        rows = queue_rows(list(tickets.all()), person.provider, now)
        assert len(rows) == len(shown)
        return HttpResponse(template.render({"rows": rows, "caption": "Queue"}))

    return render


def _queries(page: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        page()
    return len(captured)
