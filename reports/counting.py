"""Counting a quarter: set-based SQL whose work grows with the customer's quarter, not with the installation.

How a promise counts (Rule S6), said once for every query here, in `COUNTED_CLOCKS`:

* it counts once, in the quarter of the earlier of its end and its deadline (`Clock.counted_at`);
* still open past its deadline, it counts as missed, also while it waits;
* still open before its deadline, it is pending: in neither number yet;
* void, exempt, callout and monitoring clocks are in neither number; they are counted in groups of their own;
* it was kept only by pauses when it ended after the deadline that it would have had without them (Rule S10).

Every function works inside the caller's tenant scope and takes `now` as an aware instant. Confidential tickets count
like all others, without their words (Rule T6): whoever counts does so `as_system`, and a query that answers with words
of tickets answers `CONFIDENTIAL` in their place.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.utils.functional import Promise

from accounts.models import Customer
from accounts.tenancy.scope import as_system, current_provider_id
from reports.along import ANSWER_COUNTS, REVIEW_COUNTS
from reports.figures import (
    ApartClock,
    ApartGroup,
    Attainment,
    EscalationStep,
    LevelTally,
    Miss,
    QuarterFigures,
    QuarterTally,
    Reviews,
    Satisfaction,
    Tally,
    Volume,
    Volumes,
)
from reports.working_minutes import WorkingMinutes
from sla.models import Apart, ClockKind, ServiceLevel
from sla.quarters import Quarter
from tickets.models import NOT_COUNTED, Category, Channel

# What stands in place of a confidential ticket's words, for everybody and in every language (Rule T6).
CONFIDENTIAL = "confidential"
TREND_QUARTERS = 4
VOID = "void"
APART_GROUPS = (Apart.EXEMPT.value, Apart.CALLOUT.value, Apart.MONITORING.value, VOID)

COUNTED_CLOCKS = """
    SELECT c.*,
           CASE WHEN c.state = 'void' THEN 'void' ELSE c.apart END AS apart_group,
           CASE WHEN c.state = 'met' THEN 'kept'
                WHEN c.state IN ('missed', 'void') THEN c.state
                WHEN c.due_at <= %(now)s THEN 'missed'
                ELSE 'pending' END AS outcome,
           c.state = 'met' AND c.ended_at > coalesce(c.due_without_pauses_at, c.ended_at) AS kept_by_pauses
      FROM sla_clock c
     WHERE c.provider_id = %(provider)s AND c.customer_id = %(customer)s
       AND c.counted_at >= %(start)s AND c.counted_at < %(end)s
"""

ATTAINMENT = f"""
    SELECT width_bucket(counted_at, %(edges)s::timestamptz[]) - 1 AS quarter, kind, level_id, apart_group,
           count(*) FILTER (WHERE outcome = 'kept') AS kept,
           count(*) FILTER (WHERE outcome = 'missed') AS missed,
           count(*) FILTER (WHERE kept_by_pauses) AS kept_by_pauses,
           count(*) FILTER (WHERE outcome = 'pending') AS pending,
           coalesce(sum(target_percent) FILTER (WHERE outcome IN ('kept', 'missed')), 0) AS target_sum,
           coalesce(sum(target_percent) FILTER (WHERE outcome = 'pending'), 0) AS pending_target_sum,
           count(*) FILTER (WHERE outcome <> 'pending') AS apart_count
      FROM ({COUNTED_CLOCKS}) AS counted
     GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - constants only

