"""Whether schools are asked, and how often one person is mailed."""

from django.db import transaction

from accounts.services import audit_record
from satisfaction.models import SatisfactionSettings


@transaction.atomic
def satisfaction_settings_save(*, is_asked: bool, gap_days: int) -> SatisfactionSettings:
    """It holds for requests that are closed from now on. Raises ValidationError: gap_days."""
    row = SatisfactionSettings.objects.first() or SatisfactionSettings()
    before = {"is_asked": row.is_asked, "gap_days": row.gap_days}
    row.is_asked, row.gap_days = is_asked, gap_days
    row.clean_fields()
    row.save()
    after = {"is_asked": is_asked, "gap_days": gap_days}
    audit_record(
        action="satisfaction.settings",
        target=row,
        changes={name: (before[name], after[name]) for name in after},
    )
    return row
