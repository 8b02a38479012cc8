"""Editions of the agreement and the deadline tester."""

import pytest

from contracts.models import AgreementVersion, Package, PackageClause, VisitSlot
from contracts.selectors import default_terms, terms_for
from sla.models import CalendarVersion, ServiceLevel, ServiceTarget
from tests.settings_pages.cast import Cast

pytestmark = pytest.mark.django_db


def edition_data(cast: Cast, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {"label": "v3.3", "published_on": "2025-12-01", "comments": "Faster"}
    with cast.scope():
        for target in ServiceTarget.objects.all():
            key = target.level_id
            data |= {f"response_{key}": "0.5", f"fix_{key}": "7.25", f"percent_{key}": 96, f"warn_{key}": 80}
    return data | changes


def edition_of(cast: Cast) -> int:
    with cast.scope():
        return AgreementVersion.objects.earliest("published_on").pk


@pytest.mark.rule("S2", "P1")
def test_editions_show_promises_and_packages_side_by_side(cast: Cast) -> None:
    assert "v3.2" in cast.get("editions").content.decode()
    words = cast.get("edition", edition_of(cast)).content.decode()
    for package in ("Cloud Support", "Full Managed Service", "On-Demand Support"):
        assert package in words
    assert words.count("Desk access not included") == 1


@pytest.mark.rule("P8")
def test_other_targets_are_a_new_edition_and_contracts_keep_theirs(cast: Cast) -> None:
    old = edition_of(cast)
    assert cast.post("edition_new", old, data=edition_data(cast)).status_code == 302
    with cast.scope():
        urgent = ServiceLevel.objects.get(key="urgent")
        assert terms_for(contract=cast.contract, level=urgent).response_minutes == 60
        newest = default_terms(level=urgent)
        assert (newest.response_minutes, newest.fix_minutes, newest.target_percent) == (30, 435, 96)
        new = AgreementVersion.objects.get(label="v3.3")
        assert Package.objects.filter(version=new).count() == 5
        assert PackageClause.objects.filter(package__version=new).count() == 5 * 17
        assert VisitSlot.objects.filter(package__version=new).count() == 5
        assert Package.objects.filter(version_id=old).count() == 5


@pytest.mark.parametrize(
    ("change", "words"), [({"label": "v3.2"}, "There is an edition"), ({"published_on": ""}, "required")]
)
def test_mistakes_make_no_edition(cast: Cast, change: dict[str, str], words: str) -> None:
    answer = cast.post("edition_new", edition_of(cast), data=edition_data(cast, **change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with cast.scope():
        assert AgreementVersion.objects.count() == 1


def test_a_fix_before_the_reply_is_refused(cast: Cast) -> None:
    with cast.scope():
        key = ServiceLevel.objects.get(key="low").pk
    answer = cast.post("edition_new", edition_of(cast), data=edition_data(cast, **{f"fix_{key}": "0.25"}))
    assert "promised before the reply" in answer.content.decode()


@pytest.mark.rule("S4")
def test_the_tester_answers_the_agreements_own_example(cast: Cast) -> None:
    query = "?level=urgent&customer=oakfield&day=2026-11-20&time=16:00"
    words = cast.get("tester", query=query, role="technician_1").content.decode()
    assert 'datetime="2026-11-23T08:30:00+00:00"' in words
    assert 'datetime="2026-11-23T15:30:00+00:00"' in words
    assert "weekend" in words
    assert "Scheduled + On-Demand, in Desk hours" in words
    with cast.scope():
        assert not CalendarVersion.objects.exists()


def test_the_tester_asks_for_what_is_missing(cast: Cast) -> None:
    assert cast.get("tester", query="?level=urgent").status_code == 422
    assert cast.get("tester", query="?level=dire&day=2026-11-20&time=16:00").status_code == 422
    assert "Show the deadlines" in cast.get("tester").content.decode()
