"""Reviews in the report: a known quarter, traced to its rows, in page, file and PDF (rules S12, R1, R3)."""

import io

import pytest
from pypdf import PdfReader

from accounts.models import StaffRole
from reports.counting import quarter_figures
from reports.evidence import agree, evidence_of, rows_behind
from reports.figures import QuarterFigures, Reviews, figures_from_json, figures_to_json
from reports.presentation import report_view
from reports.services import report_draft, report_release
from reviews.models import Review
from sla.quarters import Quarter
from tests.reports.test_pages import AFTERWARDS, address, read_csv, sign_in
from tests.reports.world import ZONE, World, utc
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.rule("S12", "R1")]
THIRD = Quarter.parse("2026Q3")
FIGURES = {"minutes": 3660, "ninth": 1320, "median": 360, "tickets": 40, "category": "", "level": "Medium"}
MANY = {"recent": 11, "own": 42, "by_size": 36, "people": 38}


def review(
    world: World, outcome: str = "", *, at: str = "2026-08-03 12:00", ticket: Ticket | None = None
) -> Review:
    """A review of the school, or of a ticket, whose outcome was recorded then."""
    done = {"done_at": utc(at), "done_by": world.requester} if outcome else {}
    return Review.objects.create(
        customer=world.customer,
        kind="ticket" if ticket else "school",
        ticket=ticket,
        figures=FIGURES if ticket else MANY,
        found_at=utc("2026-06-01 05:00"),
        outcome=outcome,
        found="A secret of the staff",
        **done,
    )


def figures(world: World) -> QuarterFigures:
    return quarter_figures(customer=world.customer, quarter=THIRD, zone=ZONE, now=AFTERWARDS)


def page(world: World) -> str:
    client = sign_in(world, role=StaffRole.SUCCESS_MANAGER)
    return client.get(address(world, "reports:report")).content.decode()


def known(world: World) -> None:
    """Six that are done, of which two upgrades, and one that is open."""
    review(world, "upgrade", ticket=world.ticket(logged=utc("2026-06-01 09:00")))
    for outcome in ("upgrade", "steps", "training", "nothing", "nothing", ""):
        review(world, outcome)


def test_a_known_quarter(world: World) -> None:
    known(world)
    found = figures(world).reviews
    assert found == Reviews(steps=1, training=1, upgrade=2, nothing=2)
    assert found.total == 6
    shown = page(world)
    assert "We looked into 6 matters that were out of the ordinary." in shown
    assert "Upgrade recommended" in shown
    assert "A secret of the staff" not in shown


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        ("2026-06-30 22:59", False),  # 23:59 in London on the last day before
        ("2026-06-30 23:00", True),
        ("2026-09-30 22:59", True),
        ("2026-09-30 23:00", False),
    ],
)
def test_a_review_counts_in_the_quarter_of_its_outcome(world: World, at: str, counts: bool) -> None:
    review(world, "steps", at=at)
    assert figures(world).reviews == Reviews(steps=int(counts))


@pytest.mark.rule("T6")
def test_of_a_confidential_ticket_nothing_is_counted(world: World) -> None:
    ticket = world.ticket(logged=utc("2026-06-01 09:00"))
    review(world, "steps", ticket=ticket)
    Ticket.objects.filter(pk=ticket.pk).update(is_confidential=True)
    assert figures(world).reviews == Reviews()
    assert "No review was completed in this quarter." in page(world)


@pytest.mark.rule("R3")
def test_each_number_is_traced_to_its_rows(world: World) -> None:
    known(world)
    found = figures(world)
    evidence = evidence_of(customer=world.customer, quarter=THIRD, zone=ZONE, now=AFTERWARDS)
    assert agree(found, evidence)
    assert len(rows_behind("reviews", evidence, {})) == 6
    client = sign_in(world, role=StaffRole.TECHNICIAN_1)
    content = client.get(address(world, "reports:figure", "reviews-upgrade")).content
    rows = read_csv(content)
    assert {row["Outcome"] for row in rows} == {"Upgrade recommended"}
    assert len(rows) == 2
    assert "A secret of the staff" not in content.decode()


def test_a_report_from_before_says_nothing_of_reviews(world: World) -> None:
    stored = figures_to_json(figures(world))
    del stored["reviews"]
    view = report_view(figures_from_json(stored))
    assert view.reviews is None


def test_the_pdf_says_it(world: World) -> None:
    known(world)
    pdf = report_release(report=report_draft(customer=world.customer, quarter=THIRD), now=AFTERWARDS).pdf
    text = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(bytes(pdf or b""))).pages)
    assert "We looked into 6 matters" in " ".join(text.split())
