"""What visits are planned from in the demo: engineers' hours, and the terms of each school."""

from datetime import date, time, timedelta

from accounts.models import Customer, Person
from visits.models import EngineerHours
from visits.services.terms import TermDates, terms_add

FROM, UNTIL = time(8), time(18)
WEEK = timedelta(days=7)


def engineers_add(people: list[Person]) -> None:
    """On-site hours, Monday to Friday."""
    EngineerHours.objects.bulk_create(
        EngineerHours(engineer=person, weekday=weekday, starts=FROM, ends=UNTIL)
        for person in people
        for weekday in range(5)
    )


def school_terms_add(customer: Customer, today: date) -> None:
    """The terms of the school year of today and of the next."""
    began = today.year if today.month >= 9 else today.year - 1
    terms_add(customer=customer, terms=[*school_terms(began), *school_terms(began + 1)])


def school_terms(began: int) -> list[TermDates]:
    """Six half terms as most English schools have them, for the school year that begins in September of a year."""
    autumn_break = _monday_on_or_before(date(began, 10, 31))
    spring_break = _monday_on_or_before(date(began + 1, 2, 20))
    summer_break = _monday_on_or_before(date(began + 1, 5, 31))
    halves = (
        ("Autumn, first half", date(began, 9, 3), autumn_break - timedelta(days=3)),
        ("Autumn, second half", autumn_break + WEEK, _friday_before(date(began, 12, 21))),
        ("Spring, first half", date(began + 1, 1, 4), spring_break - timedelta(days=3)),
        ("Spring, second half", spring_break + WEEK, _friday_before(date(began + 1, 3, 31))),
        (
            "Summer, first half",
            _monday_on_or_before(date(began + 1, 4, 18)),
            summer_break - timedelta(days=3),
        ),
        ("Summer, second half", summer_break + WEEK, date(began + 1, 7, 21)),
    )
    return [TermDates(f"{name} {first.year}", first, last) for name, first, last in halves]


def _monday_on_or_before(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _friday_before(day: date) -> date:
    return _monday_on_or_before(day) - timedelta(days=3)
