"""The page over all schools of one person: figures, one list, and what the wall lets through (rules I6, T2, T6)."""

import csv
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.test import Client

from accounts.models import CustomerMembership, CustomerRole
from accounts.people import contact_roles_set
from accounts.services import contact_create, customer_create
from accounts.tenancy.scope import open_scope
from complaints.services import complaint_raise
from contracts.models import Contract
from contracts.selectors import contract_on
from reports.schools import school_lines, schools_with_roles
from sla.models import Closure
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Ticket
from tickets.portal_lists import OpenCounts
from tickets.services.confidential import ticket_make_confidential
from tickets.services.work import ticket_wait
from visits.allowance_lines import allowance_lines
from visits.models import RemoteSession, Visit

SignIn = Callable[[str], Client]
AtMost = Callable[[int], AbstractContextManager[None]]
PAGE = "/alder/portal/schools/"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def trust(cast: Cast) -> Cast:
    """Ian, IT lead of Oakfield, is a requester at Hillside; Rita of Oakfield and Hugo of Hillside have a request each.

    A third school of the provider, Thornhill, is not his.
    """
    with open_scope(cast.staff_scope(name="ada")):
        thornhill = customer_create(slug="thornhill", name="Thornhill", domains=("thornhill.example",))
        contact_create(customer=thornhill, name="Tom", email="tom@thornhill.example", nominated=True)
        contact_create(
            customer=cast.customer("hillside"), name="Ian", email="ian@oakfield.example", nominated=True
        )
        open_one(cast, who="rita", subject="Oakfield's beamer")
        open_one(cast, who="hugo", school="hillside", subject="Hillside's printer")
        open_one(cast, who="ian", school="hillside", subject="Ian's tablet at Hillside")
        open_one(cast, who="tom", school="thornhill", subject="Thornhill's secret")
    return cast


@pytest.mark.rule("I6", "T2")
def test_each_school_is_shown_as_far_as_the_person_may_see_it(signed_in: SignIn, trust: Cast) -> None:
    ian = signed_in("ian")
    page = ian.get(PAGE).content.decode()
    assert {words: words in page for words in ("Oakfield", "Hillside", "beamer", "tablet", "Thornhill")} == {
        "Oakfield": True,
        "Hillside": True,
        "beamer": True,
        "tablet": True,
        "Thornhill": False,
    }
    assert "Hillside&#x27;s printer" not in page  # a requester there sees his own alone
    with open_scope(trust.scope("ian")):
        schools = schools_with_roles(trust.person("ian"))
        person = trust.person("ian")
        hillside, oakfield = school_lines(person, schools, zone="Europe/London", now=NOW)
    assert (oakfield.counts, hillside.counts) == (
        OpenCounts(open=1, missed=1),
        OpenCounts(open=1),
    )
    assert oakfield.promises is not None
    assert oakfield.allowances is not None
    assert (hillside.promises, hillside.allowances) == (None, None)


@pytest.mark.rule("T1", "T2")
def test_a_school_that_is_left_is_gone_at_once(signed_in: SignIn, trust: Cast) -> None:
    ian = signed_in("ian")
    assert "tablet" in ian.get(f"{PAGE}?at=hillside").content.decode()
    ian.get("/alder/portal/?school=hillside")  # and is what he looks at
    with open_scope(trust.staff_scope(name="ada")):
        contact_roles_set(
            customer=trust.customer("hillside"), person=trust.person("ian"), roles=(), is_nominated=False
        )
    for address in (
        PAGE,
        f"{PAGE}?at=hillside",
        f"{PAGE}open-requests.csv",
        "/alder/portal/?school=hillside",
    ):
        page = ian.get(address).content.decode()
        assert ("tablet" in page, "Hillside" in page) == (False, False), address
    assert "beamer" in ian.get("/alder/portal/").content.decode()


@pytest.mark.rule("T1")
@pytest.mark.parametrize("asked", ["thornhill", "riverside", "nowhere", "x" * 300])
def test_no_other_school_can_be_asked_for(signed_in: SignIn, trust: Cast, asked: str) -> None:
    ian = signed_in("ian")
    for address in (
        f"{PAGE}?at={asked}",
        f"{PAGE}open-requests.csv?at={asked}",
        f"/alder/portal/?school={asked}",
    ):
        page = ian.get(address).content.decode()
        assert "Thornhill" not in page
        assert "beamer" in page, "what cannot be asked for leaves everything of one's own"


