"""Pages of staff and schools: who sees what, and that every number leads to its rows."""

import csv
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer, CustomerRole, StaffRole
from accounts.services import contact_create, staff_create
from accounts.spreadsheets import harmless
from reports.counting import quarter_figures
from reports.evidence import FIGURES
from reports.models import QuarterlyReport
from reports.services import Words, report_draft, report_release, report_write
from sla.quarters import Quarter
from tests.reports.sample import fill_quarter
from tests.reports.world import ZONE, World, utc

pytestmark = pytest.mark.django_db
THIRD = Quarter.parse("2026Q3")
AFTERWARDS = utc("2026-10-01 08:00")
QUERY_LIMIT = 15


def sign_in(world: World, *, role: StaffRole | CustomerRole, customer: Customer | None = None) -> Client:
    """A browser in which somebody of that role has signed in."""
    email = f"{role}@{customer.slug if customer else 'desk'}.test"
    if isinstance(role, StaffRole):
        person = staff_create(name="Sam Staff", email=email, roles=(role,))
    else:
        person = contact_create(
            customer=customer or world.customer, name="Cora Contact", email=email, roles=(role,)
        )
    client = Client()
    assert person.user is not None
    client.force_login(person.user)
    return client


def address(world: World, name: str, *more: str, customer: str = "oakfield") -> str:
    return reverse(name, args=[world.provider.slug, customer, "2026Q3", *more])


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def filled(world: World) -> World:
    fill_quarter(world, THIRD, requests=40)
    return world


@pytest.fixture
def released(filled: World) -> QuarterlyReport:
    draft = report_draft(customer=filled.customer, quarter=THIRD)
    report_write(report=draft, words=Words("A calm quarter."), expected_version=1)
    return report_release(report=draft, now=AFTERWARDS)


@pytest.mark.rule("R3")
def test_the_rows_behind_each_number_add_up_to_it(filled: World) -> None:
    client = sign_in(filled, role=StaffRole.TECHNICIAN_1)
    page = client.get(address(filled, "reports:report")).content.decode()
    links = re.findall(r'href="([^"]+figures/[^"]+\.csv[^"]*)"[^>]*>(\d+)</a>', page)
    assert len(links) > 20
    for link, shown in links:
        answer = client.get(link.replace("&amp;", "&"))
        assert len(read_csv(answer.content)) == int(shown), link


@pytest.mark.rule("R3")
def test_every_figure_has_its_csv_and_other_names_have_none(filled: World) -> None:
    client = sign_in(filled, role=StaffRole.TECHNICIAN_1)
    for figure in FIGURES:
        assert client.get(address(filled, "reports:figure", figure)).status_code == 200
    assert client.get(address(filled, "reports:figure", "nonsense")).status_code == 404


@pytest.mark.rule("R3")
def test_a_subject_cannot_run_as_a_formula(world: World) -> None:
    world.ticket(logged=utc("2026-08-03 09:00"), subject='=HYPERLINK("http://evil.test","x")')
    client = sign_in(world, role=StaffRole.TECHNICIAN_1)
    (row,) = read_csv(client.get(address(world, "reports:figure", "opened")).content)
    assert row["Subject"].startswith("'=")
    assert [harmless(cell) for cell in ("+1", "-1", "@x", "\tx", " =x", "a=b", "")] == [
        "'+1", "'-1", "'@x", "'\tx", "' =x", "a=b", "",
    ]  # fmt: skip


