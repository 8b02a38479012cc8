"""Random calendars and questions: night windows, closures over clock changes, contradicting layers."""

# ruff: noqa: DTZ001 - the local times of a calendar carry no zone of their own

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from sla.working_time import (
    AlwaysOpen,
    CalendarException,
    CalendarSpec,
    Layer,
    LayerKind,
    VisitHours,
    VisitWindow,
    WeeklyHours,
    WeeklyWindow,
)
from tests.sla import oracle

# With changes of one hour, half an hour, on both halves of the globe, and none.
ZONES = ("Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata")
_LOCAL_FIRST = oracle.FIRST.replace(tzinfo=None)
_CLOCKS_CHANGE = (
    datetime(2026, 3, 29),
    datetime(2026, 10, 25),
    datetime(2027, 3, 28),
    datetime(2027, 10, 31),
    datetime(2026, 4, 5),
    datetime(2026, 10, 4),
    datetime(2026, 3, 8),
    datetime(2026, 11, 1),
)
# Questions start two weeks inside the oracle's years, and at most two years in: the third is for answers.
FIRST_QUESTION = oracle.FIRST + timedelta(days=14)
LAST_QUESTION = datetime(2028, 1, 1, tzinfo=UTC)

minutes_of_day = st.integers(0, 1440)


@st.composite
def local_times(draw: st.DrawFn) -> datetime:
    """A whole local minute; one in two lies within a day of a change of the clocks."""
    if draw(st.booleans()):
        return draw(st.sampled_from(_CLOCKS_CHANGE)) + timedelta(minutes=draw(st.integers(-300, 600)))
    return _LOCAL_FIRST + timedelta(minutes=draw(st.integers(0, 3 * 365 * 1440)))


lengths = st.one_of(
    st.integers(1, 180),  # minutes of a meeting
    st.integers(180, 3 * 1440),  # up to a long week-end
    st.integers(3 * 1440, 30 * 1440),  # a shutdown
).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def weekly(draw: st.DrawFn) -> WeeklyHours:
    windows = []
    for weekday in range(7):
        edges = sorted(draw(st.sets(minutes_of_day, max_size=6)))
        windows += [WeeklyWindow(weekday, a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    return WeeklyHours(tuple(windows))


@st.composite
def visits(draw: st.DrawFn) -> VisitHours:
    starts = draw(st.lists(local_times(), min_size=0, max_size=30))
    return VisitHours(
        tuple(VisitWindow(start, start + timedelta(minutes=draw(st.integers(30, 600)))) for start in starts)
    )


@st.composite
def exceptions(draw: st.DrawFn) -> CalendarException:
    starts = draw(local_times())
    name = draw(st.sampled_from(("Training", "Flood", "Fête")))
    return CalendarException(starts, starts + draw(lengths), name, opens=draw(st.booleans()))


@st.composite
def calendars(draw: st.DrawFn) -> CalendarSpec:
    hours = draw(st.one_of(weekly(), visits(), st.just(AlwaysOpen())))
    layers = tuple(
        Layer(f"Layer {number}", kind, tuple(draw(st.lists(exceptions(), max_size=5))))
        for number, kind in enumerate(draw(st.lists(st.sampled_from(LayerKind), max_size=3)))
    )
    return CalendarSpec(draw(st.sampled_from(ZONES)), hours, layers)


@dataclass(frozen=True)
class Question:
    """Something to ask of a calendar; pauses are whole minutes, the rest microseconds."""

    start: datetime
    working: timedelta
    pauses: tuple[tuple[datetime, datetime], ...]


_MICROS_TO_ASK = (LAST_QUESTION - FIRST_QUESTION) // timedelta(microseconds=1)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    if draw(st.booleans()):
        start = draw(st.sampled_from(_CLOCKS_CHANGE)).replace(tzinfo=UTC)
        start += timedelta(minutes=draw(st.integers(-3 * 1440, 600)))
    else:
        start = FIRST_QUESTION + timedelta(microseconds=draw(st.integers(0, _MICROS_TO_ASK)))
    working = draw(
        st.one_of(
            st.sampled_from((0, 60, 120, 240, 480, 960, 2400, 4800)).map(lambda m: timedelta(minutes=m)),
            st.integers(0, 6000 * 60 * 10**6).map(lambda micros: timedelta(microseconds=micros)),
        )
    )
    whole = start.replace(second=0, microsecond=0)
    pauses = draw(st.lists(st.tuples(st.integers(-1440, 20 * 1440), lengths), max_size=3))
    return Question(
        start,
        working,
        tuple((whole + timedelta(minutes=a), whole + timedelta(minutes=a) + length) for a, length in pauses),
    )
