"""When engineers are at a customer's: the hours of clocks that run in visits (rules S7, S13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db import connection, transaction

from sla.impact import NO_IMPACT, Impact
from sla.models import OnSiteTime
from sla.selectors import visits_calendar_id
from sla.services.recomputation import recompute


@dataclass(frozen=True, order=True, slots=True)
class OnSite:
    """A stretch of a local day; visits do not run over midnight."""

    day: date
    opens: time
    closes: time


@transaction.atomic
def on_site_times_set(*, customer_id: int, times: Iterable[OnSite], cause: str) -> Impact:
    """Let exactly these be the times in which an engineer is at the customer's, past ones included.

    The customer's running clocks that run in visits get their deadlines anew, each change with `cause` in its history;
    one that the times no longer suffice for has none: 'no visit booked'. Inside `preview` it only measures.
    """
    wanted = set(times)
    stored = {
        OnSite(row.day, row.opens, row.closes): row.pk
        for row in OnSiteTime.objects.filter(customer_id=customer_id)
    }
    if wanted == set(stored):
        return NO_IMPACT
    OnSiteTime.objects.filter(pk__in=[pk for one, pk in stored.items() if one not in wanted]).delete()
    OnSiteTime.objects.bulk_create(
        OnSiteTime(customer_id=customer_id, day=one.day, opens=one.opens, closes=one.closes)
        for one in sorted(wanted - set(stored))
    )
    return recompute(calendar_ids=[visits_calendar_id()], customer_id=customer_id, cause=cause)


def calendars_hold_for_edit() -> None:
    """Hold the provider's calendars for an edit to come, to the end of the transaction.

    Whoever reads a calendar first and edits one afterwards must begin with this: two that both read, and then both
    wait for the other's reading to end, would stand still.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(sla_calendar_lock_key(tenancy_provider()))")
