"""What schools tell us of changes to supported systems (Rule E5)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from contracts.models import ChangeSettings, ReportedChange
from sla.times import local_day


@transaction.atomic
def reported_change_add(
    *, customer: Customer, what: str, system: str, changed_on: date, made_by: str, works: str, by: Person
) -> ReportedChange:
    """Keep that something was changed. Raises ValidationError by field: empty or too long, changed_on (to come)."""
    now = timezone.now()
    change = ReportedChange(
        customer=customer,
        what=what.strip(),
        system=system.strip(),
        changed_on=changed_on,
        made_by=made_by.strip(),
        works=works,
        reported_by=by,
        reported_at=now,
    )
    change.clean_fields(exclude=["provider", "customer", "reported_by"])
    if changed_on > local_day(now, current_provider().time_zone):
        raise ValidationError({"changed_on": _("Record it once it has been made: choose today or before.")})
    change.save()
    audit_record(action="change.reported", target=change)
    return change


@transaction.atomic
def change_settings_save(*, recent_days: int) -> ChangeSettings:
    """For how many days technicians see a change on tickets. Raises ValidationError: recent_days."""
    row = ChangeSettings.objects.first() or ChangeSettings()
    before, row.recent_days = row.recent_days, recent_days
    row.clean_fields()
    row.save()
    audit_record(action="change.settings", target=row, changes={"recent_days": (before, recent_days)})
    return row