# Only the newest fix clock of a reopened ticket is its `fix_clock`: older ones are followed forward to it.
CLOCKS_WITH_TICKETS = f"""
    WITH RECURSIVE counted AS MATERIALIZED ({COUNTED_CLOCKS}),
    chosen AS MATERIALIZED (
        SELECT * FROM counted
         WHERE %(everything)s
            OR apart_group = '' AND outcome = 'missed'
            OR apart_group IN ('exempt', 'callout') AND outcome <> 'pending'
    ),
    newest (clock_id, current_id) AS (
        SELECT id, id FROM chosen
        UNION ALL
        SELECT n.clock_id, later.id FROM newest n JOIN sla_clock later ON later.previous_id = n.current_id
    ),
    owner AS (
        SELECT n.clock_id, t.id AS ticket_id, t.number, t.subject, t.is_confidential
          FROM newest n JOIN tickets_ticket t ON t.response_clock_id = n.current_id
        UNION ALL
        SELECT n.clock_id, t.id, t.number, t.subject, t.is_confidential
          FROM newest n JOIN tickets_ticket t ON t.fix_clock_id = n.current_id
    )
    SELECT chosen.id, owner.number,
           CASE WHEN owner.is_confidential THEN %(confidential)s ELSE coalesce(owner.subject, '') END AS subject,
           level.key AS level_key,
           level.name AS level_name, chosen.kind, chosen.apart_group, chosen.outcome, chosen.kept_by_pauses,
           chosen.target_percent, chosen.started_at, coalesce(chosen.due_at, chosen.counted_at) AS due_at,
           chosen.due_without_pauses_at, chosen.ended_at, chosen.counted_at, chosen.calendar_version_id,
           coalesce(reason.cause, '') AS cause,
           CASE WHEN owner.is_confidential THEN '' ELSE coalesce(reason.words, '') END AS words
      FROM chosen
      JOIN sla_servicelevel level ON level.id = chosen.level_id
      LEFT JOIN owner ON owner.clock_id = chosen.id
      LEFT JOIN tickets_breachreason reason ON reason.clock_id = chosen.id
     ORDER BY chosen.counted_at, chosen.id
"""  # noqa: S608 - constants only

# Open at the end are those that had not ended by then; LEAST skips what is null. Spam and withdrawn requests are in no
# figure. Answers and reviews come along in the same query, the same in each row; in total there is always one row.
VOLUMES = f"""
    WITH said AS ({ANSWER_COUNTS}), looked AS ({REVIEW_COUNTS})
    SELECT level_id, channel, category_id, grouping(level_id, channel, category_id) AS what,
           count(*) FILTER (WHERE logged_at >= %(start)s) AS opened,
           count(*) FILTER (WHERE ended_at < %(end)s) AS ended,
           count(*) FILTER (WHERE ended_at IS NULL OR ended_at >= %(end)s) AS still_open,
           (SELECT asked FROM said) AS asked, (SELECT good FROM said) AS good,
           (SELECT all_right FROM said) AS all_right, (SELECT poor FROM said) AS poor,
           (SELECT steps FROM looked) AS steps, (SELECT training FROM looked) AS training,
           (SELECT upgrade FROM looked) AS upgrade, (SELECT nothing FROM looked) AS nothing
      FROM (SELECT level_id, channel, category_id, logged_at, least(fixed_at, closed_at) AS ended_at
              FROM tickets_ticket
             WHERE provider_id = %(provider)s AND customer_id = %(customer)s AND logged_at < %(end)s
               AND NOT closed_as = ANY (%(not_counted)s)) AS ticket
     WHERE ended_at IS NULL OR ended_at >= %(start)s
     GROUP BY GROUPING SETS ((level_id), (channel), (category_id), ())
"""  # noqa: S608 - constants only
BY_LEVEL, BY_CHANNEL, BY_CATEGORY, IN_TOTAL = 0b011, 0b101, 0b110, 0b111

ESCALATIONS = """
    SELECT ticket.number AS ticket,
           CASE WHEN ticket.is_confidential THEN %(confidential)s ELSE ticket.subject END AS subject,
           step.to_stage, step.trigger,
           CASE WHEN ticket.is_confidential THEN '' ELSE step.reason END AS reason, step.at
      FROM tickets_escalation step JOIN tickets_ticket ticket ON ticket.id = step.ticket_id
     WHERE step.provider_id = %(provider)s AND step.customer_id = %(customer)s
       AND step.at >= %(start)s AND step.at < %(end)s
       AND step.to_stage > step.from_stage
     ORDER BY step.at, step.id
"""


