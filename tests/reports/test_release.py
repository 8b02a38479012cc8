"""Drafting, writing and releasing: what is frozen stays frozen."""

import hashlib
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import CustomerRole
from accounts.services import contact_create
from delivery.models import OutboundMail
from reports.errors import AlreadyReleased, FiguresMoved, QuarterRunning, StaleReport
from reports.evidence import FIGURES, evidence_from_json, rows_behind
from reports.models import QuarterlyReport
from reports.selectors import frozen_figures
from reports.services import Words, report_draft, report_release, report_write
from sla.quarters import Quarter
from tests.reports.world import World, utc

pytestmark = pytest.mark.django_db
THIRD = Quarter.parse("2026Q3")
AFTERWARDS = utc("2026-10-01 08:00")
DUE = utc("2026-08-03 10:00")
LATE = utc("2026-08-03 10:30")


@pytest.fixture
def draft(world: World) -> QuarterlyReport:
    world.ticket(response=world.clock(due=DUE, ended=LATE), fixed=LATE)
    return report_draft(customer=world.customer, quarter=THIRD)


def release(report: QuarterlyReport, now: datetime = AFTERWARDS) -> QuarterlyReport:
    return report_release(report=report, now=now)


@pytest.mark.rule("R1")
def test_drafting_twice_makes_one_report(world: World, draft: QuarterlyReport) -> None:
    assert report_draft(customer=world.customer, quarter=THIRD).pk == draft.pk
    assert QuarterlyReport.objects.count() == 1


@pytest.mark.rule("R1")
def test_words_are_saved_and_an_older_form_is_stopped(draft: QuarterlyReport) -> None:
    report_write(report=draft, words=Words("One", "Two", "Three"), expected_version=1)
    with pytest.raises(StaleReport):
        report_write(report=draft, words=Words("Other"), expected_version=1)
    draft.refresh_from_db()
    assert (draft.introduction, draft.version) == ("One", 2)


@pytest.mark.rule("R1")
def test_a_released_report_keeps_figures_rows_words_and_pdf(world: World, draft: QuarterlyReport) -> None:
    report_write(report=draft, words=Words("A calm quarter."), expected_version=1)
    released = release(draft)
    world.clock(due=DUE, ended=LATE)  # entered afterwards: it changes no released report
    released.refresh_from_db()
    assert released.pdf is not None
    assert hashlib.sha256(released.pdf).hexdigest() == released.sha256
    figures = frozen_figures(released)
    assert figures.reply.total.missed == 1
    assert figures.as_of == AFTERWARDS
    evidence = evidence_from_json(released.evidence or {})
    assert len(rows_behind("reply-missed", evidence, {})) == 1


@pytest.mark.rule("R1")
def test_nobody_can_write_into_a_released_report(draft: QuarterlyReport) -> None:
    release(draft)
    with pytest.raises(AlreadyReleased):
        report_write(report=draft, words=Words("Later"), expected_version=draft.version)
    with pytest.raises(AlreadyReleased):
        release(draft)


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_quarterlyreport SET introduction = 'better'",
        "UPDATE reports_quarterlyreport SET state = 'draft', pdf = NULL, figures = NULL, released_at = NULL",
        "DELETE FROM reports_quarterlyreport",
    ],
)
def test_the_database_refuses_to_change_a_released_report(draft: QuarterlyReport, statement: str) -> None:
    release(draft)
    with pytest.raises(IntegrityError, match="released"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert QuarterlyReport.objects.count() == 1


@pytest.mark.rule("R1")
def test_the_tables_owner_cannot_change_it_either(draft: QuarterlyReport, as_owner) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    release(draft)
    with pytest.raises(IntegrityError, match="released"), as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_quarterlyreport SET sha256 = ''")


@pytest.mark.rule("R1")
def test_a_checksum_that_is_not_the_pdfs_is_refused(draft: QuarterlyReport) -> None:
    with pytest.raises(IntegrityError, match="report_checksum_of_pdf"), transaction.atomic():
        QuarterlyReport.objects.filter(pk=draft.pk).update(
            state="released", pdf=b"%PDF", figures={}, evidence={}, released_at=AFTERWARDS, sha256="0" * 64
        )


@pytest.mark.rule("R1")
def test_a_running_quarter_cannot_be_released(draft: QuarterlyReport) -> None:
    with pytest.raises(QuarterRunning):
        release(draft, utc("2026-09-30 22:59"))  # one minute to midnight in London
    release(draft, utc("2026-09-30 23:00"))


@pytest.mark.rule("R1")
def test_the_named_contacts_are_mailed_the_link_and_nobody_else(world: World, draft: QuarterlyReport) -> None:
    for role in CustomerRole:
        contact_create(
            customer=world.customer,
            name=f"Contact {role.label}",
            email=f"{role}@oakfield.test",
            roles=(role,),
        )
    released = release(draft)
    mails = list(OutboundMail.objects.filter(purpose="report"))
    assert sorted(recipient for mail in mails for recipient in mail.recipients) == [
        "business_manager@oakfield.test",
        "finance_contact@oakfield.test",
        "it_lead@oakfield.test",
        "relationship_owner@oakfield.test",
    ]
    assert all(f"/{world.provider.slug}/portal/reports/oakfield/2026Q3/" in mail.text for mail in mails)
    assert all(released.sha256 in mail.text for mail in mails)


@pytest.mark.rule("R3")
def test_figures_that_do_not_agree_with_their_rows_are_never_released(
    draft: QuarterlyReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FIGURES, "reply-missed", FIGURES["reply-kept"])
    with pytest.raises(FiguresMoved):
        release(draft)
    draft.refresh_from_db()
    assert not draft.is_released
    assert not OutboundMail.objects.exists()


@pytest.mark.rule("R1", "T2")
def test_people_of_a_school_see_released_reports_only_and_write_none(
    world: World, draft: QuarterlyReport
) -> None:
    own = frozenset({world.customer.pk})
    with world.scope(customers=own):
        assert not QuarterlyReport.objects.exists()
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            QuarterlyReport.objects.create(customer=world.customer, quarter="2026Q2")
    release(draft)
    with world.scope(customers=own):
        assert QuarterlyReport.objects.count() == 1
    with world.scope(customers=frozenset()):
        assert not QuarterlyReport.objects.exists()
