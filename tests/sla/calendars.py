"""Calendars that tests share."""

# ruff: noqa: DTZ001 - the local times of a calendar carry no zone of their own

from datetime import date, datetime, time, timedelta

from sla.working_time import (
    AlwaysOpen,
    CalendarException,
    CalendarSpec,
    Layer,
    LayerKind,
    Nation,
    VisitHours,
    VisitWindow,
    public_holidays,
    weekly_hours,
)

WORKING_DAYS = range(5)
DESK = weekly_hours(WORKING_DAYS, (time(8), time(16, 30)))


def closed(name: str, starts: datetime, ends: datetime) -> CalendarException:
    return CalendarException(starts, ends, name)


def opened(name: str, starts: datetime, ends: datetime) -> CalendarException:
    return CalendarException(starts, ends, name, opens=True)


def holiday_layer(nation: Nation, name: str = "Public holidays") -> Layer:
    rows = public_holidays(nation, range(2026, 2029))
    exceptions = tuple(CalendarException.closed_days(row.name, row.day) for row in rows)
    return Layer(name, LayerKind.PUBLIC_HOLIDAYS, exceptions)


SHUTDOWN = Layer(
    "Closures of the provider",
    LayerKind.PROVIDER_CLOSURES,
    (CalendarException.closed_days("Christmas shutdown", date(2026, 12, 24), date(2027, 1, 1)),),
)


def desk(nation: Nation = Nation.ENGLAND_AND_WALES, *more: Layer) -> CalendarSpec:
    """The desk hours of Rule S3 with the shutdown of the worked examples."""
    return CalendarSpec("Europe/London", DESK, (holiday_layer(nation), SHUTDOWN, *more))


def on_site() -> CalendarSpec:
    hours = weekly_hours(WORKING_DAYS, (time(8), time(18)))
    return CalendarSpec("Europe/London", hours, (holiday_layer(Nation.ENGLAND_AND_WALES), SHUTDOWN))


def round_the_clock(zone: str = "Europe/London") -> CalendarSpec:
    return CalendarSpec(zone, AlwaysOpen())


def split_days() -> CalendarSpec:
    hours = weekly_hours(range(6), (time(7, 45), time(12, 10)), (time(13), time(17, 20)))
    return CalendarSpec("Europe/London", hours, (holiday_layer(Nation.SCOTLAND),))


def nights() -> CalendarSpec:
    """Open over midnight and through every change of the clocks."""
    return CalendarSpec("Europe/London", weekly_hours(range(7), (time(22), time(6)), (time(9), time(9, 30))))


def fortnightly_visits(count: int = 10) -> CalendarSpec:
    """The example of Scheduled Support: every second Tuesday 08:30 to 11:30 from 1 September 2026."""
    first = datetime(2026, 9, 1, 8, 30)
    starts = [first + timedelta(days=14 * index) for index in range(count)]
    visits = tuple(VisitWindow(start, start + timedelta(hours=3)) for start in starts)
    return CalendarSpec("Europe/London", VisitHours(visits))


def patchwork() -> CalendarSpec:
    """Partial and long closures, openings on closed days, and layers that contradict each other."""
    provider = Layer(
        "Closures of the provider",
        LayerKind.PROVIDER_CLOSURES,
        (
            closed("Staff training", datetime(2026, 6, 10, 12), datetime(2026, 6, 10, 14, 15)),
            closed("Office move", datetime(2026, 7, 16, 15), datetime(2026, 7, 21, 10, 30)),
            opened("Saturday catch-up", datetime(2026, 7, 18, 9), datetime(2026, 7, 18, 12)),
            opened("Night of the move", datetime(2026, 10, 24, 23), datetime(2026, 10, 25, 4)),
            opened("Good Friday cover", datetime(2026, 4, 3, 9), datetime(2026, 4, 3, 13)),
        ),
    )
    customer = Layer(
        "Exceptions of the customer",
        LayerKind.CUSTOMER_EXCEPTIONS,
        (
            closed("Inset day", datetime(2026, 9, 4), datetime(2026, 9, 5)),
            closed("Site closed early", datetime(2026, 4, 3, 11, 30), datetime(2026, 4, 3, 20)),
            opened("Bank holiday works", datetime(2027, 5, 3, 6), datetime(2027, 5, 3, 22)),
        ),
    )
    return desk(Nation.NORTHERN_IRELAND, provider, customer)


NAMED = {
    "england and wales": desk(),
    "scotland": desk(Nation.SCOTLAND),
    "northern ireland": desk(Nation.NORTHERN_IRELAND),
    "on site": on_site(),
    "round the clock": round_the_clock(),
    "round the clock, half-hour summer time": round_the_clock("Australia/Lord_Howe"),
    "split days": split_days(),
    "nights": nights(),
    "visits": fortnightly_visits(60),
    "patchwork": patchwork(),
}