@pytest.mark.rule("R1")
def test_the_page_takes_few_queries_however_much_there_is(
    filled: World, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_max_num_queries(QUERY_LIMIT):  # type: ignore[operator]
        quarter_figures(customer=filled.customer, quarter=THIRD, zone=ZONE, now=AFTERWARDS)
    client = sign_in(filled, role=StaffRole.SUCCESS_MANAGER)
    with django_assert_max_num_queries(QUERY_LIMIT + 12):  # type: ignore[operator] # session, person, roles, scope
        client.get(address(filled, "reports:report"))


@pytest.mark.rule("R1")
def test_the_success_manager_writes_in_place_and_a_technician_cannot(filled: World) -> None:
    words = {"introduction": "Thank you.", "about_misses": "", "next_steps": "", "version": "1"}
    technician = sign_in(filled, role=StaffRole.TECHNICIAN_1)
    assert b"<textarea" not in technician.get(address(filled, "reports:report")).content
    assert technician.post(address(filled, "reports:report"), words).status_code == 403
    assert technician.post(address(filled, "reports:release")).status_code == 403
    manager = sign_in(filled, role=StaffRole.SUCCESS_MANAGER)
    assert manager.post(address(filled, "reports:report"), words).status_code == 302
    assert b"Thank you." in manager.get(address(filled, "reports:report")).content
    stale = manager.post(address(filled, "reports:report"), words | {"introduction": "Mine instead"})
    assert b"Somebody else has saved" in stale.content
    assert b"Mine instead" in stale.content  # nothing that was written is lost


@pytest.mark.rule("R1")
def test_releasing_asks_first_and_then_freezes(filled: World) -> None:
    manager = sign_in(filled, role=StaffRole.SUCCESS_MANAGER)
    assert b"cannot" not in manager.get(address(filled, "reports:report")).content
    assert b"frozen" in manager.get(address(filled, "reports:release")).content
    assert QuarterlyReport.objects.count() == 0
    page = manager.post(address(filled, "reports:release"), follow=True).content.decode()
    report = QuarterlyReport.objects.get()
    assert report.is_released
    assert report.sha256 in page
    assert "<textarea" not in page


@pytest.mark.rule("R1")
def test_the_released_pdf_is_the_same_bytes_for_staff_and_school(
    filled: World, released: QuarterlyReport
) -> None:
    staff = sign_in(filled, role=StaffRole.TECHNICIAN_1)
    contact = sign_in(filled, role=CustomerRole.FINANCE_CONTACT, customer=filled.customer)
    downloads = {
        staff.get(address(filled, "reports:pdf")).content,
        staff.get(address(filled, "reports:pdf")).content,
        contact.get(address(filled, "portal_reports:pdf")).content,
    }
    assert downloads == {bytes(released.pdf or b"")}


@pytest.mark.rule("R1", "T2", "T3")
def test_the_portal_shows_released_reports_to_named_contacts_of_that_school_only(
    filled: World, released: QuarterlyReport
) -> None:
    contact = sign_in(filled, role=CustomerRole.BUSINESS_MANAGER, customer=filled.customer)
    page = contact.get(address(filled, "portal_reports:report"))
    assert b"A calm quarter." in page.content
    assert released.sha256 in page.content.decode()
    assert (
        b"July to September 2026"
        in contact.get(reverse("portal_reports:list", args=[filled.provider.slug])).content
    )
    assert len(read_csv(contact.get(address(filled, "portal_reports:figure", "reply")).content)) > 0
    elm = Customer.objects.create(slug="elm", name="Elm School")
    others = (
        (sign_in(filled, role=CustomerRole.REQUESTER, customer=filled.customer), 403),
        (sign_in(filled, role=CustomerRole.IT_LEAD, customer=elm), 404),
    )
    for other, refusal in others:
        for name, more in (("report", ()), ("pdf", ()), ("figure", ("reply",))):
            assert other.get(address(filled, f"portal_reports:{name}", *more)).status_code == refusal
    assert contact.get(address(filled, "reports:report")).status_code == 403


@pytest.mark.rule("R1")
def test_drafts_are_not_in_the_portal(filled: World) -> None:
    report_draft(customer=filled.customer, quarter=THIRD)
    contact = sign_in(filled, role=CustomerRole.BUSINESS_MANAGER, customer=filled.customer)
    assert contact.get(address(filled, "portal_reports:report")).status_code == 404


@pytest.mark.rule("T1")
def test_another_providers_staff_learn_nothing(filled: World) -> None:
    from tests.reports.world import make_world

    other = make_world("Birch")
    with other.scope():
        stranger = sign_in(other, role=StaffRole.ADMINISTRATOR)
    assert stranger.get(address(filled, "reports:report")).status_code == 404
    assert stranger.get(address(filled, "reports:pdf")).status_code == 404


@pytest.mark.rule("R1")
@pytest.mark.parametrize("state", ["", "none", "draft", "released"])
def test_the_list_shows_each_school_with_its_headline(filled: World, state: str) -> None:
    client = sign_in(filled, role=StaffRole.TECHNICIAN_1)
    quarter = Quarter.at(timezone.now(), ZONE).plus(-1)
    report_draft(customer=filled.customer, quarter=quarter)
    page = client.get(reverse("reports:list", args=[filled.provider.slug]), {"state": state}).content.decode()
    assert ("Oakfield" in page) == (state in {"", "draft"})


@pytest.mark.rule("R1")
def test_a_school_without_tickets_reads_no_percentage(world: World) -> None:
    page = sign_in(world, role=StaffRole.TECHNICIAN_1).get(address(world, "reports:report")).content.decode()
    assert "No tickets" in page
    assert not re.search(r"\d%<", page.split("</figure>")[-1])


@pytest.mark.parametrize("quarter", ["2026Q5", "1999Q1", "latest"])
def test_an_address_that_is_no_quarter_is_not_found(world: World, quarter: str) -> None:
    client = sign_in(world, role=StaffRole.TECHNICIAN_1)
    assert client.get(f"/{world.provider.slug}/reports/oakfield/{quarter}/").status_code == 404
