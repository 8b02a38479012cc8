"""Other terms for many running clocks at once: a contract's variation reaches them (rules P8, S13)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from django.db import transaction

from sla.bulk import NOTHING, Column
from sla.calendars import calendar_version_pin
from sla.impact import Impact, Moves
from sla.models import Clock, ClockEvent, ClockPause, ClockState
from sla.services.clocks import deadline_under, terms_set, terms_take
from sla.services.recomputation import Progress, measuring
from sla.steps import WITHOUT_STEPS, tell_changed
from sla.terms import ClockTerms
from sla.working_time.zones import to_micros

BATCH = 500


@transaction.atomic
def clocks_change_terms(
    *,
    wanted: Mapping[int, ClockTerms],
    at: datetime,
    cause: str,
    progress: Progress | None = None,
) -> Impact:
    """Give each of these clocks, by id, other terms from its start on, like `clock_change_terms` for one.

    Clocks that have ended meanwhile stay as they are (Rule S13). `progress(done, total)` is called after each batch.
    Inside `preview` it only measures, and locks nothing.
    """
    measure = measuring()
    moves = Moves() if measure is None else measure
    ids = sorted(wanted)
    for done in range(0, len(ids), BATCH):
        batch = ids[done : done + BATCH]
        _change(batch, wanted, moves, at=at, cause=cause, is_real=measure is None)
        if progress:
            progress(done + len(batch), len(ids))
    return moves.impact(at)


def _change(
    ids: Sequence[int],
    wanted: Mapping[int, ClockTerms],
    moves: Moves,
    *,
    at: datetime,
    cause: str,
    is_real: bool,
) -> None:
    rows = Clock.objects.filter(pk__in=ids, state__in=[ClockState.RUNNING, ClockState.PAUSED]).order_by("pk")
    # The calendars before the rows, as everywhere: an edit of a calendar locks them in this order too.
    versions = {
        (customer, calendar): calendar_version_pin(calendar, customer)
        for key, kind, customer in rows.values_list("pk", "kind", "customer_id")
        for calendar in [wanted[key].calendar_of(kind)]
    }
    clocks = list(rows.select_for_update(no_key=True) if is_real else rows)
    pauses = defaultdict(list)
    for pause in ClockPause.objects.filter(clock__in=clocks):
        pauses[pause.clock_id].append(pause)
    before = [_micros(clock.due_at) for clock in clocks]
    events: list[ClockEvent] = []
    for clock in clocks:
        terms = wanted[clock.pk]
        version = versions[clock.customer_id, terms.calendar_of(clock.kind)]
        own = pauses[clock.pk]
        if is_real:
            events += terms_take(clock=clock, terms=terms, version=version, pauses=own, at=at, cause=cause)
        else:
            terms_set(clock, terms, version)
            _end_ungranted(clock, own, at)
            clock.due_at = deadline_under(clock, own).due_at
    ClockEvent.objects.bulk_create(events)
    after = [_micros(clock.due_at) for clock in clocks]
    _measure(moves, clocks, before, after)
    if is_real:
        tell_changed([one.pk for one, old, new in zip(clocks, before, after, strict=True) if old != new])


def _end_ungranted(clock: Clock, pauses: Sequence[ClockPause], at: datetime) -> None:
    """What `terms_take` does to a pause that the new terms do not grant, without storing it."""
    for pause in pauses:
        if pause.ends_at is None and pause.waiting_for not in clock.pausable_for:
            pause.ends_at = max(at, pause.starts_at)


def _measure(moves: Moves, clocks: Sequence[Clock], before: Sequence[int], after: Sequence[int]) -> None:
    def column(values: Sequence[int]) -> Column:
        return np.array(values, dtype=np.int64)

    ids = column([clock.pk for clock in clocks])
    found = {
        "id": ids,
        "customer": column([clock.customer_id for clock in clocks]),
        "silent": column([int(clock.apart in WITHOUT_STEPS) for clock in clocks]),
        "due": column(before),
    }
    moves.add(found, {"id": ids, "due": column(after)})


def _micros(instant: datetime | None) -> int:
    return NOTHING if instant is None else to_micros(instant)
