"""Is this covered? Every row of the packages' table and every limit, for all five packages (Rule P1)."""

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Customer, StaffRole
from accounts.services import customer_create, staff_create
from accounts.tenancy.scope import Scope, open_scope
from contracts.coverage import Coverage, CoverageBook, contract_coverage, package_coverage
from contracts.coverage.facts import FACTS, comparisons_read
from contracts.models import (
    AgreementVersion,
    Answer,
    ClauseCondition,
    ClauseTopic,
    Contract,
    Package,
    PackageClause,
    Varied,
)
from contracts.presets import CONCERO, PRESETS
from contracts.services import contract_create, provider_install, variation_add
from contracts.services.editions import edition_create
from contracts.services.variations import VariedValue
from sla.models import BusinessCalendar
from tests.contracts.coverage_cases import CASES, Case, known_facts
from tests.contracts.test_presets import ORDER, TABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def concero() -> Iterator[None]:
    with open_scope(Scope(provider_id=provider_install(CONCERO).pk)):
        yield


@pytest.fixture
def school(concero: None) -> Customer:
    return customer_create(slug="oakfield", name="Oakfield Primary School")


def ask(package: str, topic: ClauseTopic, **facts: Any) -> Coverage:
    found = Package.objects.select_related("version").get(key=package)
    return package_coverage(package=found, topic=topic, facts=known_facts(facts))


def sign(school: Customer, package: str) -> Contract:
    return contract_create(
        customer=school,
        package=Package.objects.get(key=package),
        calendar=BusinessCalendar.objects.get(is_default=True),
        starts_on=date(2026, 9, 1),
    )


@pytest.mark.rule("P1")
@pytest.mark.parametrize("topic", ClauseTopic)
def test_with_nothing_known_the_clause_of_the_table_answers(concero: None, topic: ClauseTopic) -> None:
    for place, package in enumerate(ORDER):
        found = ask(package, topic)
        assert (found.answer, found.decided_by) == (TABLE[topic][place], topic), package
        assert found.wording.endswith(".")
        assert found.clause_words == f"{topic.label}, {found.package.name}, v3.2"


@pytest.mark.rule("P1", "P6", "P7", "I9")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_limit_of_each_package(concero: None, case: Case) -> None:
    for package, expected in zip(ORDER, case.answers, strict=True):
        found = ask(package, case.topic, **case.facts)
        assert found.answer == expected.answer, (package, found.wording)
        assert found.decided_by == (expected.topic or case.topic), package
        assert found.wording.endswith(".")
        assert not found.open_questions, package


@pytest.mark.rule("P1")
@pytest.mark.parametrize(
    ("package", "topic", "facts", "questions"),
    [
        ("on-demand", "classroom_av", {"consumable": False, "our_supply": True}, ["av_unit"]),
        (
            "on-demand",
            "classroom_av",
            {"consumable": False, "our_supply": True, "av_unit": "projector"},
            ["height_m", "specialist_tools"],
        ),
        (
            "full-managed",
            "classroom_av",
            {"consumable": False, "our_supply": True, "av_unit": "projector"},
            ["height_m"],
        ),
        ("on-demand", "sims", {}, []),
        ("scheduled", "hardware", {"place": "remote"}, ["in_lieu"]),
        ("cloud", "hardware", {}, []),
        ("on-demand", "hardware", {"our_supply": True, "hardware_work": "repair"}, ["in_warranty"]),
        ("scheduled", "emergency_callout", {"channel": "phone"}, ["major_failure"]),
    ],
)
def test_what_is_not_known_is_asked_and_not_guessed(
    concero: None, package: str, topic: str, facts: dict[str, Any], questions: list[str]
) -> None:
    found = ask(package, ClauseTopic(topic), **facts)
    assert [fact.key for fact in found.open_questions] == questions
    assert found.is_final == (not questions)


@pytest.mark.rule("P1", "P8")
def test_what_was_agreed_with_a_school_decides_before_the_package(school: Customer) -> None:
    contract = sign(school, "on-demand")
    high = known_facts({"consumable": False, "our_supply": True, "av_unit": "projector", "height_m": 4})

    def on(day: int) -> Coverage:
        topic = ClauseTopic.CLASSROOM_AV
        return contract_coverage(contract=contract, topic=topic, facts=high, day=date(2026, 11, day))

    assert on(2).answer == Answer.NOT_COVERED
    variation_add(
        contract=contract,
        varied=Varied.CLAUSE,
        value=VariedValue(
            topic=ClauseTopic.CLASSROOM_AV,
            choice=Answer.COVERED,
            words="Projectors of any height are covered.",
        ),
        holds_from=date(2026, 11, 10),
        approved_by=staff_create(
            name="Cass", email="cass@concero.example", roles=(StaffRole.SUCCESS_MANAGER,)
        ),
    )
    before, after = (on(day) for day in (9, 10))
    assert (before.answer, before.is_varied) == (Answer.NOT_COVERED, False)
    assert (after.answer, after.is_varied) == (Answer.COVERED, True)
    assert after.wording == "Projectors of any height are covered."
    assert after.is_final


