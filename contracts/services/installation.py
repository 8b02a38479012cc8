"""A new provider from a preset: brand, levels, targets, calendars, public holidays and packages."""

from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Provider
from accounts.models.organisations import RESERVED_SLUGS
from accounts.services import audit_record
from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from contracts.coverage.facts import comparisons_stored
from contracts.models import (
    AgreementVersion,
    ClauseCondition,
    Obligation,
    Package,
    PackageClause,
    VisitSlot,
)
from contracts.presets import CalendarPreset, LevelPreset, PackagePreset, ProviderPreset
from sla.models import BusinessCalendar, OpeningWindow, PublicHoliday, ServiceLevel, ServiceTarget, TargetSet
from sla.working_time import HOLIDAYS_VERSION, Nation, public_holidays


@transaction.atomic
def provider_install(preset: ProviderPreset, *, slug: str | None = None) -> Provider:
    """Make the provider that `preset` describes, under `slug` or the preset's own (Rule T1).

    Opens its own scope. Raises ValidationError when the slug is taken or reserved.
    """
    slug = slug or preset.brand.slug
    if slug in RESERVED_SLUGS or provider_id_for(slug) is not None:
        raise ValidationError(_("The short name '%(slug)s' is taken.") % {"slug": slug}, code="slug_taken")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_provider_id_seq')")
        (provider_id,) = cursor.fetchone()
    # The scope first: the wall lets a provider's row in only where it is the scope's own.
    with open_scope(Scope(provider_id=provider_id)):
        provider = Provider(pk=provider_id, **{**asdict(preset.brand), "slug": slug})
        provider.full_clean()
        provider.save(force_insert=True)
        _install_edition(preset)
        _install_calendars(preset)
        Obligation.objects.bulk_create(
            Obligation(position=place, **asdict(one)) for place, one in enumerate(preset.obligations, start=1)
        )
        audit_record(action="provider.installed", target=provider)
    return provider


def _install_edition(preset: ProviderPreset) -> None:
    targets = TargetSet.objects.create(name=preset.edition.target_set)
    for level in preset.levels:
        _install_level(level, targets)
    edition = AgreementVersion.objects.create(
        label=preset.edition.label,
        published_on=preset.edition.published_on,
        comments=preset.edition.comments,
        target_set=targets,
    )
    for position, package in enumerate(preset.edition.packages):
        _install_package(package, edition, position)


def _install_level(preset: LevelPreset, targets: TargetSet) -> None:
    level = ServiceLevel.objects.create(
        key=preset.key,
        name=preset.name,
        rank=preset.rank,
        impact=preset.impact,
        portal_words=preset.portal_words,
        is_default=preset.is_default,
    )
    ServiceTarget.objects.create(
        target_set=targets,
        level=level,
        response_minutes=preset.response_minutes,
        fix_minutes=preset.fix_minutes,
        target_percent=preset.target_percent,
        warn_percent=preset.warn_percent,
    )


def _install_package(preset: PackagePreset, edition: AgreementVersion, position: int) -> None:
    package = Package.objects.create(
        version=edition,
        key=preset.key,
        name=preset.name,
        summary=preset.summary,
        position=position,
        has_desk_access=preset.has_desk_access,
        clock_runs_in_visits=preset.clock_runs_in_visits,
        visit_window=preset.visit_window,
        typical_visits=preset.typical_visits,
        has_on_demand_visits=preset.has_on_demand_visits,
        emergency_callout=preset.emergency_callout,
    )
    clauses = PackageClause.objects.bulk_create(
        PackageClause(
            package=package,
            topic=clause.topic,
            answer=clause.answer,
            wording=clause.wording,
            limits=dict(clause.limits),
        )
        for clause in preset.clauses
    )
    ClauseCondition.objects.bulk_create(
        ClauseCondition(
            clause=clause,
            position=place,
            facts=comparisons_stored(one.comparisons),
            refers_to=one.refers_to or "",
            answer=one.answer or "",
            wording=one.wording,
        )
        for clause, said in zip(clauses, preset.clauses, strict=True)
        for place, one in enumerate(said.conditions, start=1)
    )
    VisitSlot.objects.bulk_create(
        VisitSlot(package=package, name=slot.name, starts=slot.starts, ends=slot.ends)
        for slot in preset.slots
    )


def _install_calendars(preset: ProviderPreset) -> None:
    for calendar in preset.calendars:
        _install_calendar(calendar, preset.brand.time_zone)
    BusinessCalendar.objects.create(
        name=_("Engineers' visits"),
        time_zone=preset.brand.time_zone,
        keeps_closures=False,
        runs_in_visits=True,
    )
    years = range(preset.holidays_from, preset.holidays_until + 1)
    PublicHoliday.objects.bulk_create(
        PublicHoliday(
            nation=nation.value, day=row.day, name=row.name[:120], source=f"holidays {HOLIDAYS_VERSION}"
        )
        for nation in Nation
        for row in public_holidays(nation, years)
    )


def _install_calendar(preset: CalendarPreset, time_zone: str) -> None:
    calendar = BusinessCalendar.objects.create(
        name=preset.name,
        time_zone=time_zone,
        always_open=preset.always_open,
        nation=preset.nation or "",
        keeps_closures=preset.keeps_closures,
        is_default=preset.is_default,
    )
    OpeningWindow.objects.bulk_create(
        OpeningWindow(calendar=calendar, weekday=weekday, opens=window.opens, closes=window.closes)
        for window in preset.windows
        for weekday in window.weekdays
    )
