"""Reads of visits: between days, next, to be rescheduled, who is free and when."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet, Sum

from accounts.models import Customer, Person
from accounts.tenancy.memory import current_provider
from contracts.models import Contract
from sla.calendars import calendar_spec
from sla.models import BusinessCalendar
from sla.working_time import working_time_for
from visits.engineers import engineer_days
from visits.models import Visit, VisitState
from visits.when import When


def visits_with_names() -> QuerySet[Visit]:
    """Visits with what a page shows of each, in one query, by their start."""
    return Visit.objects.select_related("customer", "contract__package", "engineer", "slot").order_by(
        "starts_at", "id"
    )


def visits_between(
    first: date,
    last: date,
    *,
    engineer: Person | None = None,
    customer: Customer | None = None,
    contract: Contract | None = None,
) -> QuerySet[Visit]:
    """Visits on local days from `first` to `last`, both included, in every state; of one of each where given."""
    rows = visits_with_names().filter(day__range=(first, last))
    for name, value in (("engineer", engineer), ("customer", customer), ("contract", contract)):
        if value is not None:
            rows = rows.filter(**{name: value})
    return rows


def next_visit(contract: Contract, *, after: datetime) -> Visit | None:
    """The contract's next visit that has not ended at that instant (rules I9, S7)."""
    rows = visits_with_names().filter(contract=contract, ends_at__gt=after)
    return rows.filter(state__in=(VisitState.BOOKED, VisitState.ON_SITE)).first()


def visits_to_reschedule() -> QuerySet[Visit]:
    """Visits that we missed and in whose place none is booked yet (Rule P2)."""
    return visits_with_names().filter(state=VisitState.MISSED, replaced_by__isnull=True)


def free_engineers(when: When) -> list[Person]:
    """Who works then and is nowhere else, by name."""
    days = engineer_days(when.day, current_provider().time_zone)
    return [one.engineer for one in days if not one.hindrance(when)]


def minutes_in_lieu_left(visit: Visit) -> int:
    """Remote support that is still owed in place of a visit (Rule P3); 0 for one that took place."""
    if visit.state != VisitState.IN_LIEU:
        return 0
    owed = (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
    sessions = visit.sessions_in_lieu.filter(undone_at__isnull=True)
    return max(0, owed - (sessions.aggregate(total=Sum("minutes"))["total"] or 0))


def response_promised(callout: Visit) -> bool:
    """Whether a response time is promised for a callout: only where it begins inside desk hours (Rule P4)."""
    desk = BusinessCalendar.objects.filter(is_default=True).first()
    return desk is not None and working_time_for(calendar_spec(desk, callout.customer_id)).is_open(
        callout.starts_at
    )
