"""Emergency callouts (Rule P4): for which level, where, when, what they use up, and who is told."""

from datetime import date, time
from typing import Any

import pytest

from contracts.models import Contract, Package
from contracts.services.variations import VariedValue, variation_add
from delivery.models import Notification, OutboundMail
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.visits.conftest import TUESDAY, School, at
from tests.visits.test_booking import refused
from visits.allowances import allowance_of, ledger_differences
from visits.models import AllowanceKind, EngineerHours, VisitKind, VisitPolicy

pytestmark = pytest.mark.rule("P4")


def with_package(school: School, key: str, **more: Any) -> School:
    Contract.objects.filter(pk=school.contract.pk).update(package=Package.objects.get(key=key), **more)
    school.contract.refresh_from_db()
    return school


@pytest.mark.parametrize(
    ("level", "may"), [("urgent", True), ("high", True), ("medium", False), ("low", False)]
)
def test_only_for_major_failures(willow: School, level: str, may: bool) -> None:
    if may:
        assert willow.call_out(at("10:00", "12:00"), level).kind == VisitKind.CALLOUT
    else:
        said = refused(lambda: willow.call_out(at("10:00", "12:00"), level))
        assert "major failures only" in said["level"][0]


def test_which_levels_are_major_is_the_provider_s_to_say(willow: School) -> None:
    VisitPolicy.objects.update(callout_rank=1)
    assert "level" in refused(lambda: willow.call_out(at("10:00", "12:00"), "high"))
    ServiceLevel.objects.filter(key="high").update(rank=1)
    willow.call_out(at("10:00", "12:00"), "high")


@pytest.mark.rule("P9")
@pytest.mark.parametrize(
    ("package", "uses"),
    [
        ("scheduled-on-demand", AllowanceKind.SCHEDULED_VISIT),
        ("scheduled", AllowanceKind.SCHEDULED_VISIT),
        ("on-demand", AllowanceKind.ON_DEMAND_VISIT),
        ("full-managed", ""),
        ("cloud", None),
    ],
)
def test_it_uses_up_what_the_package_says(willow: School, package: str, uses: str | None) -> None:
    school = with_package(willow, package)
    if uses is None:
        said = refused(lambda: school.call_out(at("10:00", "12:00")))
        assert "An emergency visit is not part of your package" in said["contract"][0]
        return
    visit = school.call_out(at("10:00", "12:00"))
    assert visit.uses == uses
    lines = [(uses, -1, "callout")] if uses else []
    assert list(visit.allowance_entries.values_list("kind", "quantity", "cause")) == lines
    assert not ledger_differences(school.contract)


@pytest.mark.rule("P8")
@pytest.mark.parametrize(
    ("package", "answer", "may"), [("cloud", "covered", True), ("scheduled", "not_covered", False)]
)
def test_a_variation_can_agree_it_or_agree_it_away(
    willow: School, alder: Cast, package: str, answer: str, may: bool
) -> None:
    school = with_package(willow, package)
    variation_add(
        contract=school.contract,
        varied="clause",
        value=VariedValue(topic="emergency_callout", choice=answer, words="As agreed."),
        holds_from=TUESDAY,
        approved_by=alder.person("cass"),
    )
    if may:
        assert school.call_out(at("10:00", "12:00")).uses == ""
    else:
        assert "As agreed." in refused(lambda: school.call_out(at("10:00", "12:00")))["contract"][0]


def test_it_begins_inside_on_site_hours_and_may_last_longer(willow: School) -> None:
    assert "starts" in refused(lambda: willow.call_out(at("18:00", "20:00")))
    assert "day" in refused(lambda: willow.call_out(at("10:00", "12:00", date(2026, 11, 28))))
    EngineerHours.objects.filter(engineer=willow.theo).update(ends=time(17))
    assert "engineer" in refused(lambda: willow.call_out(at("17:59", "20:00"), engineer=willow.theo))
    willow.call_out(at("17:59", "20:00"))


@pytest.mark.parametrize(("starts", "promised"), [("16:00", True), ("17:00", False)])
def test_a_response_is_promised_in_desk_hours_only_and_the_school_is_told_so(
    willow: School, starts: str, promised: bool
) -> None:
    willow.call_out(at(starts, "18:00"))
    mail = OutboundMail.objects.get()
    assert ("begins when the engineer arrives" in mail.text) is promised
    assert ("outside our desk hours" in mail.text) is not promised
    assert "We cannot promise that the cause is found" in mail.text


@pytest.mark.rule("P9")
def test_with_none_left_it_still_happens_and_the_success_manager_is_told(willow: School) -> None:
    with_package(willow, "scheduled-on-demand", visits_purchased=1)
    willow.book()
    visit = willow.call_out(at("12:00", "14:00"))
    allowance = allowance_of(willow.contract, AllowanceKind.SCHEDULED_VISIT, TUESDAY)
    assert (allowance.left, allowance.is_past) == (-1, True)
    told = Notification.objects.get(key=f"callout-below-zero:{visit.pk}")
    assert told.person.name == "Cass"
    assert "Willow: an emergency callout with no scheduled visit left" in told.summary
    assert not ledger_differences(willow.contract)
    assert "No scheduled visit is left" in refused(lambda: willow.book(willow.slot("PM")))["day"][0]
