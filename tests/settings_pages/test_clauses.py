"""The clauses of a draft edition and their cases, changed by an administrator (rules P1, P6, P7)."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEntry
from contracts.coverage import package_coverage
from contracts.coverage.facts import comparisons_read
from contracts.forms.clauses import ConditionForm, condition_initial
from contracts.models import (
    AgreementVersion,
    Answer,
    ClauseCondition,
    ClauseTopic,
    Contract,
    Package,
    PackageClause,
)
from contracts.selectors import default_terms
from contracts.services.clauses import clause_set, condition_remove
from sla.models import ServiceLevel
from tests.contracts.coverage_cases import known_facts
from tests.settings_pages.cast import Cast
from tests.settings_pages.test_agreement import edition_data, edition_of

pytestmark = pytest.mark.django_db

LATER = "2099-09-01"
HIGH = {"consumable": False, "our_supply": True, "av_unit": "projector", "height_m": "3.2"}


@pytest.fixture
def draft(cast: Cast) -> int:
    """On-Demand Support of an edition that is published later; the package's id."""
    made = cast.post("edition_new", edition_of(cast), data=edition_data(cast, published_on=LATER))
    assert made.status_code == 302
    with cast.scope():
        return Package.objects.get(version__label="v3.3", key="on-demand").pk


def clause_of(cast: Cast, package: int, topic: ClauseTopic = ClauseTopic.CLASSROOM_AV) -> int:
    with cast.scope():
        return PackageClause.objects.get(package=package, topic=topic).pk


def answer_of(cast: Cast, package: int, facts: Mapping[str, Any] = HIGH) -> Answer:
    with cast.scope():
        found = Package.objects.select_related("version").get(pk=package)
        topic = ClauseTopic.CLASSROOM_AV
        return package_coverage(package=found, topic=topic, facts=known_facts(facts)).answer


CASE = {
    "fact_consumable": "no",
    "fact_our_supply": "yes",
    "fact_av_unit": ["projector"],
    "over_height_m": "2.5",
    "most_height_m": "3.5",
    "answer": "chargeable",
    "wording": "Up to 3.5 metres we bring a tower, at cost.",
    "place": "1",
}


@pytest.mark.rule("P1", "P6", "P7")
def test_a_case_is_added_changed_and_removed_and_decides_in_the_tester(cast: Cast, draft: int) -> None:
    clause = clause_of(cast, draft)
    assert answer_of(cast, draft) == Answer.NOT_COVERED
    added = cast.post("condition_new", clause, data=CASE)
    assert added.url == cast.url("clause", draft, "classroom_av")
    assert answer_of(cast, draft) == Answer.CHARGEABLE
    assert answer_of(cast, draft, {**HIGH, "height_m": "3.51"}) == Answer.NOT_COVERED
    page = unescape(cast.get("clause", draft, "classroom_av").content.decode())
    assert "Up to 3.5 metres we bring a tower" in page
    assert f"{cast.url('coverage_tester')}?package={draft}&topic=classroom_av" in page
    tried = cast.get("coverage_tester", query=f"?package={draft}&topic=classroom_av&fact_consumable=no"
                     "&fact_our_supply=yes&fact_av_unit=projector&fact_height_m=3.2")  # fmt: skip
    assert "at cost." in tried.content.decode()

    with cast.scope():
        key = ClauseCondition.objects.get(clause=clause, position=1).pk
        count = ClauseCondition.objects.filter(clause=clause).count()
    changed = cast.post("condition_edit", key, data={**CASE, "most_height_m": "3", "place": str(count)})
    assert changed.status_code == 302
    assert answer_of(cast, draft) == Answer.NOT_COVERED  # the case before it decides, and it is lower
    with cast.scope():
        positions = ClauseCondition.objects.filter(clause=clause).values_list("position", flat=True)
        assert list(positions) == list(range(1, count + 1))
        assert ClauseCondition.objects.get(pk=key).position == count
    assert "more than 2.5" in unescape(cast.get("condition_remove", key).content.decode())
    assert cast.post("condition_remove", key).status_code == 302
    with cast.scope():
        positions = ClauseCondition.objects.filter(clause=clause).values_list("position", flat=True)
        assert list(positions) == list(range(1, count))
        said = set(AuditEntry.objects.values_list("action", flat=True))
        assert {"condition.added", "condition.changed", "condition.removed"} <= said


@pytest.mark.rule("P1")
def test_a_clause_is_worded_anew_and_keeps_its_cases(cast: Cast, draft: int) -> None:
    clause = clause_of(cast, draft, ClauseTopic.SIMS)
    words = {"answer": "quote", "wording": "Ask us for a price."}
    assert cast.post("clause", draft, "sims", data=words).status_code == 302
    with cast.scope():
        row = PackageClause.objects.get(pk=clause)
        assert (row.answer, row.wording) == ("quote", "Ask us for a price.")
        PackageClause.objects.filter(pk=clause).delete()
    assert cast.post("clause", draft, "sims", data=words).status_code == 302  # where nothing was said
    assert cast.get("clause", draft, "nonsense").status_code == 404
    wrong = cast.post("clause", draft, "sims", data={"answer": "quote", "wording": "  "})
    assert wrong.status_code == 422