@pytest.mark.rule("T6")
def test_a_confidential_request_is_neither_listed_nor_counted(trust: Cast, signed_in: SignIn) -> None:
    with open_scope(trust.staff_scope(name="sena")):
        ticket = Ticket.objects.get(subject="Oakfield's beamer")
        ticket_make_confidential(ticket=ticket, reason="Safeguarding")
    ian = signed_in("ian")
    for address in (PAGE, f"{PAGE}?q=beamer", f"{PAGE}?q={ticket.number}", f"{PAGE}open-requests.csv"):
        assert "Oakfield&#x27;s beamer" not in ian.get(address).content.decode()
        assert "Oakfield's beamer" not in ian.get(address).content.decode()
    with open_scope(trust.scope("ian")):
        schools = schools_with_roles(trust.person("ian"))
        _hillside, line = school_lines(trust.person("ian"), schools, zone="Europe/London", now=NOW)
    assert line.counts.open == 0


@pytest.mark.rule("I6")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=BEAMER", {"Oakfield's beamer"}),
        ("at=hillside", {"Ian's tablet at Hillside"}),
        ("need=you", {"Ian's tablet at Hillside"}),
        ("need=missed", {"Oakfield's beamer"}),
        ("need=nonsense", {"Oakfield's beamer", "Ian's tablet at Hillside"}),
        ("q=%25", set()),
        ("q=%00", {"Oakfield's beamer", "Ian's tablet at Hillside"}),
        ("after=x", {"Oakfield's beamer", "Ian's tablet at Hillside"}),
    ],
)
def test_the_list_and_its_file_keep_to_the_filters(
    signed_in: SignIn, trust: Cast, query: str, found: set[str]
) -> None:
    with open_scope(trust.staff_scope(name="tess")):
        ticket_wait(
            ticket=Ticket.objects.get(subject__startswith="Ian"), waiting_for="customer", reason="Which room?"
        )
    ian = signed_in("ian")
    sheet = ian.get(f"{PAGE}open-requests.csv?{query}").content.decode("utf-8-sig")
    assert {row["Subject"] for row in csv.DictReader(StringIO(sheet))} == found
    page = ian.get(f"{PAGE}?{query}").content.decode()
    assert {words for words in ("beamer", "tablet") if words in page} == {
        words for words in ("beamer", "tablet") if any(words in one for one in found)
    }


def test_the_file_runs_no_formula(signed_in: SignIn, trust: Cast) -> None:
    with open_scope(trust.staff_scope()):
        open_one(trust, who="ian", subject='=HYPERLINK("https://evil.example")')
    sheet = signed_in("ian").get(f"{PAGE}open-requests.csv").content.decode()
    assert "'=HYPERLINK" in sheet
    assert '"=HYPERLINK' not in sheet


@pytest.mark.rule("I6")
@pytest.mark.parametrize("many", [3, 12])
def test_the_page_asks_as_much_for_twelve_schools_as_for_three(
    signed_in: SignIn, trust: Cast, at_most: AtMost, many: int
) -> None:
    _lead_of_schools(trust, many)
    ian = signed_in("ian")
    first = ian.get(PAGE)
    assert first.content.decode().count('data-label="Next visit"') == many
    for query in ("", "?q=beamer&need=missed"):
        with at_most(15):
            ian.get(PAGE + query)


@pytest.mark.rule("I6", "T3")
def test_who_has_several_schools_lands_there_and_can_choose_one(signed_in: SignIn, trust: Cast) -> None:
    ian, rita = signed_in("ian"), signed_in("rita")
    assert ian.get("/").headers["Location"] == PAGE
    assert rita.get("/").headers["Location"] == "/alder/portal/"
    assert "Choose a school" not in rita.get("/alder/portal/").content.decode()
    page = ian.get("/alder/portal/?school=hillside").content.decode()
    assert ("tablet" in page, "beamer" in page) == (True, False)
    assert "beamer" not in ian.get("/alder/portal/requests/").content.decode(), "it stays chosen"
    assert "beamer" in ian.get(PAGE).content.decode()
    assert "beamer" in ian.get("/alder/portal/requests/").content.decode(), "until all are asked for again"


