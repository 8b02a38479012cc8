"""The coverage tester and an edition's conditions, as an administrator sees them."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest

from contracts.models import Answer, ClauseTopic, Package
from tests.contracts.coverage_cases import CASES, Case
from tests.contracts.test_presets import ORDER, TABLE
from tests.settings_pages.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def query(topic: str, facts: Mapping[str, Any], **chosen: int) -> dict[str, str | int]:
    words = {True: "yes", False: "no"}
    given = {f"fact_{name}": words.get(value, str(value)) for name, value in facts.items()}
    return {"topic": topic, **given, **chosen}


def shown(cast: Cast, asked: Mapping[str, str | int]) -> str:
    answer = cast.client("technician_1").get(cast.url("coverage_tester"), asked)
    assert answer.status_code == 200
    page = unescape(answer.content.decode())
    section = re.search(r'id="answer".*?</section>', page, re.DOTALL)
    assert section
    return section[0]


@pytest.mark.rule("P1", "P6", "P7")
@pytest.mark.parametrize("package", ORDER)
def test_the_tester_answers_each_row_of_the_table_and_each_limit(cast: Cast, package: str) -> None:
    place = ORDER.index(package)
    with cast.scope():
        key = Package.objects.get(key=package).pk
    rows = [Case(topic, {}, ()) for topic in ClauseTopic]
    for case in [*rows, *CASES]:
        answer = case.answers[place].answer if case.answers else TABLE[case.topic][place]
        decided_by = (case.answers[place].topic if case.answers else None) or case.topic
        words = shown(cast, query(case.topic, case.facts, package=key))
        assert str(Answer(answer).label) in words, case
        assert f"{decided_by.label}, " in words, case
        assert not case.answers or "Still to be asked" not in words, case


@pytest.mark.rule("P1")
def test_the_tester_names_what_is_still_to_be_asked(cast: Cast) -> None:
    facts = {"consumable": False, "our_supply": True, "av_unit": "projector"}
    words = shown(cast, query("classroom_av", facts, customer=cast.school.pk))
    assert "How high is it mounted, in metres above the floor?" in words
    words = shown(cast, query("classroom_av", {**facts, "height_m": "3.2"}, customer=cast.school.pk))
    assert "more than 2.5 metres above the floor" in words
    assert "Scheduled + On-Demand, v3.2" in words


def test_the_tester_says_what_is_missing(cast: Cast) -> None:
    page = cast.get("coverage_tester", query="?topic=hardware")
    assert page.status_code == 422
    assert "Choose a school or a package." in page.content.decode()
    assert "Show the answer" in cast.get("coverage_tester").content.decode()
    while_choosing = cast.client("administrator").get(
        cast.url("coverage_tester"), {"topic": "hardware"}, headers={"HX-Request": "true"}
    )
    assert while_choosing.status_code == 200
    wrong = query("classroom_av", {"height_m": "high", "av_unit": "aeroplane"}, customer=cast.school.pk)
    page = cast.client("administrator").get(cast.url("coverage_tester"), wrong)
    assert page.status_code == 422


@pytest.mark.rule("P1")
def test_an_edition_shows_the_conditions_of_its_clauses(cast: Cast) -> None:
    with cast.scope():
        edition = Package.objects.all()[0].version_id
    words = unescape(cast.get("edition", edition).content.decode())
    assert "How high is it mounted, in metres above the floor? is more than 2.5" in words
    assert "decided by ‘Items not provided by us’" in words
