"""For the demo: the periods that a provider has saved, looked at last night, and a hold."""

from datetime import datetime

from accounts.models import Person, StaffRole
from accounts.protecting import record_kinds
from protection.models import Hold, RetentionRule
from protection.services.sweeping import night_after

KEPT = frozenset({"complaints", "audit", "readings"})  # for ever
WHY = "The school asked us to keep everything until its audit is over"


def periods_add(*, now: datetime) -> None:
    """The usual periods for most kinds. Needs an open scope."""
    RetentionRule.objects.bulk_create(
        RetentionRule(kind=kind.key)
        if kind.key in KEPT
        else RetentionRule(
            kind=kind.key,
            days=kind.usual_days,
            looked_at=min(night_after(now, days=0), now),
            wake_at=night_after(now),
        )
        for kind in record_kinds()
    )
    schools = Person.objects.filter(is_staff=False, customer_memberships__isnull=False)
    administrators = Person.objects.filter(staff_memberships__role=StaffRole.ADMINISTRATOR)
    Hold.objects.create(
        person=schools.order_by("pk").first(), reason=WHY, placed_by=administrators.order_by("pk").first()
    )
