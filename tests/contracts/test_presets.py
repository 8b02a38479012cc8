"""The presets say what the two documents say, topic by topic."""

from datetime import time

import pytest

from contracts.models import Answer, ClauseTopic, EmergencyCallout, VisitWindow
from contracts.presets import CONCERO, PISYS, PRESETS, PackagePreset, ProviderPreset

COVERED, LIMITED, THIRD, CHARGE, QUOTE, NO, NO_DESK = (
    Answer.COVERED,
    Answer.LIMITED,
    Answer.THIRD_PARTY,
    Answer.CHARGEABLE,
    Answer.QUOTE,
    Answer.NOT_COVERED,
    Answer.NO_DESK_ACCESS,
)
ORDER = ("scheduled-on-demand", "cloud", "scheduled", "full-managed", "on-demand")
# The packages' table of the rules, row by row, in the order of ORDER.
TABLE = {
    ClauseTopic.DESK_ACCESS: (COVERED, COVERED, NO_DESK, COVERED, COVERED),
    ClauseTopic.REMOTE_SUPPORT: (LIMITED, LIMITED, LIMITED, COVERED, LIMITED),
    ClauseTopic.SCHEDULED_VISITS: (LIMITED, NO, LIMITED, COVERED, NO),
    ClauseTopic.ON_DEMAND_VISITS: (LIMITED, CHARGE, NO, COVERED, LIMITED),
    ClauseTopic.HARDWARE: (LIMITED, NO, LIMITED, COVERED, LIMITED),
    ClauseTopic.CONNECTIVITY: (COVERED, NO, COVERED, COVERED, COVERED),
    ClauseTopic.SOFTWARE: (LIMITED, LIMITED, LIMITED, COVERED, LIMITED),
    ClauseTopic.CLOUD_TENANT: (LIMITED, COVERED, LIMITED, COVERED, LIMITED),
    ClauseTopic.CLASSROOM_AV: (LIMITED, NO, COVERED, LIMITED, LIMITED),
    ClauseTopic.AV_CONSUMABLES: (QUOTE, NO, LIMITED, QUOTE, QUOTE),
    ClauseTopic.OTHER_SUPPLIER: (THIRD, NO, THIRD, THIRD, THIRD),
    ClauseTopic.AV_INSPECTION: (COVERED, NO, NO, COVERED, COVERED),
    ClauseTopic.SERVER_MAINTENANCE: (COVERED, NO, NO, COVERED, COVERED),
    ClauseTopic.SIMS: (LIMITED, NO, NO, LIMITED, NO),
    ClauseTopic.EMERGENCY_CALLOUT: (LIMITED, NO, LIMITED, LIMITED, LIMITED),
    ClauseTopic.PROJECTS: (QUOTE, QUOTE, QUOTE, LIMITED, QUOTE),
    ClauseTopic.OPTIONS: (NO, CHARGE, NO, CHARGE, NO),
}
PACKAGES = {package.key: package for package in CONCERO.edition.packages}


def clause_of(package: PackagePreset, topic: ClauseTopic) -> tuple[Answer, dict[str, object]]:
    (found,) = [clause for clause in package.clauses if clause.topic == topic]
    return found.answer, dict(found.limits)


@pytest.mark.rule("P1", "P6", "P7")
@pytest.mark.parametrize("topic", ClauseTopic)
@pytest.mark.parametrize("key", ORDER)
def test_every_package_answers_every_topic_as_the_table_says(key: str, topic: ClauseTopic) -> None:
    answer, _limits = clause_of(PACKAGES[key], topic)
    assert answer == TABLE[topic][ORDER.index(key)]


@pytest.mark.rule("P1")
def test_the_table_is_whole() -> None:
    assert tuple(PACKAGES) == ORDER
    assert set(TABLE) == set(ClauseTopic)


@pytest.mark.rule("P1")
@pytest.mark.parametrize("preset", PRESETS.values(), ids=str)
def test_each_topic_is_answered_once_in_words_that_can_be_sent(preset: ProviderPreset) -> None:
    for package in preset.edition.packages:
        assert sorted(clause.topic for clause in package.clauses) == sorted(ClauseTopic)
        for clause in package.clauses:
            assert clause.wording.endswith("."), clause
            assert not set(clause.wording) & set("{}<>%"), clause


