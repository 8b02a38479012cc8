"""A preset becomes a provider, whole or not at all."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEntry, Provider
from accounts.tenancy.lookups import all_provider_ids, provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import AgreementVersion, Package, PackageClause, VisitSlot
from contracts.presets import CONCERO, PISYS
from contracts.services import provider_install
from sla.models import BusinessCalendar, OpeningWindow, PublicHoliday, ServiceLevel, ServiceTarget
from sla.working_time import HOLIDAYS_VERSION

pytestmark = pytest.mark.django_db


@pytest.mark.rule("T1", "S1", "S2", "S3")
def test_concero_is_installed_whole() -> None:
    provider = provider_install(CONCERO)
    assert (provider.slug, provider.reference_prefix) == ("concero", "CON")
    with open_scope(Scope(provider_id=provider.pk)):
        edition = AgreementVersion.objects.get()
        assert (edition.label, edition.published_on) == ("v3.2", date(2021, 5, 1))
        assert Package.objects.count() == 5
        assert PackageClause.objects.count() == 5 * 17
        assert VisitSlot.objects.count() == 5
        assert ServiceTarget.objects.filter(target_set=edition.target_set).count() == 4
        assert ServiceLevel.objects.get(is_default=True).name == "Medium"
        desk = BusinessCalendar.objects.get(is_default=True)
        assert {(one.opens, one.closes) for one in desk.windows.all()} == {(time(8), time(16, 30))}
        assert set(desk.windows.values_list("weekday", flat=True)) == {0, 1, 2, 3, 4}
        on_site = BusinessCalendar.objects.get(name="On-site hours")
        assert {(one.opens, one.closes) for one in on_site.windows.all()} == {(time(8), time(18))}
        assert AuditEntry.objects.get().action == "provider.installed"


@pytest.mark.rule("S3")
def test_public_holidays_of_all_nations_are_rows_with_their_source() -> None:
    provider = provider_install(CONCERO)
    with open_scope(Scope(provider_id=provider.pk)):
        good_friday = PublicHoliday.objects.get(nation="england-wales", day=date(2026, 4, 3))
        assert good_friday.name == "Good Friday"
        assert good_friday.source == f"holidays {HOLIDAYS_VERSION}"
        assert set(PublicHoliday.objects.values_list("nation", flat=True)) == {
            "england-wales",
            "scotland",
            "northern-ireland",
        }
        assert PublicHoliday.objects.filter(day__year=2032).exists()


@pytest.mark.rule("T1", "Y8")
def test_pisys_is_installed_beside_it() -> None:
    concero, pisys = provider_install(CONCERO), provider_install(PISYS)
    with open_scope(Scope(provider_id=pisys.pk)):
        assert Provider.objects.get(pk=pisys.pk).nominated_users_only
        assert BusinessCalendar.objects.get(is_default=True).always_open
        assert not OpeningWindow.objects.filter(calendar__is_default=True).exists()
        assert not ServiceLevel.objects.filter(key="urgent").exists()
    assert {concero.pk, pisys.pk} <= set(all_provider_ids())


def test_one_preset_serves_several_providers_under_other_names() -> None:
    provider_install(CONCERO)
    assert provider_install(CONCERO, slug="northern").slug == "northern"


@pytest.mark.parametrize("slug", ["concero", "account"])
def test_a_slug_that_is_taken_or_reserved_installs_nothing(slug: str) -> None:
    provider_install(CONCERO)
    before = all_provider_ids()
    with pytest.raises(ValidationError, match=f"'{slug}' is taken"):
        provider_install(PISYS, slug=slug)
    assert provider_id_for("account") is None
    assert all_provider_ids() == before
