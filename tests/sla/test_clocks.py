"""One clock: outcomes, pauses, other terms, setting apart, and an outcome that nobody can change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import Q

from delivery.due import Moment
from sla.models import Apart, Clock, ClockEvent, ClockKind, ClockPause, ClockState
from sla.services.clocks import (
    ClockEnded,
    clock_change_terms,
    clock_pause,
    clock_resume,
    clock_set_apart,
    clock_start,
    clock_stop,
    clock_unvoid,
    clock_void,
)
from sla.steps import clock_step
from tests import factories
from tests.sla.conftest import Desk, local

FRIDAY = local("Fri 20 Nov 2026 16:00")
DUE = local("Mon 23 Nov 2026 08:30")
WAITS = frozenset({"customer"})


def kinds(clock: Clock) -> list[str]:
    return list(ClockEvent.objects.filter(clock=clock).values_list("kind", flat=True))


@pytest.mark.rule("S4", "S6")
@pytest.mark.parametrize(
    ("late", "state"), [(timedelta(0), ClockState.MET), (timedelta(microseconds=1), ClockState.MISSED)]
)
def test_met_up_to_and_including_the_due_instant(desk: Desk, late: timedelta, state: str) -> None:
    clock = clock_stop(clock=desk.start("Urgent", FRIDAY), at=DUE + late, cause="answered")
    assert (clock.state, clock.ended_at, clock.wake_at) == (state, DUE + late, None)
    assert kinds(clock) == ["started", state]
    with pytest.raises(ClockEnded):
        clock_stop(clock=clock, at=DUE)


@pytest.mark.rule("S6")
def test_an_end_before_the_start_counts_as_the_start(desk: Desk) -> None:
    clock = clock_stop(clock=desk.start("Urgent", FRIDAY), at=FRIDAY - timedelta(seconds=1))
    assert (clock.state, clock.ended_at) == (ClockState.MET, FRIDAY)


@pytest.mark.rule("S6", "S14")
def test_an_answer_written_down_after_the_breach_was_told_is_in_time(desk: Desk) -> None:
    clock = desk.start("Urgent", FRIDAY)
    clock_step(clock, Moment(DUE + timedelta(minutes=1)))
    clock = clock_stop(clock=clock, at=DUE - timedelta(minutes=5))
    assert (clock.state, clock.breached_at) == (ClockState.MET, None)
    assert kinds(clock) == ["started", "warned", "breached", "reinstated", "met"]


@pytest.mark.rule("S6")
def test_a_clock_counts_in_the_quarter_of_the_earlier_of_its_end_and_its_due_instant(desk: Desk) -> None:
    """Desk time decides: in summer the third quarter begins at 23:00 UTC on 30 June."""
    london = desk.calendar.time_zone
    assert london == "Europe/London"
    due_in_september = desk.start("Urgent", local("Wed 30 Sep 2026 15:00"))
    clock_stop(clock=due_in_september, at=local("Thu 01 Oct 2026 09:00"))
    ended_in_september = desk.start("Low", local("Wed 30 Sep 2026 15:00"))
    clock_stop(clock=ended_in_september, at=local("Wed 30 Sep 2026 16:00"))
    still_open = desk.start("Urgent", local("Wed 30 Sep 2026 16:00"))
    third = Q(counted_at__gte=local("Wed 01 Jul 2026 00:00"), counted_at__lt=local("Thu 01 Oct 2026 00:00"))
    found = set(Clock.objects.filter(third).values_list("pk", flat=True))
    assert found == {due_in_september.pk, ended_in_september.pk}
    for clock in (due_in_september, ended_in_september, still_open):
        told = clock.counted_at
        clock.refresh_from_db()
        assert clock.counted_at == told


@pytest.mark.rule("S13")
@pytest.mark.parametrize(
    "change",
    [{"state": "missed"}, {"due_at": DUE + timedelta(days=1)}, {"ended_at": FRIDAY}, {"target_percent": 50}],
)
def test_the_database_refuses_another_outcome(desk: Desk, change: dict[str, object]) -> None:
    clock = clock_stop(clock=desk.start("Urgent", FRIDAY), at=DUE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(**change)


@pytest.mark.rule("S13", "S14")
def test_the_database_refuses_to_change_history(desk: Desk) -> None:
    clock = desk.start("Urgent", FRIDAY)
    rows = ClockEvent.objects.filter(clock=clock)
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.update(cause="other")
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.delete()


@pytest.mark.rule("S10")
def test_working_time_of_a_pause_does_not_count(desk: Desk) -> None:
    clock = desk.start("Urgent", local("Mon 23 Nov 2026 09:00"), ClockKind.FIX, pausable_for=WAITS)
    assert clock.due_at == local("Tue 24 Nov 2026 08:30")
    assert clock_pause(
        clock=clock, at=local("Mon 23 Nov 2026 10:00"), waiting_for="customer", reason="Which room?"
    )
    waiting = Clock.objects.get(pk=clock.pk)
    assert (waiting.state, waiting.due_at, waiting.wake_at) == (ClockState.PAUSED, None, None)
    # Waiting over a night withholds only its working time.
    assert clock_resume(clock=clock, at=local("Tue 24 Nov 2026 09:00"))
    assert clock.due_at == local("Tue 24 Nov 2026 16:00")
    assert clock.due_without_pauses_at == local("Tue 24 Nov 2026 08:30")
    assert not clock_resume(clock=clock, at=local("Tue 24 Nov 2026 09:00"))


@pytest.mark.rule("S10")
def test_only_what_the_terms_grant(desk: Desk) -> None:
    at = FRIDAY + timedelta(minutes=5)
    fix = desk.start("Urgent", FRIDAY, ClockKind.FIX, pausable_for=WAITS)
    reply = desk.start("Urgent", FRIDAY, ClockKind.RESPONSE, pausable_for=WAITS)
    strict = desk.start("Urgent", FRIDAY, ClockKind.FIX)
    assert not clock_pause(clock=fix, at=at, waiting_for="third_party", reason="supplier")
    assert not clock_pause(clock=reply, at=at, waiting_for="customer", reason="photo")
    assert not clock_pause(clock=strict, at=at, waiting_for="customer", reason="photo")
    with pytest.raises(ValueError, match="reason"):
        clock_pause(clock=fix, at=at, waiting_for="customer", reason=" ")
    assert not ClockPause.objects.exists()


@pytest.mark.rule("S6", "S10")
def test_ending_while_it_waits_ends_the_wait(desk: Desk) -> None:
    clock = desk.start("Urgent", local("Mon 23 Nov 2026 09:00"), ClockKind.FIX, pausable_for=WAITS)
    clock_pause(clock=clock, at=local("Mon 23 Nov 2026 10:00"), waiting_for="customer", reason="photo")
    clock_stop(clock=clock, at=local("Mon 30 Nov 2026 10:00"))
    assert (clock.state, clock.counted_at) == (ClockState.MET, local("Mon 30 Nov 2026 10:00"))
    assert clock.due_at == local("Tue 01 Dec 2026 08:30")
    assert not ClockPause.objects.filter(ends_at__isnull=True).exists()


@pytest.mark.rule("S1", "S13")
def test_another_level_counts_from_the_start(desk: Desk) -> None:
    clock = desk.start("Low", FRIDAY)
    terms = factories.make_terms(desk.levels["Urgent"], desk.calendar)
    clock_change_terms(
        clock=clock, terms=terms, at=local("Mon 23 Nov 2026 08:10"), cause="The whole school is down"
    )
    assert (clock.due_at, clock.generation, clock.level_id) == (DUE, 2, desk.levels["Urgent"].pk)
    event = ClockEvent.objects.filter(clock=clock).latest("id")
    assert (event.kind, event.cause) == ("recomputed", "The whole school is down")
    assert event.data["before"]["allowance_minutes"] == 480


@pytest.mark.rule("S10", "S13")
def test_terms_that_grant_no_pause_end_it(desk: Desk) -> None:
    clock = desk.start("Low", local("Mon 23 Nov 2026 09:00"), ClockKind.FIX, pausable_for=WAITS)
    clock_pause(clock=clock, at=local("Mon 23 Nov 2026 10:00"), waiting_for="customer", reason="photo")
    terms = factories.make_terms(desk.levels["Urgent"], desk.calendar)
    clock_change_terms(clock=clock, terms=terms, at=local("Mon 23 Nov 2026 12:00"), cause="worse")
    assert (clock.state, clock.due_at) == (ClockState.RUNNING, local("Tue 24 Nov 2026 10:30"))


@pytest.mark.rule("S8")
@pytest.mark.parametrize("apart", [Apart.EXEMPT, Apart.CALLOUT])
def test_exempt_and_callout_clocks_take_no_steps(desk: Desk, apart: str) -> None:
    clock = desk.start("Urgent", FRIDAY, apart=apart)
    assert clock.wake_at is None
    clock_step(clock, Moment(DUE + timedelta(days=1)))
    assert kinds(clock) == ["started"]
    clock_set_apart(clock=clock, apart=Apart.COUNTED, cause="mistake")
    assert clock.wake_at == clock.warn_at
    clock_set_apart(clock=clock, apart=apart, cause="no mistake")
    assert clock.wake_at is None
    clock_stop(clock=clock, at=DUE)
    clock_set_apart(clock=clock, apart=Apart.MONITORING, cause="after its end")
    assert clock.state == ClockState.MET


@pytest.mark.rule("S6")
def test_a_merged_ticket_takes_its_clocks_out_of_the_figures_also_after_their_end(desk: Desk) -> None:
    running = clock_void(clock=desk.start("Urgent", FRIDAY), cause="merged")
    ended = clock_void(clock=clock_stop(clock=desk.start("Urgent", FRIDAY), at=DUE), cause="merged")
    assert running.state == ended.state == ClockState.VOID
    assert ended.ended_at == DUE
    assert running.wake_at is None
    with pytest.raises(ClockEnded):
        clock_stop(clock=running, at=DUE)


@pytest.mark.rule("S6", "S13")
@pytest.mark.parametrize("was", ["running", "paused", "breached", "met"])
def test_what_was_voided_by_mistake_stands_as_before(desk: Desk, was: str) -> None:
    clock = desk.start("Urgent", FRIDAY, ClockKind.FIX, pausable_for=frozenset({"customer"}))
    if was == "paused":
        clock_pause(clock=clock, at=FRIDAY, waiting_for="customer", reason="asked")
    elif was == "breached":
        clock_step(clock, Moment(DUE + timedelta(days=9)))
    elif was == "met":
        clock_stop(clock=clock, at=DUE)
    names = ["state", "due_at", "ended_at", "warned_at", "breached_at", "wake_at", "generation"]
    before = {name: getattr(clock, name) for name in names}
    clock_void(clock=clock, cause="spam")
    assert clock.state == ClockState.VOID
    for _ in range(2):  # taking it back twice is taking it back once
        clock_unvoid(clock=clock, cause="no spam")
        clock.refresh_from_db()
        assert {name: getattr(clock, name) for name in names} == before
    assert ClockPause.objects.filter(clock=clock, ends_at__isnull=True).exists() is (was == "paused")
    assert kinds(clock)[-2:] == ["voided", "unvoided"]


@pytest.mark.rule("S13")
@pytest.mark.parametrize(
    "told", [{"state": "met"}, {"state": "running", "due_at": DUE}, {"state": "running", "ended_at": FRIDAY}]
)
def test_the_database_counts_a_clock_again_only_as_it_stood(desk: Desk, told: dict[str, object]) -> None:
    clock = clock_void(clock=desk.start("High", FRIDAY), cause="spam")
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(**{"ended_at": None, **told})


@pytest.mark.rule("S6")
def test_a_reopened_ticket_links_its_clocks(desk: Desk) -> None:
    first = clock_stop(clock=desk.start("Urgent", FRIDAY, ClockKind.FIX), at=DUE)
    terms = factories.make_terms(desk.levels["Urgent"], desk.calendar)
    second = clock_start(
        customer_id=desk.customer.pk, kind=ClockKind.FIX, terms=terms, started_at=DUE, previous=first
    )
    assert second.previous == first
    first.refresh_from_db()
    assert first.state == ClockState.MET


@pytest.mark.rule("S4", "S7")
def test_a_calendar_without_openings_gives_no_deadline(desk: Desk) -> None:
    closed = factories.make_calendar("Never")
    closed.windows.all().delete()
    clock = desk.start("Urgent", FRIDAY, calendar=closed)
    assert (clock.due_at, clock.wake_at) == (None, None)
    assert clock_stop(clock=clock, at=FRIDAY).state == ClockState.MET


@pytest.mark.rule("S15")
@pytest.mark.parametrize(
    ("started", "due"),
    [
        # The night of 25 October 2026 has 01:00 to 02:00 twice, that of 29 March lacks it.
        (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
        (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),
    ],
)
def test_changes_of_the_clocks_neither_lose_nor_gain_time(
    desk: Desk, started: datetime, due: datetime
) -> None:
    round_the_clock = factories.make_calendar("24x7", always_open=True, nation="", keeps_closures=False)
    assert desk.start("Urgent", started, ClockKind.FIX, calendar=round_the_clock).due_at == due


@pytest.mark.rule("S3")
def test_a_calendar_that_keeps_no_closures_is_open_in_the_shutdown(desk: Desk) -> None:
    open_desk = factories.make_calendar("Open at Christmas", keeps_closures=False, nation="")
    started = local("Thu 24 Dec 2026 16:00")
    assert desk.start("Urgent", started, calendar=open_desk).due_at == local("Fri 25 Dec 2026 08:30")
    assert desk.start("Urgent", started).due_at == local("Mon 04 Jan 2027 09:00")
    assert date(2027, 1, 4).weekday() == 0
