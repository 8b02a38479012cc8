"""The answers to 'How did we do?' in the report: a known quarter, traced to its rows, and nothing made up (R1, R3)."""

import io
from datetime import datetime, timedelta

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader

from accounts.models import StaffRole
from reports.counting import quarter_figures
from reports.evidence import agree, evidence_of, rows_behind
from reports.figures import QuarterFigures, Satisfaction, figures_from_json, figures_to_json
from reports.presentation import report_view
from reports.services import report_draft, report_release
from satisfaction.models import SatisfactionQuestion
from sla.quarters import Quarter
from tests.reports.test_pages import AFTERWARDS, address, read_csv, sign_in
from tests.reports.world import ZONE, World, utc
from tickets.models import Channel, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R1")]
THIRD = Quarter.parse("2026Q3")
CLOSED = utc("2026-08-03 12:00")


def closing(
    world: World, answer: str = "", *, at: datetime = CLOSED, ticket: Ticket | None = None, **more: object
) -> SatisfactionQuestion:
    """A ticket that was closed and asked about, and what was answered a day later."""
    ticket = ticket or world.ticket(logged=at - timedelta(days=1), fixed=at, closed=at, **more)  # type: ignore[arg-type]
    answered_at = at + timedelta(days=1) if answer else None
    return SatisfactionQuestion.objects.create(
        customer=ticket.customer,
        ticket=ticket,
        person=world.requester,
        closed_at=at,
        answer=answer,
        comment="Nobody called" if answer else "",
        answered_at=answered_at,
        changed_at=answered_at,
    )


def figures(world: World) -> QuarterFigures:
    return quarter_figures(customer=world.customer, quarter=THIRD, zone=ZONE, now=AFTERWARDS)


def page(world: World) -> str:
    client = sign_in(world, role=StaffRole.SUCCESS_MANAGER)
    return client.get(address(world, "reports:report")).content.decode()


def test_a_known_quarter(world: World) -> None:
    for answer in ("good", "good", "good", "all_right", "poor", "", ""):
        closing(world, answer)
    found = figures(world).satisfaction
    assert found == Satisfaction(asked=7, good=3, all_right=1, poor=1)
    assert (found.answered, found.tenths) == (5, 600)
    shown = page(world)
    assert "60.0% good" in shown
    assert "3 of 5 answers were good. We asked about 7 closed requests." in shown


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        ("2026-06-30 22:59", False),  # 23:59 in London on the last day before
        ("2026-06-30 23:00", True),
        ("2026-09-30 22:59", True),  # the answer came in the next quarter
        ("2026-09-30 23:00", False),
    ],
)
def test_an_answer_counts_in_the_quarter_of_its_closing(world: World, at: str, counts: bool) -> None:
    closing(world, "good", at=utc(at))
    assert figures(world).satisfaction == Satisfaction(asked=int(counts), good=int(counts))


def test_each_closing_of_a_ticket_counts(world: World) -> None:
    first = closing(world, "poor")
    closing(world, "good", at=CLOSED + timedelta(days=3), ticket=first.ticket)
    assert figures(world).satisfaction == Satisfaction(asked=2, good=1, poor=1)


@pytest.mark.rule("T6", "M4")
def test_alerts_and_confidential_tickets_are_in_no_figure_and_no_row(world: World) -> None:
    closing(world, "poor", channel=Channel.MONITORING)
    hidden = closing(world, "poor").ticket
    Ticket.objects.filter(pk=hidden.pk).update(is_confidential=True)
    assert figures(world).satisfaction == Satisfaction()
    evidence = evidence_of(customer=world.customer, quarter=THIRD, zone=ZONE, now=AFTERWARDS)
    assert evidence.answers == ()


def test_the_pdf_says_it_too(world: World) -> None:
    for answer in ("good", "good", "poor"):
        closing(world, answer)
    pdf = report_release(report=report_draft(customer=world.customer, quarter=THIRD), now=AFTERWARDS).pdf
    text = "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(bytes(pdf or b""))).pages)
    assert "How did we do?" in text
    assert "66.6% good" in text
    assert "2 of 3 answers were good." in text


def test_without_answers_there_is_no_share(world: World) -> None:
    assert "No answers: nobody was asked in this quarter." in page(world)
    closing(world)
    found = figures(world)
    assert found.satisfaction is not None
    assert found.satisfaction.tenths is None
    shown = render_to_string("reports/parts/satisfaction.html", {"view": report_view(found)})
    assert "No answers. We asked about 1 closed request." in shown
    assert "%" not in shown


@pytest.mark.rule("R3")
def test_the_rows_behind_make_up_the_figures_and_say_no_comment(world: World) -> None:
    for answer in ("good", "good", "poor", "all_right", ""):
        closing(world, answer)
    found = figures(world)
    evidence = evidence_of(customer=world.customer, quarter=THIRD, zone=ZONE, now=AFTERWARDS)
    assert agree(found, evidence)
    numbers = {"asked": 5, "answered": 4, "answers-good": 2, "answers-all-right": 1, "answers-poor": 1}
    client = sign_in(world, role=StaffRole.TECHNICIAN_1)
    for figure, count in numbers.items():
        assert len(rows_behind(figure, evidence, {})) == count
        content = client.get(address(world, "reports:figure", figure)).content
        rows = read_csv(content)
        assert len(rows) == count
        assert "Nobody called" not in content.decode()
    assert {row["Answer"] for row in rows} == {"Poor"}
    SatisfactionQuestion.objects.filter(answer="poor").update(answer="good")
    assert not agree(found, evidence_of(customer=world.customer, quarter=THIRD, zone=ZONE, now=AFTERWARDS))


def test_reports_from_before_the_question_are_still_read_and_say_nothing(world: World) -> None:
    stored = figures_to_json(figures(world))
    assert figures_from_json(stored) == figures(world)
    del stored["satisfaction"]
    old = figures_from_json(stored)
    assert old.satisfaction is None
    assert report_view(old).satisfaction is None
