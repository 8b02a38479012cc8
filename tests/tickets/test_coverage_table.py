"""The packages' table through the ticket's page: each row, each limit, each emergency rule, for all five packages."""

from datetime import date
from html import unescape

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from contracts.models import Answer, ClauseTopic, Package, Varied
from contracts.services import variation_add
from contracts.services.variations import VariedValue
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.contracts.coverage_cases import CASES, Case, Expected
from tests.contracts.test_coverage_pages import query
from tests.contracts.test_presets import ORDER, TABLE
from tests.tickets.test_coverage import SignIn
from tests.tickets.test_opening import open_one
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

ROWS = [Case(topic, {}, tuple(map(Expected, TABLE[topic]))) for topic in ClauseTopic]
MAJOR = {"urgent", "high"}
# Who may call an engineer out, in the order of the packages (Rule P4).
CALLED_OUT = (True, False, True, True, True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with open_scope(cast.staff_scope()):
        return open_one(cast)


def sold(cast: Cast, ticket: Ticket, package: str) -> None:
    with open_scope(cast.staff_scope()):
        assert ticket.contract is not None
        ticket.contract.package = Package.objects.get(key=package)
        ticket.contract.save()


def panel(tess: Client, path: str, case: Case) -> str:
    page = tess.get(f"{path}coverage/", query(case.topic, case.facts))
    assert page.status_code == 200, case
    return unescape(page.content.decode())


@pytest.mark.rule("P1", "P6", "P7", "I9")
@pytest.mark.parametrize("package", ORDER)
def test_the_panel_answers_each_row_of_the_table_and_each_limit(
    cast: Cast, signed_in: SignIn, ticket: Ticket, package: str
) -> None:
    place, tess, path = ORDER.index(package), signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    sold(cast, ticket, package)
    with open_scope(cast.staff_scope()):
        name = Package.objects.get(key=package).name
    for case in [*ROWS, *CASES]:
        expected = case.answers[place]
        words = panel(tess, path, case)
        badge, decided_by = words.split("Decided by:")[0], words.split("Decided by:")[1].split("</p>")[0]
        assert str(Answer(expected.answer).label) in badge, case
        assert f"{(expected.topic or case.topic).label}, {name}, v3.2" in decided_by, case
        assert not case.facts or "Still to be asked" not in words, case


@pytest.mark.rule("P1", "P4")
@pytest.mark.parametrize("package", ORDER)
def test_an_emergency_is_answered_noted_and_offered_as_the_package_says(
    cast: Cast, signed_in: SignIn, ticket: Ticket, package: str
) -> None:
    place, tess, path = ORDER.index(package), signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    sold(cast, ticket, package)
    for case in (one for one in CASES if one.topic == ClauseTopic.EMERGENCY_CALLOUT):
        assert tess.post(f"{path}covered/", query(case.topic, case.facts)).status_code == 302
        with open_scope(cast.staff_scope()):
            ticket.refresh_from_db()
            assert ticket.coverage is not None
            assert ticket.coverage.answer == case.answers[place].answer, case
    with open_scope(cast.staff_scope()):
        levels = list(ServiceLevel.objects.all())
    assert {level.key for level in levels} > MAJOR
    for level in levels:
        with open_scope(cast.staff_scope()):
            Ticket.objects.filter(pk=ticket.pk).update(level=level)
        form = tess.get(f"{path}?do=callout", headers={"HX-Request": "true"}).content.decode()
        is_offered = CALLED_OUT[place] and level.key in MAJOR
        assert ("Send the engineer" in form) == is_offered, level
        assert is_offered or "major failures only" in form or "does not include emergency callouts" in form


@pytest.mark.rule("P1", "P4", "P8")
def test_what_was_agreed_with_the_school_decides_on_the_panel_and_for_the_callout(
    cast: Cast, signed_in: SignIn, ticket: Ticket
) -> None:
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    sold(cast, ticket, "cloud")
    case = Case(ClauseTopic.EMERGENCY_CALLOUT, {"major_failure": True}, ())
    assert "as agreed" not in panel(tess, path, case)
    with open_scope(cast.staff_scope(name="cass")):
        assert ticket.contract is not None
        variation_add(
            contract=ticket.contract,
            varied=Varied.CLAUSE,
            value=VariedValue(
                topic=case.topic, choice=Answer.COVERED, words="We come, as the governors agreed."
            ),
            holds_from=date(2026, 9, 1),
            approved_by=cast.person("cass"),
        )
    words = panel(tess, path, case)
    assert "We come, as the governors agreed." in words
    assert "varied by agreement with this school" in words
    form = tess.get(f"{path}?do=callout", headers={"HX-Request": "true"}).content.decode()
    assert "Send the engineer" in form
