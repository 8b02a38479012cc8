"""What a contract allows and what is taken of it: rules as data, carry-over, warnings, the ledger (rules P5, P9)."""

from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.tenancy.scope import open_scope
from contracts.models import AgreementVersion, Contract, Package
from contracts.presets import PRESETS
from contracts.services.editions import edition_create
from contracts.services.variations import VariedValue, variation_add
from delivery.models import Notification
from sla.models import BusinessCalendar
from tests.cast import Cast
from tests.visits.conftest import TUESDAY, School, at
from visits.allowances import AllowanceState, allowance_of, allowances_of, ledger_differences, ledger_left
from visits.models import (
    AllowanceEntry,
    AllowanceKind,
    AllowanceRule,
    AllowanceWarning,
    FairUseAgreement,
    Period,
    Visit,
    VisitKind,
    VisitPolicy,
)
from visits.presets import VISITS
from visits.services import (
    allowance_rule_set,
    fair_use_agree,
    fair_use_end,
    remote_session_record,
    visit_cancel,
    visit_policy_set,
)

SCHEDULED, ON_DEMAND, SESSION = AllowanceKind
DAY = timedelta(days=1)


def on_demand(school: School, number: int, start: date = TUESDAY) -> list[Visit]:
    """So many visits, one a weekday."""
    made: list[Visit] = []
    day = start
    while len(made) < number:
        if day.weekday() < 5:
            made.append(school.book(at("09:00", "10:00", day), kind=VisitKind.ON_DEMAND))
        day += DAY
    return made


def summaries() -> list[str]:
    return list(Notification.objects.order_by("id").values_list("summary", flat=True))


@pytest.mark.rule("P5")
def test_thresholds_are_told_once_each_and_past_the_norm_nothing_is_refused(willow: School) -> None:
    fair_use_agree(contract=willow.contract, kind=ON_DEMAND, norm=5)
    on_demand(willow, 3)
    assert summaries() == []
    on_demand(willow, 1, TUESDAY + 7 * DAY)
    assert summaries() == ["Willow: On-demand visits, 4 of 5 used"]
    (fifth,) = on_demand(willow, 1, TUESDAY + 8 * DAY)
    assert summaries()[1:] == ["Willow: On-demand visits, 5 of 5 used"]
    assert allowance_of(willow.contract, ON_DEMAND, TUESDAY).state == AllowanceState.SPENT
    visit_cancel(visit=fifth, sequence=0, reason="No need")
    on_demand(willow, 3, TUESDAY + 14 * DAY)
    assert summaries()[2:] == ["Willow is past fair use: On-demand visits, 6 of 5"]
    allowance = allowance_of(willow.contract, ON_DEMAND, TUESDAY)
    assert (allowance.taken, allowance.left, allowance.state) == (7, -2, AllowanceState.PAST)
    told = Notification.objects.latest("id")
    assert (told.person.name, told.detail[:18]) == ("Cass", "Nothing is refused")
    percents = AllowanceWarning.objects.order_by("percent").values_list("percent", "period_start")
    assert list(percents) == [(percent, date(2026, 9, 1)) for percent in (80, 95, 101)]


@pytest.mark.rule("P5")
def test_a_new_school_year_begins_anew(willow: School) -> None:
    fair_use_agree(contract=willow.contract, kind=ON_DEMAND, norm=1)
    on_demand(willow, 1, date(2027, 8, 31))
    assert len(summaries()) == 1
    on_demand(willow, 1, date(2027, 9, 1))
    assert len(summaries()) == 2
    assert allowance_of(willow.contract, ON_DEMAND, date(2027, 8, 31)).taken == 1
    assert allowance_of(willow.contract, ON_DEMAND, date(2027, 9, 1)).taken == 1


@pytest.mark.rule("P5")
def test_two_thresholds_at_once_are_told_as_one(willow: School) -> None:
    on_demand(willow, 2)
    assert summaries() == []
    fair_use_agree(contract=willow.contract, kind=ON_DEMAND, norm=2)
    assert summaries() == ["Willow: On-demand visits, 2 of 2 used"]
    assert AllowanceWarning.objects.count() == 2


@pytest.mark.rule("P5")
def test_remote_sessions_are_counted_against_their_own_norm(willow: School) -> None:
    assert allowance_of(willow.contract, SESSION, TUESDAY).norm == 80
    fair_use_agree(contract=willow.contract, kind=SESSION, norm=1)
    for hour in (7, 8):
        remote_session_record(
            contract=willow.contract,
            started_at=datetime(2026, 11, 23, hour, tzinfo=UTC),
            minutes=30,
            by=willow.tess,
        )
    assert summaries() == [
        "Willow: Remote sessions, 1 of 1 used",
        "Willow is past fair use: Remote sessions, 2 of 1",
    ]