@dataclass(frozen=True, slots=True)
class TallyRow:
    quarter: int
    kind: str
    level_id: int
    apart_group: str
    kept: int
    missed: int
    kept_by_pauses: int
    pending: int
    target_sum: int
    pending_target_sum: int
    apart_count: int

    @property
    def tally(self) -> Tally:
        return Tally(
            kept=self.kept,
            missed=self.missed,
            kept_by_pauses=self.kept_by_pauses,
            pending=self.pending,
            target_sum=self.target_sum,
            pending_target_sum=self.pending_target_sum,
        )


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One decided clock with the ticket it belongs to (None where the ticket is gone)."""

    id: int
    number: int | None
    subject: str
    level_key: str
    level_name: str
    kind: str
    apart_group: str
    outcome: str
    kept_by_pauses: bool
    target_percent: int
    started_at: datetime
    due_at: datetime
    due_without_pauses_at: datetime | None
    ended_at: datetime | None
    counted_at: datetime
    calendar_version_id: int
    cause: str
    words: str


@dataclass(frozen=True, slots=True)
class VolumeRow:
    level_id: int | None
    channel: str | None
    category_id: int | None
    what: int
    opened: int
    ended: int
    still_open: int
    asked: int
    good: int
    all_right: int
    poor: int
    steps: int
    training: int
    upgrade: int
    nothing: int


Row = TypeVar("Row")


def fetch(kind: type[Row], sql: str, parameters: Mapping[str, Any]) -> list[Row]:
    """The rows of a query as frozen values; the query's columns are named like the fields."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column.name for column in cursor.description]
        return [kind(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def query_parameters(*, customer: Customer, quarter: Quarter, zone: str, now: datetime) -> dict[str, Any]:
    """What every query of one quarter is told."""
    start, end = quarter.bounds(zone)
    return {
        "provider": current_provider_id(),
        "customer": customer.pk,
        "start": start,
        "end": end,
        "now": now,
        "confidential": CONFIDENTIAL,
        "not_counted": [str(ending) for ending in NOT_COUNTED],
    }


def tally_rows(
    *, customer: Customer, quarters: Sequence[Quarter], zone: str, now: datetime
) -> list[TallyRow]:
    """Tallies of successive quarters by kind, level and group; `quarter` is the place in `quarters`."""
    parameters = query_parameters(customer=customer, quarter=quarters[-1], zone=zone, now=now)
    edges = [quarter.bounds(zone).start for quarter in quarters]
    return fetch(TallyRow, ATTAINMENT, {**parameters, "start": edges[0], "edges": edges})


def clock_rows(
    *, customer: Customer, quarter: Quarter, zone: str, now: datetime, everything: bool = False
) -> list[ClockRow]:
    """The misses, exemptions and callouts of a quarter; with `everything`, every clock behind its figures."""
    parameters = query_parameters(customer=customer, quarter=quarter, zone=zone, now=now)
    return fetch(ClockRow, CLOCKS_WITH_TICKETS, {**parameters, "everything": everything})


@as_system()
def quarter_figures(*, customer: Customer, quarter: Quarter, zone: str, now: datetime) -> QuarterFigures:
    """All figures of a customer's quarter as they stand at `now`; `zone` is the desk's (Rules R1, S6, S8)."""
    quarters = quarter.last(TREND_QUARTERS)
    tallies = tally_rows(customer=customer, quarters=quarters, zone=zone, now=now)
    levels = list(ServiceLevel.objects.all())
    clocks = clock_rows(customer=customer, quarter=quarter, zone=zone, now=now)
    working = WorkingMinutes({row.calendar_version_id for row in clocks})
    parameters = query_parameters(customer=customer, quarter=quarter, zone=zone, now=now)
    volumes = fetch(VolumeRow, VOLUMES, parameters)
    first = volumes[0]
    return QuarterFigures(
        customer=customer.name,
        quarter=str(quarter),
        time_zone=zone,
        as_of=now,
        is_running=now < quarter.bounds(zone).end,
        reply=_attainment(ClockKind.RESPONSE, quarters, levels, tallies),
        fix=_attainment(ClockKind.FIX, quarters, levels, tallies),
        misses=tuple(
            _miss(row, working, now) for row in clocks if row.apart_group == "" and row.outcome == "missed"
        ),
        apart=_apart_groups(tallies, this_quarter=len(quarters) - 1),
        apart_clocks=tuple(_apart_clock(row, working) for row in clocks if row.apart_group),
        volumes=_volumes(volumes, levels),
        escalations=tuple(fetch(EscalationStep, ESCALATIONS, parameters)),
        satisfaction=Satisfaction(first.asked, first.good, first.all_right, first.poor),
        reviews=Reviews(first.steps, first.training, first.upgrade, first.nothing),
    )


def _sum(rows: Iterable[TallyRow]) -> Tally:
    return sum((row.tally for row in rows), Tally())


def _attainment(
    kind: ClockKind, quarters: Sequence[Quarter], levels: Sequence[ServiceLevel], rows: Sequence[TallyRow]
) -> Attainment:
    counted = [row for row in rows if row.kind == kind and row.apart_group == ""]
    this = [row for row in counted if row.quarter == len(quarters) - 1]
    return Attainment(
        kind=kind.value,
        total=_sum(this),
        levels=tuple(
            LevelTally(level.key, level.name, _sum(row for row in this if row.level_id == level.pk))
            for level in levels
        ),
        trend=tuple(
            QuarterTally(str(quarter), _sum(row for row in counted if row.quarter == place))
            for place, quarter in enumerate(quarters)
        ),
    )


def _apart_groups(rows: Sequence[TallyRow], *, this_quarter: int) -> tuple[ApartGroup, ...]:
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row.quarter == this_quarter:
            numbers[row.apart_group, row.kind] += row.apart_count
    return tuple(
        ApartGroup(group, numbers[group, ClockKind.RESPONSE], numbers[group, ClockKind.FIX])
        for group in APART_GROUPS
    )


def _miss(row: ClockRow, working: WorkingMinutes, now: datetime) -> Miss:
    return Miss(
        ticket=row.number,
        subject=row.subject,
        level=row.level_name,
        kind=row.kind,
        due_at=row.due_at,
        ended_at=row.ended_at,
        late_minutes=working.between(row.calendar_version_id, row.due_at, row.ended_at or now),
        cause=row.cause,
        words=row.words,
    )


def _apart_clock(row: ClockRow, working: WorkingMinutes) -> ApartClock:
    ended = row.ended_at
    return ApartClock(
        group=row.apart_group,
        ticket=row.number,
        subject=row.subject,
        level=row.level_name,
        kind=row.kind,
        started_at=row.started_at,
        ended_at=ended,
        worked_minutes=working.between(row.calendar_version_id, row.started_at, ended) if ended else None,
    )


def _volumes(rows: Sequence[VolumeRow], levels: Sequence[ServiceLevel]) -> Volumes:
    categories: dict[int | None, tuple[str, str | Promise]] = {
        category.pk: (category.key, category.name) for category in Category.objects.all()
    }
    categories[None] = ("", "")
    return Volumes(
        total=next((_volume(row, "", "") for row in rows if row.what == IN_TOTAL), Volume("", "", 0, 0, 0)),
        levels=_named(rows, BY_LEVEL, {level.pk: (level.key, level.name) for level in levels}),
        channels=_named(rows, BY_CHANNEL, {one.value: (one.value, str(one.label)) for one in Channel}),
        categories=_named(rows, BY_CATEGORY, categories),
    )


def _named(
    rows: Sequence[VolumeRow], what: int, names: Mapping[Any, tuple[str, str | Promise]]
) -> tuple[Volume, ...]:
    """The volumes of one division in the order of `names`, without those that nothing happened in."""
    column = {BY_LEVEL: "level_id", BY_CHANNEL: "channel", BY_CATEGORY: "category_id"}[what]
    found = {getattr(row, column): row for row in rows if row.what == what}
    return tuple(
        _volume(found[value], key, str(name)) for value, (key, name) in names.items() if value in found
    )


def _volume(row: VolumeRow, key: str, name: str) -> Volume:
    return Volume(key, name, row.opened, row.ended, row.still_open)