@pytest.mark.rule("P1")
def test_a_package_that_says_nothing_asks_the_success_manager(concero: None) -> None:
    PackageClause.objects.filter(topic=ClauseTopic.SIMS).delete()
    assert ask("on-demand", ClauseTopic.SIMS).answer == Answer.QUOTE


@pytest.mark.rule("P1")
def test_an_administrators_own_condition_is_followed(concero: None) -> None:
    clause = PackageClause.objects.get(package__key="cloud", topic=ClauseTopic.HARDWARE)
    ClauseCondition.objects.create(
        clause=clause,
        position=1,
        facts=[{"fact": "in_warranty", "operator": "is", "value": True}],
        answer=Answer.CHARGEABLE,
        wording="We make the claim for a fee.",
    )
    assert ask("cloud", ClauseTopic.HARDWARE, in_warranty=True).answer == Answer.CHARGEABLE
    assert ask("cloud", ClauseTopic.HARDWARE, in_warranty=False).answer == Answer.NOT_COVERED


@pytest.mark.rule("P1")
def test_a_new_edition_carries_the_conditions_along(concero: None) -> None:
    base = AgreementVersion.objects.get()
    new = edition_create(base=base, label="v3.3", published_on=date(2026, 12, 1), targets={})
    for package in Package.objects.filter(version=base):
        copy = Package.objects.get(version=new, key=package.key)
        assert CoverageBook.of_package(copy).rules == CoverageBook.of_package(package).rules
        assert ClauseCondition.objects.filter(clause__package=package).exists()


@pytest.mark.rule("P1")
@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.brand.slug)
def test_editions_of_existing_providers_get_the_conditions_of_new_ones(preset: Any) -> None:
    with open_scope(Scope(provider_id=provider_install(preset).pk)):
        packages = list(Package.objects.all())
        installed = [CoverageBook.of_package(package).rules for package in packages]
        ClauseCondition.objects.all().delete()
        migration = import_module("contracts.migrations.0006_conditions_of_existing_editions")
        for _again in range(2):
            migration.install(apps, None)
            assert [CoverageBook.of_package(package).rules for package in packages] == installed


@pytest.mark.parametrize(
    "stored",
    [
        [],
        "height_m > 2.5",
        [{"fact": "shoe_size", "operator": "is", "value": 44}],
        [{"fact": "height_m", "operator": "is", "value": 2}],
        [{"fact": "height_m", "operator": "at_most", "value": "NaN"}],
        [{"fact": "our_supply", "operator": "is", "value": "yes"}],
        [{"fact": "av_unit", "operator": "one_of", "value": "projector"}],
        [{"fact": "av_unit", "operator": "is", "value": "aeroplane"}],
        [{"fact": "av_unit", "operator": "like", "value": "projector"}],
        [{"fact": "av_unit"}],
    ],
)
def test_a_condition_that_says_nothing_sensible_is_refused(stored: object) -> None:
    with pytest.raises(ValidationError):
        comparisons_read(stored)


def test_a_condition_answers_or_refers(concero: None) -> None:
    clause = PackageClause.objects.get(package__key="cloud", topic=ClauseTopic.HARDWARE)
    facts = [{"fact": "our_supply", "operator": "is", "value": False}]
    for wrong in (
        {},
        {"answer": Answer.QUOTE},
        {"refers_to": ClauseTopic.PROJECTS, "answer": Answer.QUOTE, "wording": "Words."},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClauseCondition.objects.create(clause=clause, position=1, facts=facts, **wrong)


def test_conditions_of_the_presets_are_in_the_vocabulary() -> None:
    for preset in PRESETS.values():
        for package in preset.edition.packages:
            for clause in package.clauses:
                for condition in clause.conditions:
                    assert condition.comparisons
                    assert (condition.refers_to is None) == bool(condition.answer and condition.wording)
                    assert {one.fact for one in condition.comparisons} <= set(FACTS)
