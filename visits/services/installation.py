"""What a new provider's visits need besides its agreement: on-site hours and the rules of allowances."""

from dataclasses import asdict

from django.db import transaction

from contracts.models import Package
from contracts.presets import ProviderPreset
from sla.models import BusinessCalendar
from visits.models import AllowanceRule, VisitPolicy
from visits.presets import VISITS


@transaction.atomic
def visits_install(preset: ProviderPreset) -> None:
    """Make the visit policy and the allowance rules of a preset, inside the new provider's scope."""
    visits = VISITS[preset.brand.slug]
    VisitPolicy.objects.create(
        on_site_hours=BusinessCalendar.objects.get(name=visits.on_site_hours),
        callout_rank=visits.callout_rank,
    )
    packages = {package.key: package for package in Package.objects.all()}
    AllowanceRule.objects.bulk_create(
        AllowanceRule(package=packages[key], **{**asdict(rule), "warn_at": list(rule.warn_at)})
        for key, rules in visits.allowances.items()
        for rule in rules
    )
