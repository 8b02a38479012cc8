"""When schools ask for help: the rhythm of terms, weeks and days in England and Wales, roughly."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sla.working_time import Timeline

_HOURS = (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 21)
_IN_THE_DAY = (3, 20, 17, 12, 12, 7, 10, 9, 6, 2, 1, 1, 1)


def is_holiday(day: date) -> bool:
    """Whether most schools are on holiday."""
    return (
        day.month == 8
        or (day.month, day.day) >= (12, 20)
        or (day.month, day.day) <= (1, 4)
        or any(
            first <= (day.month, day.day) <= last
            for first, last in (((2, 13), (2, 20)), ((4, 1), (4, 14)), ((5, 25), (5, 31)), ((7, 22), (7, 31)))
        )
        or (10, 25) <= (day.month, day.day) <= (10, 31)
    )


def weight(day: date) -> float:
    """How much schools ask on a day, beside an ordinary school day, which is 1."""
    if day.weekday() >= 5:
        return 0.04
    if is_holiday(day):
        return 0.05 if day.month in {12, 1} else 0.3
    if (9, 1) <= (day.month, day.day) <= (9, 18):
        return 1.8  # everybody is new
    return 1.15 if day.weekday() == 0 else 1.0


def arrivals(
    random: Random, count: int, *, now: datetime, days: int, zone: str, night_share: float
) -> list[datetime]:
    """Instants of the last `days` days at which requests come in, sorted, UTC, whole seconds."""
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    calendar = [today - timedelta(days=back) for back in range(days)]
    chosen = random.choices(calendar, [weight(day) for day in calendar], k=count)
    found = [_time_of_day(random, day, local, night_share) for day in chosen]
    return sorted(at if at < now else at - timedelta(days=7) for at in found)


def _time_of_day(random: Random, day: date, local: ZoneInfo, night_share: float) -> datetime:
    if random.random() < night_share:
        hour = random.randrange(24)
    else:
        (hour,) = random.choices(_HOURS, _IN_THE_DAY)
    at = datetime.combine(day, time(hour, random.randrange(60), random.randrange(60)), tzinfo=local)
    return at.astimezone(UTC)


def before(timeline: Timeline, now: datetime, working: timedelta) -> datetime:
    """The latest whole second from which at least `working` of working time has passed until `now`."""
    reach = timedelta(days=1)
    while timeline.elapsed(now - reach, now) < working:
        reach *= 2
    low, high = int(reach.total_seconds()), 0
    while low - high > 1:
        middle = (low + high) // 2
        if timeline.elapsed(now - timedelta(seconds=middle), now) >= working:
            low = middle
        else:
            high = middle
    return now - timedelta(seconds=low)


def last_quarter(today: date) -> tuple[date, date]:
    """First and last day of the calendar quarter before the present one (Rule S6)."""
    this = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last = this - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


class Deck:
    """Yes or no in exact proportion: `hits` times yes in every `size` draws, in an order that the seed decides."""

    def __init__(self, random: Random, hits: int, size: int) -> None:
        self._random = random
        self._cards: Sequence[bool] = [True] * hits + [False] * (size - hits)
        self._pile: list[bool] = []

    def draw(self) -> bool:
        if not self._pile:
            self._pile = list(self._cards)
            self._random.shuffle(self._pile)
        return self._pile.pop()