def test_every_list_of_the_portal_keeps_to_the_school_that_is_looked_at(
    signed_in: SignIn, trust: Cast
) -> None:
    with open_scope(trust.staff_scope(name="ada")):
        ian, schools = trust.person("ian"), [trust.customer("oakfield"), trust.customer("hillside")]
        contact_roles_set(customer=schools[1], person=ian, roles=[CustomerRole.IT_LEAD], is_nominated=True)
        for school in schools:
            complaint_raise(customer=school, raised_by=ian, wrong=f"Late at {school.name}")
    client = signed_in("ian")
    client.get("/alder/portal/?school=hillside")
    contracts = client.get("/alder/portal/contracts/").context["contracts"]
    assert {one.customer.slug for one in contracts} == {"hillside"}
    complaints = client.get("/alder/portal/complaints/").context["rows"]
    assert {row["complaint"].customer.slug for row in complaints} == {"hillside"}
    form = client.get("/alder/portal/complaints/new/").context["form"]
    assert form["customer"].value() == schools[1].pk
    assert client.get("/alder/portal/chat/").context["school"] == schools[1]


def test_what_is_not_there_is_404_for_somebody_with_several_schools_too(
    signed_in: SignIn, trust: Cast
) -> None:
    assert signed_in("ian").get("/alder/portal/requests/999999/").status_code == 404


@pytest.mark.rule("P9")
def test_what_is_left_is_the_same_read_for_many_and_for_one(trust: Cast) -> None:
    with open_scope(trust.staff_scope(name="tess")):
        _lead_of_schools(trust, 4)
        _use_some(trust)
    with open_scope(trust.scope("ian")):
        schools = schools_with_roles(trust.person("ian"))
        lines = school_lines(trust.person("ian"), schools, zone="Europe/London", now=NOW)
        for line in lines:
            contract = contract_on(customer_id=line.school.pk, day=NOW.date())
            if line.allowances is not None:
                assert contract is not None
                assert line.allowances == allowance_lines(contract, NOW.date())
        assert any(one.allowance.taken for line in lines for one in line.allowances or ())


def test_a_closure_of_one_school_is_not_told_of_another(trust: Cast) -> None:
    with open_scope(trust.staff_scope()):
        day = NOW.date() + timedelta(days=3)
        Closure.objects.create(
            customer=trust.customer("hillside"), name="Inset day", first_day=day, last_day=day
        )
    with open_scope(trust.scope("ian")):
        schools = schools_with_roles(trust.person("ian"))
        lines = school_lines(trust.person("ian"), schools, zone="Europe/London", now=NOW)
    assert [line.closure.name if line.closure else "" for line in lines] == [
        "Inset day",
        "Christmas shutdown 2026",
    ]


def _lead_of_schools(cast: Cast, many: int) -> None:
    """Ian leads so many schools, each with a contract and a request."""
    with open_scope(cast.staff_scope(name="ada")):
        ian = cast.person("ian")
        CustomerMembership.objects.filter(person=ian).update(role=CustomerRole.IT_LEAD)
        model = Contract.objects.filter(customer=cast.customer()).get()
        for number in range(2, many):
            school = customer_create(slug=f"s{number}", name=f"School {number}", domains=())
            Contract.objects.create(
                customer=school,
                package=model.package,
                calendar=model.calendar,
                starts_on=model.starts_on,
                pause_policy=model.pause_policy,
            )
            CustomerMembership.objects.create(customer=school, person=ian, role=CustomerRole.IT_LEAD)
            open_one(cast, who="ian", school=school.slug, subject=f"Request {number}")


def _use_some(cast: Cast) -> None:
    """Visits used and booked and a remote session, at Oakfield and at another school."""
    tess = cast.person("tess")
    for hours, slug in enumerate(("oakfield", "s2", "hillside")):
        contract = Contract.objects.get(customer__slug=slug)
        for days, state in ((-30, "done"), (10, "booked"), (-500, "done")):
            at = NOW + timedelta(days=days, hours=3 * hours)
            Visit.objects.create(
                customer=contract.customer,
                contract=contract,
                engineer=tess,
                kind="scheduled",
                uses="scheduled_visit",
                state=state,
                day=at.date(),
                starts_at=at,
                ends_at=at + timedelta(hours=2),
            )
        for undone_at in (None, NOW):
            RemoteSession.objects.create(
                customer=contract.customer,
                contract=contract,
                by=tess,
                minutes=10,
                started_at=NOW,
                day=NOW.date(),
                undone_at=undone_at,
            )