@pytest.mark.rule("P1")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"over_height_m": "4"}, "Nothing is more than the one and at most the other."),
        ({"over_height_m": "high"}, "Enter a number."),
        ({"wording": " "}, "Say it in words for the school."),
        ({"answer": ""}, "Choose an answer."),
        ({"answer": "perhaps"}, "Select a valid choice"),
        ({"fact_av_unit": ["aeroplane"]}, "Select a valid choice"),
        ({"refers_to": "other_supplier"}, "leave answer and words empty"),
        ({"refers_to": "classroom_av"}, "Select a valid choice"),
        ({"except_channel": "on"}, "Tick those that are excepted."),
        ({"place": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    cast: Cast, draft: int, change: dict[str, Any], words: str
) -> None:
    clause = clause_of(cast, draft)
    with cast.scope():
        before = list(ClauseCondition.objects.filter(clause=clause).values())
    answer = cast.post("condition_new", clause, data={**CASE, **change})
    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert words in page
    assert "error-summary" in page or "field--invalid" in page
    with cast.scope():
        assert list(ClauseCondition.objects.filter(clause=clause).values()) == before


def test_a_case_without_facts_and_the_same_facts_twice_are_refused(cast: Cast, draft: int) -> None:
    clause = clause_of(cast, draft)
    bare = cast.post("condition_new", clause, data={"answer": "covered", "wording": "Always."})
    assert "Say at least one fact that must hold." in bare.content.decode()
    assert cast.post("condition_new", clause, data=CASE).status_code == 302
    again = cast.post("condition_new", clause, data={**CASE, "place": ""})
    assert "There is a case with the same facts" in again.content.decode()


@pytest.mark.rule("P1", "P8")
def test_an_edition_that_holds_or_was_signed_is_never_changed(cast: Cast, draft: int) -> None:
    with cast.scope():
        held = Package.objects.get(version_id=edition_of(cast), key="on-demand").pk
    clause = clause_of(cast, held)

    def refused(package: int, clause: int) -> None:
        with cast.scope():
            before = list(ClauseCondition.objects.values()), list(PackageClause.objects.values())
            condition = ClauseCondition.objects.filter(clause=clause)[0]
        for name, keys, data in (
            ("clause", (package, "classroom_av"), {"answer": "covered", "wording": "All."}),
            ("condition_new", (clause,), CASE),
            ("condition_edit", (condition.pk,), CASE),
            ("condition_remove", (condition.pk,), {}),
        ):
            assert cast.get(name, *keys).status_code == 302
            assert cast.post(name, *keys, data=data).status_code == 302
        with cast.scope(), pytest.raises(ValidationError, match="Make a new edition"):
            clause_set(
                package=Package.objects.get(pk=package), topic=ClauseTopic.SIMS, answer="covered", wording="x"
            )
        with cast.scope(), pytest.raises(ValidationError, match="Make a new edition"):
            condition_remove(condition=ClauseCondition.objects.get(pk=condition.pk))
        with cast.scope():
            assert (list(ClauseCondition.objects.values()), list(PackageClause.objects.values())) == before

    refused(held, clause)
    with cast.scope():  # a contract under another package of the draft
        Contract.objects.update(package=Package.objects.get(version__label="v3.3", key="cloud"))
    refused(draft, clause_of(cast, draft))


@pytest.mark.rule("S2")
def test_a_draft_promises_nothing_yet(cast: Cast, draft: int) -> None:
    with cast.scope():
        urgent = ServiceLevel.objects.get(key="urgent")
        assert default_terms(level=urgent).response_minutes == 60
        AgreementVersion.objects.filter(label="v3.3").update(published_on="2025-12-01")
        assert default_terms(level=urgent).response_minutes == 30


@pytest.mark.rule("P1")
def test_the_form_gives_back_every_condition_of_the_preset(cast: Cast) -> None:
    with cast.scope():
        rows = list(ClauseCondition.objects.select_related("clause"))
        assert len(rows) > 50
        for row in rows:
            asked = [one["fact"] for one in row.facts]
            initial = condition_initial(row)
            form = ConditionForm(
                {name: value for name, value in initial.items() if value is not False},
                topic=row.clause.topic,
                asked=asked,
            )
            assert form.is_valid(), (str(row), form.errors)
            terms = form.terms()
            read = (terms.comparisons, terms.refers_to, terms.answer, terms.wording)
            assert read == (comparisons_read(row.facts), row.refers_to, row.answer, row.wording)


def test_only_who_manages_contracts_may_change_them(cast: Cast, draft: int) -> None:
    assert cast.get("clause", draft, "sims", role="technician_1").status_code == 403
    assert "Change ‘SIMS’" not in cast.get("edition", edition_of(cast)).content.decode()
    with cast.scope():
        edition = AgreementVersion.objects.get(label="v3.3").pk
    assert "Change ‘SIMS’" in cast.get("edition", edition).content.decode()
    assert "Change ‘SIMS’" not in cast.get("edition", edition, role="technician_1").content.decode()
    assert cast.get("condition_new", clause_of(cast, draft)).status_code == 200


def test_the_pages_of_a_draft_ask_few_queries(
    cast: Cast, draft: int, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    with cast.scope():
        edition = AgreementVersion.objects.get(label="v3.3").pk
        case = ClauseCondition.objects.filter(clause__package=draft, clause__topic="classroom_av")[0]
    for name, keys in (
        ("edition", (edition,)),
        ("clause", (draft, "classroom_av")),
        ("condition_new", (case.clause_id,)),
        ("condition_edit", (case.pk,)),
        ("condition_remove", (case.pk,)),
    ):
        with at_most(15):
            assert cast.get(name, *keys).status_code == 200
