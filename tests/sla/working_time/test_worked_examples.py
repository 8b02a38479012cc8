"""The worked examples of the service rules, to the minute."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.working_time import NoVisitBooked, working_time_for
from tests.sla.calendars import desk, fortnightly_visits

LONDON = ZoneInfo("Europe/London")
HOURS = {"Urgent": (1, 8), "High": (2, 16), "Medium": (4, 40), "Low": (8, 80)}
TABLE = [
    ("Urgent", "Fri 20 Nov 2026 16:00", "Mon 23 Nov 2026 08:30", "Mon 23 Nov 2026 15:30"),
    ("Urgent", "Fri 20 Nov 2026 15:30", "Fri 20 Nov 2026 16:30", "Mon 23 Nov 2026 15:00"),
    ("Urgent", "Sat 21 Nov 2026 10:00", "Mon 23 Nov 2026 09:00", "Mon 23 Nov 2026 16:00"),
    ("High", "Thu 02 Apr 2026 15:45", "Tue 07 Apr 2026 09:15", "Wed 08 Apr 2026 14:45"),
    ("Urgent", "Fri 27 Mar 2026 16:00", "Mon 30 Mar 2026 08:30", "Mon 30 Mar 2026 15:30"),
    ("Medium", "Fri 23 Oct 2026 15:00", "Mon 26 Oct 2026 10:30", "Fri 30 Oct 2026 12:30"),
    ("Low", "Wed 23 Dec 2026 15:00", "Mon 04 Jan 2027 14:30", "Fri 15 Jan 2027 10:00"),
    ("Medium", "Fri 28 Aug 2026 13:00", "Tue 01 Sep 2026 08:30", "Mon 07 Sep 2026 10:30"),
    ("Low", "Fri 01 May 2026 16:29", "Tue 05 May 2026 15:59", "Mon 18 May 2026 11:29"),
]


def local(text: str) -> datetime:
    return datetime.strptime(text, "%a %d %b %Y %H:%M").replace(tzinfo=LONDON)


@pytest.mark.rule("S2", "S3", "S4", "S9", "S15")
@pytest.mark.parametrize(("level", "logged", "response", "fix"), TABLE)
def test_deadlines_of_the_table(level: str, logged: str, response: str, fix: str) -> None:
    calendar = working_time_for(desk())
    response_hours, fix_hours = HOURS[level]
    assert calendar.add(local(logged), timedelta(hours=response_hours)) == local(response)
    assert calendar.add(local(logged), timedelta(hours=fix_hours)) == local(fix)
    assert calendar.elapsed(local(logged), local(fix)) == timedelta(hours=fix_hours)


@pytest.mark.rule("S7")
def test_scheduled_support_counts_visits_only() -> None:
    calendar = working_time_for(fortnightly_visits())
    raised = datetime(2026, 9, 1, 10, tzinfo=LONDON)
    assert calendar.add(raised, timedelta(hours=1)) == datetime(2026, 9, 1, 11, tzinfo=LONDON)
    assert calendar.add(raised, timedelta(hours=8)) == datetime(2026, 10, 13, 9, tzinfo=LONDON)


@pytest.mark.rule("S7")
def test_too_few_visits_is_no_visit_booked() -> None:
    calendar = working_time_for(fortnightly_visits(count=3))
    raised = datetime(2026, 9, 1, 10, tzinfo=LONDON)
    last_minute = datetime(2026, 9, 29, 11, 30, tzinfo=LONDON)
    assert calendar.add(raised, timedelta(hours=7, minutes=30)) == last_minute
    with pytest.raises(NoVisitBooked) as refused:
        calendar.add(raised, timedelta(hours=7, minutes=30, microseconds=1))
    assert refused.value.after == last_minute
    with pytest.raises(NoVisitBooked):
        calendar.next_opening(last_minute)


@pytest.mark.rule("S4")
def test_mail_that_arrives_between_minutes_keeps_its_seconds() -> None:
    calendar = working_time_for(desk())
    arrived = datetime(2026, 11, 20, 16, 0, 37, 250_000, tzinfo=LONDON)
    assert calendar.add(arrived, timedelta(hours=1)) == datetime(
        2026, 11, 23, 8, 30, 37, 250_000, tzinfo=LONDON
    )


@pytest.mark.rule("S4")
def test_an_allowance_of_nothing_is_used_up_at_once() -> None:
    calendar = working_time_for(desk())
    saturday = datetime(2026, 11, 21, 10, tzinfo=LONDON)
    assert calendar.add(saturday, timedelta()) == saturday


@pytest.mark.rule("S9")
def test_outside_hours_the_clock_waits_for_the_next_opening() -> None:
    calendar = working_time_for(desk())
    saturday = datetime(2026, 11, 21, 10, tzinfo=LONDON)
    monday = datetime(2026, 11, 23, 8, tzinfo=LONDON)
    assert calendar.next_opening(saturday) == monday
    assert calendar.next_opening(monday) == monday
    assert not calendar.is_open(saturday)
    assert calendar.is_open(monday)
    assert not calendar.is_open(datetime(2026, 11, 20, 16, 30, tzinfo=LONDON))
