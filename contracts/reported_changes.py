"""Reads of the changes that schools told us of (Rule E5)."""

from datetime import date, timedelta

from django.db.models import IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import CustomerMembership, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from contracts.models import RECENT_DAYS, ChangeSettings, ReportedChange


def changes_readable(person: Person) -> QuerySet[ReportedChange]:
    """Staff read all; a school's leads their school's, others what they told us themselves."""
    if person.is_staff:
        return ReportedChange.objects.all()
    whole = CustomerMembership.objects.filter(person=person, role__in=SEES_WHOLE_SCHOOL)
    return ReportedChange.objects.filter(
        Q(reported_by=person) | Q(customer_id__in=whole.values("customer_id"))
    )


def recent_days() -> int:
    """For how many days a change counts as recent. For the provider's own scope."""
    row = ChangeSettings.objects.first()
    return row.recent_days if row else RECENT_DAYS


def days_that_are_recent() -> Coalesce:
    """The same as a part of another query."""
    chosen = ChangeSettings.objects.values("recent_days")[:1]
    return Coalesce(Subquery(chosen), RECENT_DAYS, output_field=IntegerField())


def recent_changes(customer_id: int, today: date, days: int | None = None) -> QuerySet[ReportedChange]:
    """What was changed at a school lately, the newest first. `today` is the provider's local day.

    `days`: what `recent_days` answered, where the caller has it already.
    """
    since = today - timedelta(days=recent_days() if days is None else days)
    rows = ReportedChange.objects.filter(customer_id=customer_id, changed_on__gte=since)
    return rows.select_related("reported_by")
