"""Opening hours in words, with a preview of the deadlines that other hours move."""

from datetime import UTC, datetime, time

import pytest
import time_machine

from accounts.models import AuditEntry
from contracts.selectors import terms_for
from sla.models import BusinessCalendar, Clock, OpeningWindow, ServiceLevel
from sla.services.clocks import clock_start
from tests.settings_pages.cast import Cast

pytestmark = pytest.mark.django_db


def desk_of(cast: Cast) -> BusinessCalendar:
    with cast.scope():
        return BusinessCalendar.objects.get(is_default=True)


def week(hours: str = "08:00-16:30", **fields: str) -> dict[str, object]:
    days = {f"day_{day}": hours for day in range(5)} | {"day_5": "", "day_6": ""}
    return {"name": "Desk hours", "nation": "england-wales", "keeps_closures": "on", **days, **fields}


def opening(cast: Cast, pk: int) -> list[tuple[int, time, time]]:
    with cast.scope():
        return list(OpeningWindow.objects.filter(calendar=pk).values_list("weekday", "opens", "closes"))


def test_the_page_shows_each_week(cast: Cast) -> None:
    words = cast.get("calendars", role="technician_1").content.decode()
    assert words.count("08:00–16:30") == 5
    assert words.count("08:00–18:00") == 5
    assert cast.url("calendar_edit", desk_of(cast).pk) not in words


@pytest.mark.rule("S3")
def test_hours_are_written_in_words(cast: Cast) -> None:
    desk = desk_of(cast)
    assert "08:00-16:30" in cast.get("calendar_edit", desk.pk).content.decode()
    data = week("8.00 to 12:00, 13:00–17:00", day_5="09:00-24:00")
    assert cast.post("calendar_edit", desk.pk, data=data).status_code == 302
    found = opening(cast, desk.pk)
    assert found[:2] == [(0, time(8), time(12)), (0, time(13), time(17))]
    assert found[-1] == (5, time(9), time(0))


@pytest.mark.rule("S13")
@time_machine.travel(datetime(2026, 11, 20, 16, 0, tzinfo=UTC), tick=False)
def test_other_hours_show_what_they_move_before_they_hold(cast: Cast) -> None:
    desk = desk_of(cast)
    with cast.scope():
        terms = terms_for(contract=cast.contract, level=ServiceLevel.objects.get(key="urgent"))
        clock = clock_start(
            customer_id=cast.school.pk,
            kind="response",
            terms=terms,
            started_at=datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
        )
    data = week("08:00-17:30")
    shown = cast.post("calendar_edit", desk.pk, data=data)
    assert "1 deadline of an open request moves" in shown.content.decode()
    assert opening(cast, desk.pk)[0] == (0, time(8), time(16, 30))
    cast.post("calendar_edit", desk.pk, data={**data, "confirm": "yes", "reason": "Longer days"})
    with cast.scope():
        assert Clock.objects.get(pk=clock.pk).due_at == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
        assert AuditEntry.objects.filter(reason="Longer days").exists()


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("nine to five", "is not understood"),
        ("25:00-26:00", "is not understood"),
        ("16:00-08:00", "closes before it opens"),
        ("08:00-12:00, 11:00-13:00", "overlap"),
        ("", "at least one opening"),
    ],
)
def test_hours_that_make_no_sense_are_refused(cast: Cast, hours: str, words: str) -> None:
    desk = desk_of(cast)
    answer = cast.post("calendar_edit", desk.pk, data=week(hours))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert len(opening(cast, desk.pk)) == 5


@pytest.mark.rule("S3", "Y8")
def test_a_new_calendar_may_be_open_day_and_night(cast: Cast) -> None:
    data = week("", name="Round the clock", always_open="on", nation="")
    assert cast.post("calendar_new", data=data).status_code == 302
    with cast.scope():
        assert BusinessCalendar.objects.get(name="Round the clock").always_open


def test_two_calendars_never_share_a_name(cast: Cast) -> None:
    assert cast.post("calendar_new", data=week()).status_code == 422