@pytest.mark.rule("P5")
def test_an_agreement_stands_in_place_of_the_package_s_norm(willow: School) -> None:
    assert allowance_of(willow.contract, ON_DEMAND, TUESDAY).norm == 12
    agreement = fair_use_agree(contract=willow.contract, kind=ON_DEMAND, norm=30, note="Large site")
    assert allowance_of(willow.contract, ON_DEMAND, TUESDAY).norm == 30
    fair_use_end(agreement=agreement)
    assert allowance_of(willow.contract, ON_DEMAND, TUESDAY).norm == 12
    actions = AuditEntry.objects.filter(object_type="visits.fairuseagreement").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["fair_use.agreed", "fair_use.ended"]


@pytest.mark.rule("P5")
def test_an_administrator_changes_how_a_package_counts(willow: School) -> None:
    package = willow.contract.package
    allowance_rule_set(
        package=package, kind=ON_DEMAND, period=Period.CONTRACT_YEAR, norm=20, warn_at=[50, 50, 90]
    )
    allowance = allowance_of(willow.contract, ON_DEMAND, TUESDAY)
    assert (allowance.norm, allowance.warn_at) == (20, (50, 90))


@pytest.mark.rule("P5")
@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"norm": 0}, "norm"),
        ({"warn_at": [80, 101]}, "warn_at"),
        ({"warn_at": [0]}, "warn_at"),
        ({"carry_over": -1}, "carry_over"),
        ({"period": "week"}, "period"),
        ({"kind": "lunch"}, "kind"),
        ({"kind": SCHEDULED}, "norm"),
    ],
)
def test_wrong_rules_are_refused(willow: School, values: dict[str, Any], name: str) -> None:
    right = {"kind": ON_DEMAND, "period": Period.SCHOOL_YEAR, "norm": 5, "package": willow.contract.package}
    with pytest.raises(ValidationError) as caught:
        allowance_rule_set(**{**right, **values})
    assert list(caught.value.message_dict) == [name]


@pytest.mark.rule("P5")
@pytest.mark.parametrize(("kind", "norm"), [(SCHEDULED, 3), (ON_DEMAND, 0), ("lunch", 3)])
def test_wrong_agreements_are_refused(willow: School, kind: str, norm: int) -> None:
    with pytest.raises(ValidationError):
        fair_use_agree(contract=willow.contract, kind=kind, norm=norm)
    assert not FairUseAgreement.objects.exists()


@pytest.mark.rule("P9")
def test_unused_visits_carry_over_up_to_the_rule_s_number(willow: School) -> None:
    willow.book()
    Contract.objects.update(visits_purchased=4)
    willow.contract.refresh_from_db()
    for carry_over, second, third in ((0, 0, 0), (2, 2, 2), (9, 3, 7)):
        AllowanceRule.objects.filter(kind=SCHEDULED).update(carry_over=carry_over)
        found = [allowance_of(willow.contract, SCHEDULED, date(year, 10, 1)) for year in (2026, 2027, 2028)]
        assert [one.carried for one in found] == [0, second, third]
        assert found[1].left == 4 + second
        assert ledger_left(willow.contract, SCHEDULED, date(2027, 10, 1)) == found[1].left


@pytest.mark.rule("P4", "P9")
def test_a_debt_is_not_carried(willow: School) -> None:
    Contract.objects.update(visits_purchased=0)
    willow.contract.refresh_from_db()
    willow.call_out(at("10:00", "12:00"))
    AllowanceRule.objects.filter(kind=SCHEDULED).update(carry_over=5)
    assert allowance_of(willow.contract, SCHEDULED, TUESDAY).left == -1
    assert allowance_of(willow.contract, SCHEDULED, date(2027, 10, 1)).left == 0


@pytest.mark.rule("P8", "P9")
def test_what_is_purchased_follows_the_variations(willow: School, alder: Cast) -> None:
    variation_add(
        contract=willow.contract,
        varied="visits",
        value=VariedValue(number=25),
        holds_from=date(2027, 2, 1),
        approved_by=alder.person("cass"),
    )
    days = (date(2027, 1, 31), date(2027, 2, 1))
    assert [allowance_of(willow.contract, SCHEDULED, day).purchased for day in days] == [10, 25]


@pytest.mark.rule("P9")
def test_a_full_time_engineer_has_no_number(willow: School) -> None:
    package = Package.objects.get(key="full-managed")
    Contract.objects.filter(pk=willow.contract.pk).update(package=package)
    willow.contract.refresh_from_db()
    willow.book(at("09:00", "15:00"))
    allowance = allowance_of(willow.contract, SCHEDULED, TUESDAY)
    assert (allowance.limit, allowance.left, allowance.percent) == (None, None, None)
    assert allowance.state == AllowanceState.FINE
    assert ledger_left(willow.contract, SCHEDULED, TUESDAY) is None
    assert not AllowanceEntry.objects.exists()
    # No line that says '0 used' beside the engineer's days.
    assert SCHEDULED not in [one.kind for one in allowances_of(willow.contract, TUESDAY)]