@pytest.mark.rule("P1")
@pytest.mark.parametrize(
    ("key", "topic", "limits"),
    [
        ("scheduled-on-demand", ClauseTopic.CLASSROOM_AV, {"max_height_m": 2.5}),
        ("full-managed", ClauseTopic.CLASSROOM_AV, {"max_height_m": 2.5}),
        ("on-demand", ClauseTopic.CLASSROOM_AV, {"max_height_m": 2.5, "specialist_tools": False}),
        ("scheduled-on-demand", ClauseTopic.REMOTE_SUPPORT, {"fair_use": "school_year"}),
        ("cloud", ClauseTopic.REMOTE_SUPPORT, {"fair_use": "school_year"}),
        ("on-demand", ClauseTopic.REMOTE_SUPPORT, {"fair_use": "school_year"}),
        ("on-demand", ClauseTopic.ON_DEMAND_VISITS, {"fair_use": "school_year", "window_weeks": 52}),
        ("scheduled", ClauseTopic.REMOTE_SUPPORT, {"only": "in_lieu_of_a_visit"}),
        ("scheduled", ClauseTopic.SCHEDULED_VISITS, {"window_weeks": 46, "typical_visits": [46, 23]}),
        ("scheduled-on-demand", ClauseTopic.SCHEDULED_VISITS, {"window_weeks": 52}),
        (
            "scheduled-on-demand",
            ClauseTopic.HARDWARE,
            {"upgrades": ["ram", "disk"], "endeavours": "reasonable"},
        ),
        (
            "scheduled-on-demand",
            ClauseTopic.EMERGENCY_CALLOUT,
            {"uses_visit": "scheduled", "levels": ["urgent", "high"]},
        ),
        ("scheduled", ClauseTopic.EMERGENCY_CALLOUT, {"uses_visit": "scheduled", "desk_hours_only": True}),
        ("on-demand", ClauseTopic.EMERGENCY_CALLOUT, {"uses_visit": "on_demand"}),
        ("full-managed", ClauseTopic.PROJECTS, {"by_quote": ["goods", "third_party_work"]}),
    ],
)
def test_limits_are_there_for_programs_too(key: str, topic: ClauseTopic, limits: dict[str, object]) -> None:
    _answer, found = clause_of(PACKAGES[key], topic)
    assert {name: found.get(name) for name in limits} == limits


@pytest.mark.rule("P2", "P4", "S7")
def test_visits_slots_and_callouts_of_the_packages() -> None:
    both, cloud, scheduled, full, on_demand = (PACKAGES[key] for key in ORDER)
    assert [(slot.starts, slot.ends) for slot in both.slots] == [
        (time(8, 30), time(10, 30)),
        (time(11), time(13)),
        (time(14, 30), time(16)),
    ]
    assert [(slot.starts, slot.ends) for slot in scheduled.slots] == [
        (time(8, 30), time(11, 30)),
        (time(12, 30), time(15, 30)),
    ]
    assert [package.visit_window for package in (both, cloud, scheduled, full, on_demand)] == [
        VisitWindow.WEEKS_52,
        VisitWindow.NONE,
        VisitWindow.WEEKS_46,
        VisitWindow.FULL_TIME,
        VisitWindow.NONE,
    ]
    assert [package.emergency_callout for package in (both, cloud, scheduled, full, on_demand)] == [
        EmergencyCallout.SCHEDULED_VISIT,
        EmergencyCallout.NO,
        EmergencyCallout.SCHEDULED_VISIT,
        EmergencyCallout.INCLUDED,
        EmergencyCallout.ON_DEMAND_VISIT,
    ]
    assert [package.key for package in PACKAGES.values() if not package.has_desk_access] == ["scheduled"]
    assert [package.key for package in PACKAGES.values() if package.clock_runs_in_visits] == ["scheduled"]
    assert [package.key for package in PACKAGES.values() if package.has_on_demand_visits] == [
        "scheduled-on-demand",
        "on-demand",
    ]


@pytest.mark.rule("S1", "S2", "S11")
def test_concero_promises_by_level() -> None:
    promises = {
        level.name: (
            level.response_minutes / 60,
            level.fix_minutes / 60,
            level.target_percent,
            level.warn_percent,
        )
        for level in CONCERO.levels
    }
    assert promises == {
        "Urgent": (1, 8, 95, 75),
        "High": (2, 16, 95, 75),
        "Medium": (4, 40, 95, 75),
        "Low": (8, 80, 95, 75),
    }
    assert [level.rank for level in CONCERO.levels] == [1, 2, 3, 4]


@pytest.mark.rule("S1", "T4", "Y8")
def test_pisys_answers_mail_in_a_quarter_of_an_hour_day_and_night_and_only_nominated_people() -> None:
    assert [level.name for level in PISYS.levels] == ["P1", "P2", "P3", "P4"]
    assert {level.response_minutes for level in PISYS.levels} == {15}
    (desk,) = [calendar for calendar in PISYS.calendars if calendar.is_default]
    assert desk.always_open
    assert desk.nation is None
    assert not desk.keeps_closures
    assert PISYS.brand.nominated_users_only
    assert PISYS.brand.two_factor_for_customers
    assert PISYS.brand.password_max_age_days == 90
