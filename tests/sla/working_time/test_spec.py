"""Calendar descriptions: one text and one hash for one calendar, and nothing senseless gets in."""

# ruff: noqa: DTZ001 - the local times of a calendar carry no zone of their own

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sla.working_time import (
    AlwaysOpen,
    CalendarException,
    CalendarSpec,
    InvalidCalendar,
    Layer,
    LayerKind,
    VisitHours,
    VisitWindow,
    WeeklyHours,
    WeeklyWindow,
)
from tests.sla.calendars import NAMED, desk


@pytest.mark.parametrize("spec", NAMED.values(), ids=NAMED.keys())
def test_json_round_trip(spec: CalendarSpec) -> None:
    again = CalendarSpec.from_json(spec.canonical_json())
    assert again == spec
    assert again.sha256() == spec.sha256()
    assert hash(again) == hash(spec)
    reordered = dict(reversed(json.loads(spec.canonical_json()).items()))
    assert CalendarSpec.from_dict(reordered) == spec


def test_the_text_is_stable() -> None:
    # Stored hashes depend on this text: changing it orphans every calendar that a clock has pinned.
    spec = CalendarSpec(
        "Europe/London",
        WeeklyHours((WeeklyWindow(1, 480, 990), WeeklyWindow(0, 480, 990))),
        (
            Layer(
                "Gŵyl banc",
                LayerKind.PUBLIC_HOLIDAYS,
                (CalendarException(datetime(2026, 4, 3), datetime(2026, 4, 4), "Good Friday"),),
            ),
        ),
    )
    assert spec.canonical_json() == (
        '{"format":1,"hours":{"kind":"weekly","windows":[[0,480,990],[1,480,990]]},'
        '"layers":[{"exceptions":[{"ends":"2026-04-04T00:00:00","name":"Good Friday","opens":false,'
        '"starts":"2026-04-03T00:00:00"}],"kind":"public_holidays","name":"Gŵyl banc"}],'
        '"time_zone":"Europe/London"}'
    )
    assert spec.sha256() == "84ea2ecf08489fb4a1d6a8565beb5a680642d633f6b3adf43bd9f44ee5d1d16c"


def test_the_hash_tells_calendars_apart() -> None:
    assert len({spec.sha256() for spec in NAMED.values()}) == len(NAMED)
    one = desk()
    assert CalendarSpec(one.time_zone, one.hours, one.layers[::-1]).sha256() != one.sha256()


@pytest.mark.parametrize(
    "make",
    [
        lambda: WeeklyWindow(7, 0, 60),
        lambda: WeeklyWindow(0, 60, 60),
        lambda: WeeklyWindow(0, 0, 1441),
        lambda: WeeklyHours((WeeklyWindow(0, 0, 61), WeeklyWindow(0, 60, 120))),
        lambda: VisitWindow(datetime(2026, 1, 1), datetime(2026, 1, 1)),
        lambda: VisitWindow(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
        lambda: CalendarException(datetime(2026, 1, 2), datetime(2026, 1, 1), "backwards"),
        lambda: CalendarException(datetime(2026, 1, 1, 0, 0, 0, 1), datetime(2026, 1, 2), "microseconds"),
    ],
)
def test_senseless_parts_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidCalendar):
        make()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format":2,"time_zone":"Europe/London","hours":{"kind":"always"},"layers":[]}',
        '{"format":1,"time_zone":"Europe/London","hours":{"kind":"sometimes"},"layers":[]}',
        '{"format":1,"time_zone":"Europe/London","hours":{"kind":"weekly","windows":[[0,1]]},"layers":[]}',
        '{"format":1,"time_zone":"Europe/London","hours":{"kind":"visits","visits":[["x","y"]]},"layers":[]}',
        '{"format":1,"time_zone":"UTC","hours":{"kind":"always"},"layers":[{"name":"n","kind":"?"}]}',
    ],
)
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidCalendar):
        CalendarSpec.from_json(text)


def test_the_order_of_rows_does_not_matter() -> None:
    first = VisitWindow(datetime(2026, 1, 1, 9), datetime(2026, 1, 1, 10))
    second = VisitWindow(datetime(2026, 1, 2, 9), datetime(2026, 1, 2, 10))
    assert VisitHours((second, first, first)) == VisitHours((first, second))
    assert CalendarSpec("UTC", AlwaysOpen()) == CalendarSpec("UTC", AlwaysOpen(), ())
