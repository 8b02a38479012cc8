"""A desk with very many open clocks, for the benchmarks of recomputation and of the sweep."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)
CUSTOMERS = 500
_MANY = """
    INSERT INTO sla_clock (provider_id, customer_id, kind, level_id, state, apart, started_at,
        allowance_minutes, target_percent, warn_percent, pausable_for, calendar_id, calendar_version_id,
        generation, failures, last_failure)
    SELECT provider_id, (%(customers)s::bigint[])[1 + n %% %(count)s], kind, level_id, state, apart,
        %(now)s - (n %% 20000) * interval '11 seconds', 2400 + 60 * (n %% 40), target_percent, warn_percent,
        pausable_for, calendar_id, calendar_version_id, generation, failures, last_failure
    FROM sla_clock, generate_series(1, %(clocks)s) n WHERE id = %(like)s
"""


@dataclass(frozen=True, slots=True)
class BusyDesk:
    """A provider with that many running clocks, due from the Tuesday after `NOW` on."""

    provider_id: int
    clocks: int
    owner_url: str


def make_busy_desk(clocks: int, owner_url: str, slug: str = "busy") -> BusyDesk:
    """Inside `scratch_database`. A tenth of the schools have a closure of their own."""
    from django.db import connection

    from accounts.tenancy.scope import Scope, open_scope
    from sla.models import Closure
    from sla.services.clocks import clock_start, clock_void
    from sla.services.recomputation import recompute
    from tests import factories

    provider = factories.make_provider(slug)
    with open_scope(Scope(provider_id=provider.pk)):
        factories.make_holidays()
        factories.make_shutdown()
        calendar = factories.make_calendar(is_default=True)
        customers = [factories.make_customer(f"school-{n}") for n in range(CUSTOMERS)]
        for customer in customers[::10]:
            Closure.objects.create(
                customer=customer,
                name="Inset day",
                first_day=date(2026, 9, 4),
                last_day=date(2026, 9, 4),
            )
        terms = factories.make_terms(factories.make_levels()["Low"], calendar)
        like = clock_start(customer_id=customers[0].pk, kind="fix", terms=terms, started_at=NOW)
        with connection.cursor() as cursor:
            parameters = {"customers": [one.pk for one in customers], "count": CUSTOMERS, "now": NOW}
            cursor.execute(_MANY, {**parameters, "clocks": clocks, "like": like.pk})
        clock_void(clock=like, cause="the pattern")
        recompute(cause="made", now=NOW)
    return BusyDesk(provider.pk, clocks, owner_url)


def tidy(owner_url: str) -> None:
    """Leave no dead rows and fresh statistics, so that no vacuum runs into a measurement."""
    import psycopg

    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) sla_clock, sla_clockevent")
