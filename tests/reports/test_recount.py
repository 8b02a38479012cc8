"""The SQL against a naive count, clock by clock, over random clocks (Rule S6)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.counting import quarter_figures
from reports.evidence import agree, evidence_of
from reports.figures import Attainment
from reports.selectors import headlines
from sla.models import Apart, Clock, ClockKind, ClockState
from sla.quarters import Quarter
from tests.reports.world import LEVELS, ZONE, World, utc

pytestmark = pytest.mark.django_db
QUARTER = Quarter.parse("2026Q3")
START, END = utc("2026-06-30 23:00"), utc("2026-09-30 23:00")
EDGES = [START, END, utc("2026-03-31 23:00"), utc("2025-09-30 23:00")]


@dataclass(frozen=True)
class Drawn:
    kind: ClockKind
    level: str
    apart: Apart
    due: datetime
    ended: datetime | None
    is_void: bool
    is_paused: bool
    without_pauses: timedelta


instants = st.one_of(
    st.integers(0, 455 * 24 * 60).map(lambda minutes: utc("2025-09-01 00:00") + timedelta(minutes=minutes)),
    st.tuples(st.sampled_from(EDGES), st.sampled_from([-1, 0, 1])).map(
        lambda pair: pair[0] + timedelta(microseconds=pair[1])
    ),
)
clocks = st.builds(
    Drawn,
    st.sampled_from(ClockKind),
    st.sampled_from(LEVELS),
    st.sampled_from([Apart.COUNTED, Apart.COUNTED, *Apart]),
    instants,
    st.none() | instants,
    st.sampled_from([False, False, False, True]),
    st.booleans(),
    st.sampled_from([timedelta(0), timedelta(hours=-1), timedelta(days=-30)]),
)


def make(world: World, one: Drawn) -> Clock:
    state = ClockState.VOID if one.is_void else None
    if state is None and one.ended is None and one.is_paused:
        state = ClockState.PAUSED
    return world.clock(
        one.kind, due=one.due, ended=one.ended or (one.due if one.is_void else None), level=one.level,
        apart=one.apart, state=state, due_without_pauses=one.due + one.without_pauses, started=utc("2025-08-01 09:00"),
    )  # fmt: skip


def naive(drawn: list[Drawn], kind: ClockKind, now: datetime) -> Counter[str]:
    """Rule S6 read aloud: for each clock, is it of this quarter, is it counted, was it kept?"""
    found: Counter[str] = Counter()
    for one in drawn:
        counts_at = min(one.due, one.ended) if one.ended else one.due
        if one.kind != kind or one.is_void or one.apart or not START <= counts_at < END:
            continue
        if one.ended and one.ended <= one.due:
            found["kept"] += 1
            found["kept_by_pauses"] += one.ended > one.due + one.without_pauses
        elif one.ended or one.due <= now:
            found["missed"] += 1
        else:
            found["pending"] += 1
    return found


def counted(attainment: Attainment) -> Counter[str]:
    total = attainment.total
    return +Counter(
        kept=total.kept, missed=total.missed, pending=total.pending, kept_by_pauses=total.kept_by_pauses
    )


@pytest.mark.rule("S6", "S10", "R3")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(clocks, max_size=12), st.sampled_from([utc("2026-09-15 09:00"), utc("2026-12-01 09:00")]))
def test_the_sql_counts_like_a_person_with_a_pencil(world: World, drawn: list[Drawn], now: datetime) -> None:
    with transaction.atomic():
        for one in drawn:
            make(world, one)
        figures = quarter_figures(customer=world.customer, quarter=QUARTER, zone=ZONE, now=now)
        assert counted(figures.reply) == +naive(drawn, ClockKind.RESPONSE, now)
        assert counted(figures.fix) == +naive(drawn, ClockKind.FIX, now)
        assert len(figures.misses) == figures.reply.total.missed + figures.fix.total.missed
        for attainment in figures.promises:
            assert sum(level.tally.counted for level in attainment.levels) == attainment.total.counted
            assert attainment.trend[-1].tally == attainment.total
        assert agree(figures, evidence_of(customer=world.customer, quarter=QUARTER, zone=ZONE, now=now))
        headline = headlines(customer_ids=[world.customer.pk], quarter=QUARTER, zone=ZONE, now=now)[
            world.customer.pk
        ]
        assert (headline.reply.kept, headline.reply.missed) == (
            figures.reply.total.kept,
            figures.reply.total.missed,
        )
        assert headline.fix.pending == figures.fix.total.pending
        assert headline.fix.target_sum == figures.fix.total.target_sum
        transaction.set_rollback(True)  # ended clocks can be neither changed nor removed