@pytest.mark.rule("P9")
def test_all_that_applies_to_a_contract(willow: School) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert [one.kind for one in allowances_of(willow.contract, TUESDAY)] == [
            SCHEDULED,
            ON_DEMAND,
            SESSION,
        ]
    assert len(queries) <= 6  # a page has fifteen
    assert [one.kind for one in allowances_of(willow.contract, date(2020, 1, 1))] == [
        SCHEDULED,
        ON_DEMAND,
        SESSION,
    ]
    Contract.objects.filter(pk=willow.contract.pk).update(
        package=Package.objects.get(key="scheduled"), ends_on=date(2027, 5, 31)
    )
    willow.contract.refresh_from_db()
    (only,) = allowances_of(willow.contract, TUESDAY)
    assert (only.kind, only.deliver_by) == (SCHEDULED, date(2027, 5, 31))


@pytest.mark.rule("P9")
def test_a_line_too_many_shows(willow: School) -> None:
    """Control: the comparison of ledger and records finds what is wrong."""
    visit = willow.book()
    assert not ledger_differences(willow.contract)
    AllowanceEntry.objects.create(
        customer=willow.contract.customer,
        contract=willow.contract,
        kind=SCHEDULED,
        day=visit.day,
        quantity=-1,
        cause="corrected",
        at=visit.starts_at,
    )
    (found,) = ledger_differences(willow.contract)
    assert (found.kind, found.day, found.lines, found.records) == (SCHEDULED, TUESDAY, 2, 1)
    assert ledger_left(willow.contract, SCHEDULED, TUESDAY) == 8


@pytest.mark.rule("S3", "P4")
def test_an_administrator_sets_on_site_hours(willow: School) -> None:
    calendar = BusinessCalendar.objects.get(name="Desk hours")
    visit_policy_set(on_site_hours=calendar, callout_rank=1)
    with pytest.raises(ValidationError, match="outside opening hours"):
        willow.book(at("16:00", "17:00"), kind=VisitKind.ON_DEMAND)
    with pytest.raises(ValidationError) as caught:
        visit_policy_set(on_site_hours=calendar, callout_rank=0)
    assert list(caught.value.message_dict) == ["callout_rank"]
    for wrong in ({"always_open": True}, {"keeps_closures": False}):
        other = BusinessCalendar.objects.create(name=str(wrong), **wrong)
        with pytest.raises(ValidationError, match="keep closures"):
            visit_policy_set(on_site_hours=other, callout_rank=2)
    assert VisitPolicy.objects.count() == 1
    assert time(16, 30) == calendar.windows.all()[0].closes


@pytest.mark.rule("P2", "P5")
def test_each_preset_says_how_its_packages_count(alder: Cast) -> None:
    assert set(VISITS) == set(PRESETS)
    for key, preset in PRESETS.items():
        assert set(VISITS[key].allowances) == {package.key for package in preset.edition.packages}
        assert VISITS[key].on_site_hours in {calendar.name for calendar in preset.calendars}
    assert AllowanceRule.objects.count() == sum(map(len, VISITS["concero"].allowances.values()))
    assert VisitPolicy.objects.get().on_site_hours.name == "On-site hours"


def test_providers_from_before_visits_were_kept_get_the_same_rules(alder: Cast) -> None:
    def rules() -> list[tuple[str, str]]:
        return list(AllowanceRule.objects.order_by("id").values_list("package__key", "kind"))

    before = sorted(rules())
    AllowanceRule.objects.all().delete()
    VisitPolicy.objects.all().delete()
    migration = import_module("visits.migrations.0004_rules_of_existing_providers")
    for _twice in range(2):
        migration.install(apps, None)
        assert sorted(rules()) == before
    assert VisitPolicy.objects.get().on_site_hours.name == "On-site hours"


@pytest.mark.rule("P5")
def test_a_new_edition_counts_as_the_old_one(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        old = AgreementVersion.objects.earliest("published_on")
        new = edition_create(base=old, label="next", published_on=date(2099, 9, 1), targets={})
        names = ("package__key", "kind", "period", "norm", "carry_over", "warn_at")

        def said(edition: AgreementVersion) -> list[tuple[object, ...]]:
            rows = AllowanceRule.objects.filter(package__version=edition).order_by("package__key", "kind")
            return list(rows.values_list(*names))

        assert said(new) == said(old)
        assert ("on-demand", "on_demand_visit", 12) in {(row[0], row[1], row[3]) for row in said(new)}
