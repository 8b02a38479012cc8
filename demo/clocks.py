"""The life of a clock as `sla.services.clocks` and the sweeper would have written it, without a database."""

from datetime import datetime, timedelta

from demo.records import WITHOUT_STEPS, ClockRecord, EventRecord, PauseRecord, Terms
from sla.deadlines import deadline_of
from sla.working_time import Pause

# The beat that takes a step comes a few seconds after the instant at which the step falls due.
BEAT = timedelta(seconds=2)


def start(
    *,
    customer_id: int,
    kind: str,
    terms: Terms,
    at: datetime,
    apart: str = "",
    previous: ClockRecord | None = None,
    actor_id: int | None = None,
) -> ClockRecord:
    """A clock that begins to run (rules S2, S4)."""
    minutes = terms.response_minutes if kind == "response" else terms.fix_minutes
    clock = ClockRecord(customer_id, kind, terms, at, minutes, apart, previous)
    _take_deadline(clock)
    _record(clock, "started", at, with_basis=True, actor_id=actor_id)
    return clock


def advance(clock: ClockRecord, until: datetime) -> list[str]:
    """Take the steps that fell due before `until`, as the sweeper does; which they were (Rule S14)."""
    taken: list[str] = []
    if not clock.is_open or clock.apart in WITHOUT_STEPS:
        return taken
    warns = clock.state == "running" and clock.warned_at is None and clock.breached_at is None
    if warns and clock.warn_at is not None and clock.warn_at + BEAT < until:
        clock.warned_at = clock.warn_at + BEAT
        _record(clock, "warned", clock.warned_at, data={"fell_due_at": clock.warn_at})
        taken.append("warned")
    if clock.breached_at is None and clock.due_at is not None and clock.due_at + BEAT < until:
        clock.breached_at = clock.due_at + BEAT
        _record(clock, "breached", clock.breached_at, data={"fell_due_at": clock.due_at})
        taken.append("breached")
    return taken


def stop(clock: ClockRecord, at: datetime, *, cause: str, actor_id: int | None) -> None:
    """The clock ends: met up to and including its due instant, else missed (Rule S4)."""
    advance(clock, at)
    is_met = clock.due_at is None or at <= clock.due_at
    clock.state, clock.ended_at = ("met" if is_met else "missed"), at
    _record(clock, clock.state, at, cause=cause, with_basis=True, actor_id=actor_id)


def pause(clock: ClockRecord, at: datetime, *, waiting_for: str, reason: str, actor_id: int | None) -> bool:
    """The clock stands still, if its terms grant it (Rule S10)."""
    if clock.kind == "response" or waiting_for not in clock.terms.pausable_for:
        return False
    clock.pauses.append(PauseRecord(clock, waiting_for, reason, at))
    clock.state = "paused"
    _take_deadline(clock)
    _record(
        clock,
        "paused",
        at,
        cause=reason,
        with_basis=True,
        data={"waiting_for": waiting_for},
        actor_id=actor_id,
    )
    return True


def resume(clock: ClockRecord, at: datetime, *, actor_id: int | None) -> None:
    """The waiting ends; the working time inside it does not count."""
    clock.pauses[-1].ends_at = at
    clock.state = "running"
    _take_deadline(clock)
    _record(clock, "resumed", at, with_basis=True, actor_id=actor_id)


def void(clock: ClockRecord, at: datetime, *, cause: str, actor_id: int | None) -> None:
    """The clock counts in no figure (Rule S6)."""
    before, clock.state = clock.state, "void"
    clock.ended_at = clock.ended_at or at
    _record(clock, "voided", at, cause=cause, data={"before": before}, actor_id=actor_id)


def set_apart(clock: ClockRecord, at: datetime, *, apart: str, cause: str, actor_id: int | None) -> None:
    """Report the clock apart from the figures (rules S6, S8)."""
    before, clock.apart = clock.apart, apart
    _record(clock, "set_apart", at, cause=cause, data={"apart": apart, "before": before}, actor_id=actor_id)


def settle(clock: ClockRecord, now: datetime) -> None:
    """Set the time at which the sweeper looks at the clock next."""
    clock.wake_at = None
    if not clock.is_open or clock.apart in WITHOUT_STEPS or clock.breached_at is not None:
        return
    may_warn = clock.state == "running" and clock.warned_at is None
    instants = [clock.due_at, clock.warn_at if may_warn else None]
    clock.wake_at = min((one for one in instants if one is not None), default=None)


def _take_deadline(clock: ClockRecord) -> None:
    deadline = deadline_of(
        clock.terms.timeline,
        started_at=clock.started_at,
        allowance_minutes=clock.allowance_minutes,
        warn_percent=clock.terms.warn_percent,
        pauses=[Pause(one.starts_at, one.ends_at) for one in clock.pauses],
    )
    clock.due_at, clock.warn_at = deadline.due_at, deadline.warn_at
    clock.due_without_pauses_at = deadline.due_without_pauses_at


def _record(
    clock: ClockRecord,
    kind: str,
    at: datetime,
    *,
    cause: str = "",
    with_basis: bool = False,
    data: dict[str, object] | None = None,
    actor_id: int | None = None,
) -> None:
    basis: dict[str, object] = {}
    if with_basis:
        basis = {
            "level": clock.terms.level_id,
            "allowance_minutes": clock.allowance_minutes,
            "warn_percent": clock.terms.warn_percent,
            "version": clock.terms.version_id,
        }
    clock.events.append(
        EventRecord(
            clock, kind, at, clock.generation, clock.due_at, cause, {**basis, **(data or {})}, actor_id
        )
    )
