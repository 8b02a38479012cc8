"""Whole years to plan: schools with terms, holidays and wishes, engineers with areas and leave. Made from a seed."""

from datetime import date, timedelta
from random import Random

from visits.planning import Closing, Engineer, Options, Problem, Rhythm, Served, Slot

FIRST_DAY = date(2026, 9, 1)
SCHEDULED = (Slot(1, 8 * 60 + 30, 11 * 60 + 30), Slot(2, 12 * 60 + 30, 15 * 60 + 30))
ON_DEMAND = (Slot(3, 8 * 60 + 30, 10 * 60 + 30), Slot(4, 11 * 60, 13 * 60), Slot(5, 14 * 60 + 30, 16 * 60))
TERMS = (
    (date(2026, 9, 2), date(2026, 10, 23)),
    (date(2026, 11, 2), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 2, 12)),
    (date(2027, 2, 22), date(2027, 3, 25)),
    (date(2027, 4, 12), date(2027, 5, 28)),
    (date(2027, 6, 7), date(2027, 7, 21)),
)
HOLIDAYS = {
    date(2026, 12, 25): "Christmas Day",
    date(2027, 1, 1): "New Year's Day",
    date(2027, 3, 26): "Good Friday",
    date(2027, 3, 29): "Easter Monday",
    date(2027, 5, 3): "Early May bank holiday",
    date(2027, 5, 31): "Spring bank holiday",
    date(2027, 8, 30): "Summer bank holiday",
}
SHUTDOWN = (date(2026, 12, 24), date(2027, 1, 1))


def days_between(first: date, last: date) -> list[date]:
    """The days from the first to the last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def year(*, schools: int, engineers: int, visits: int = 23, rhythm: Rhythm = Rhythm.FORTNIGHTLY) -> Problem:
    """A school year of a provider; every third school has the other package, whose slots overlap with the first's."""
    random = Random(f"{schools} {engineers}")
    areas = max(1, engineers // 5)
    return Problem(
        contracts=tuple(
            _school(key, random, visits=visits, rhythm=rhythm, engineers=engineers, areas=areas)
            for key in range(1, schools + 1)
        ),
        engineers=tuple(_engineer(key, random) for key in range(1, engineers + 1)),
        options=Options(),
    )


def _school(key: int, random: Random, *, visits: int, rhythm: Rhythm, engineers: int, areas: int) -> Served:
    slots = ON_DEMAND if key % 3 == 0 else SCHEDULED
    closed = {day: [Closing(name)] for day, name in HOLIDAYS.items()}
    for day in days_between(*SHUTDOWN):
        closed.setdefault(day, []).append(Closing("Christmas shutdown 2026"))
    inset = [days_between(*term)[random.randrange(3)] for term in TERMS[::2]]
    for day in inset:
        closed.setdefault(day, []).append(Closing("Staff training"))
    term_days = {day for term in TERMS for day in days_between(*term)} - set(inset)
    area = key % areas
    return Served(
        key=key,
        school=key,
        first_day=FIRST_DAY,
        last_day=FIRST_DAY + timedelta(weeks=52 if key % 3 == 0 else 46, days=-1),
        visits=visits,
        slots=slots,
        rhythm=rhythm,
        weekday=random.choice((None, None, 0, 1, 2, 3, 4)),
        slot=random.choice((None, None, slots[0].key, slots[1].key)),
        engineer=random.choice((None, None, None, random.randint(1, engineers))),
        engineers=frozenset(one for one in range(1, engineers + 1) if one % areas == area),
        term_days=frozenset(term_days),
        closed={day: tuple(found) for day, found in closed.items()},
    )


def _engineer(key: int, random: Random) -> Engineer:
    away: set[date] = set()
    for _ in range(5):
        start = FIRST_DAY + timedelta(weeks=random.randrange(50))
        away.update(days_between(start, start + timedelta(days=6)))
    days = [0, 1, 2, 3, 4] if key % 5 else [0, 1, 2, 3]
    return Engineer(key=key, hours=dict.fromkeys(days, ((8 * 60, 18 * 60),)), absent=frozenset(away))
