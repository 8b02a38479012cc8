"""Learning what is normal, from the tickets that were closed in the last twelve months (Rule S12).

Nothing here runs on a page: the daily look does it. One grouped query reads the times, school by school through the
index of closed tickets, so that its cost grows with what was closed in the window and not with what is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection

from accounts.tenancy.scope import current_provider_id
from reviews.models import NormalTime
from reviews.normal import YEAR_DAYS, Kind, Normal, normals_of
from sla.desk_time import desk_minutes_many
from tickets.models import NOT_COUNTED, Channel

YEAR = timedelta(days=YEAR_DAYS)

# From logging until it was fixed, or closed without a fix; what waits counts on both sides of the comparison.
TIMES = """
    SELECT ticket.category_id, ticket.level_id, array_agg(ticket.logged_at), array_agg(ticket.ended_at)
      FROM accounts_customer customer
      JOIN LATERAL (
        SELECT category_id, level_id, logged_at, least(fixed_at, closed_at) AS ended_at
          FROM tickets_ticket
         WHERE provider_id = customer.provider_id AND customer_id = customer.id
           AND closed_at >= %(start)s AND closed_at < %(end)s
           AND channel <> %(monitoring)s AND NOT closed_as = ANY (%(not_counted)s)
      ) ticket ON ticket.ended_at >= ticket.logged_at
     WHERE customer.provider_id = %(provider)s
     GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class _Times:
    kind: Kind
    starts: Sequence[datetime]
    ends: Sequence[datetime]


def normals_learn(now: datetime) -> dict[Kind, Normal]:
    """Learn what is normal at this instant and keep it in place of what was learned before."""
    normals = normals_of(_working_minutes(_times(now)))
    NormalTime.objects.all().delete()
    NormalTime.objects.bulk_create(
        NormalTime(
            category_id=category,
            level_id=level,
            tickets=normal.tickets,
            median_minutes=normal.median,
            ninth_minutes=normal.ninth,
        )
        for (category, level), normal in normals.items()
    )
    return normals


def _times(now: datetime) -> list[_Times]:
    parameters: dict[str, Any] = {
        "provider": current_provider_id(),
        "start": now - YEAR,
        "end": now,
        "monitoring": Channel.MONITORING.value,
        "not_counted": [str(ending) for ending in NOT_COUNTED],
    }
    with connection.cursor() as cursor:
        cursor.execute(TIMES, parameters)
        return [_Times((row[0], row[1]), row[2], row[3]) for row in cursor.fetchall()]


def _working_minutes(groups: Sequence[_Times]) -> dict[Kind, list[int]]:
    """All groups are worked out at once, and taken apart again."""
    edges = [0]
    for group in groups:
        edges.append(edges[-1] + len(group.starts))
    minutes = desk_minutes_many(
        [start for group in groups for start in group.starts],
        [end for group in groups for end in group.ends],
    )
    return {group.kind: minutes[low:high] for group, (low, high) in zip(groups, pairwise(edges), strict=True)}
