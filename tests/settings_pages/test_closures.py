"""The year of closures: layers, reasons, the shutdown, and previews of the deadlines that an edit moves."""

import re
from datetime import UTC, date, datetime, time

import pytest
import time_machine

from accounts.models import AuditEntry
from contracts.selectors import terms_for
from sla.models import BusinessCalendar, Clock, ClockEvent, Closure, ClosureKind, PublicHoliday, ServiceLevel
from sla.services.clocks import clock_start
from tests.settings_pages.cast import Cast

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHUTDOWN = {"first_day": "2026-12-24", "last_day": "2027-01-01"}


def running_clock(cast: Cast, *, logged: datetime, level: str = "urgent", kind: str = "response") -> int:
    with cast.scope():
        terms = terms_for(contract=cast.contract, level=ServiceLevel.objects.get(key=level))
        return clock_start(customer_id=cast.school.pk, kind=kind, terms=terms, started_at=logged).pk


def due_of(cast: Cast, clock: int) -> datetime | None:
    with cast.scope():
        return Clock.objects.get(pk=clock).due_at


def page(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


@pytest.mark.rule("S3")
@time_machine.travel(NOVEMBER, tick=False)
def test_the_missing_shutdown_is_asked_for_until_it_is_entered(cast: Cast) -> None:
    for name in ("home", "year"):
        assert "The Christmas shutdown of 2026 is not entered yet" in page(cast.get(name))
    answer = cast.post("shutdown", 2026, data=SHUTDOWN)
    assert answer.status_code == 302
    with cast.scope():
        closure = Closure.objects.get()
        assert (closure.kind, closure.first_day, closure.last_day) == (
            ClosureKind.SHUTDOWN,
            date(2026, 12, 24),
            date(2027, 1, 1),
        )
    for name in ("home", "year"):
        assert "is not entered yet" not in page(cast.get(name))


@time_machine.travel(NOVEMBER, tick=False)
def test_who_may_not_enter_it_is_told_of_it_without_a_button(cast: Cast) -> None:
    words = page(cast.get("year", role="technician_1"))
    assert "is not entered yet" in words
    assert cast.url("shutdown", 2026) not in words
    assert cast.post("shutdown", 2026, data=SHUTDOWN, role="technician_1").status_code == 403


@pytest.mark.rule("S13")
@time_machine.travel(datetime(2026, 12, 23, 16, 0, tzinfo=UTC), tick=False)
def test_a_shutdown_that_moves_deadlines_is_shown_first_and_made_when_confirmed(cast: Cast) -> None:
    clock = running_clock(cast, logged=datetime(2026, 12, 23, 16, 0, tzinfo=UTC))
    before = due_of(cast, clock)
    assert before == datetime(2026, 12, 24, 8, 30, tzinfo=UTC)

    shown = cast.post("shutdown", 2026, data=SHUTDOWN)
    words = page(shown)
    assert shown.status_code == 200
    assert "Nothing is saved yet" in words
    assert "1 deadline of an open request moves; 0 no longer missed; 0 newly missed." in words
    assert cast.school.name in words
    assert due_of(cast, clock) == before
    with cast.scope():
        assert not Closure.objects.exists()
        assert not AuditEntry.objects.filter(action="closure.added").exists()

    assert cast.post("shutdown", 2026, data={**SHUTDOWN, "confirm": "yes"}).status_code == 302
    assert due_of(cast, clock) == datetime(2027, 1, 4, 8, 30, tzinfo=UTC)
    with cast.scope():
        event = ClockEvent.objects.filter(clock_id=clock, kind="recomputed").get()
        assert event.actor_id == cast.staff["administrator"].pk
        assert "Christmas shutdown" in event.cause
        entry = AuditEntry.objects.get(action="closure.added")
        assert entry.actor_id == cast.staff["administrator"].pk


@pytest.mark.rule("S13")
@time_machine.travel(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), tick=False)
def test_the_preview_counts_who_leaves_and_who_enters_a_miss(cast: Cast) -> None:
    running_clock(cast, logged=datetime(2026, 11, 20, 16, 0, tzinfo=UTC))
    data = {
        "kind": "one_off",
        "name": "Burst pipe",
        "first_day": "2026-11-23",
        "from_time": "08:00",
        "to_time": "12:00",
    }
    assert "1 no longer missed; 0 newly missed" in page(cast.post("closure_new", data=data))
    cast.post("closure_new", data={**data, "confirm": "yes"})
    with cast.scope():
        closure = Closure.objects.get()
    assert "0 no longer missed; 1 newly missed" in page(cast.post("closure_delete", closure.pk))


@pytest.mark.rule("S3")
def test_one_school_closes_alone(cast: Cast) -> None:
    data = {"kind": "one_off", "name": "Inset day", "first_day": "2026-11-27", "customer": cast.school.pk}
    assert cast.post("closure_new", data=data).status_code == 302
    with cast.scope():
        closure = Closure.objects.get()
        assert closure.customer_id == cast.school.pk
        assert closure.last_day == date(2026, 11, 27)
    assert "Inset day" in page(cast.get("customer", cast.school.slug))
    assert "Inset day" in page(cast.get("year", query=f"?year=2026&customer={cast.school.pk}"))


def test_a_closure_for_another_providers_school_is_refused(cast: Cast, stranger: Cast) -> None:
    data = {"kind": "one_off", "name": "Theirs", "first_day": "2026-11-27", "customer": stranger.school.pk}
    assert cast.post("closure_new", data=data).status_code == 422
    with cast.scope():
        assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first_day": ""}, "This field is required"),
        ({"last_day": "2026-11-01"}, "The last day is before the first day"),
        ({"from_time": "12:00", "to_time": "11:00"}, "The end is not after the start"),
        ({"kind": "extra_opening"}, "Say from when until when"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(cast: Cast, change: dict[str, str], words: str) -> None:
    data = {"kind": "one_off", "name": "Training", "first_day": "2026-11-27", **change}
    answer = cast.post("closure_new", data=data)
    assert answer.status_code == 422
    assert words in page(answer)
    with cast.scope():
        assert not Closure.objects.exists()


@pytest.mark.parametrize(("first", "last"), [("2026-12-24", "2027-12-24"), ("2026-12-24", "2026-12-01")])
def test_an_unlikely_shutdown_is_refused(cast: Cast, first: str, last: str) -> None:
    answer = cast.post("shutdown", 2026, data={"first_day": first, "last_day": last})
    assert answer.status_code == 422
    with cast.scope():
        assert not Closure.objects.exists()


def test_a_shutdown_is_changed_not_doubled(cast: Cast) -> None:
    cast.post("shutdown", 2026, data=SHUTDOWN)
    cast.post("shutdown", 2026, data={**SHUTDOWN, "first_day": "2026-12-23"})
    with cast.scope():
        assert Closure.objects.get().first_day == date(2026, 12, 23)
    assert "2026-12-23" in page(cast.get("shutdown", 2026))


def test_a_closure_is_changed_and_removed(cast: Cast) -> None:
    with cast.scope():
        closure = Closure.objects.create(
            name="Training", first_day=date(2026, 6, 1), last_day=date(2026, 6, 1)
        )
    data = {
        "name": "Staff training",
        "first_day": "2026-06-02",
        "last_day": "2026-06-02",
        "from_time": "13:00",
    }
    assert cast.post("closure_edit", closure.pk, data=data).status_code == 302
    with cast.scope():
        closure = Closure.objects.get()
        assert (closure.name, closure.first_day, closure.from_time) == (
            "Staff training",
            date(2026, 6, 2),
            time(13),
        )
    assert "Remove" in page(cast.get("closure_delete", closure.pk))
    assert cast.post("closure_delete", closure.pk).status_code == 302
    with cast.scope():
        assert not Closure.objects.exists()


@pytest.mark.rule("S3")
@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-12-25", "Christmas Day (Public holidays)"),
        ("2026-12-29", "Christmas shutdown (Closures of the provider)"),
        ("2026-11-21", "weekend"),
        ("2026-11-20", "outside the hours"),
    ],
)
def test_why_is_this_day_closed(cast: Cast, day: str, words: str) -> None:
    cast.post("shutdown", 2026, data=SHUTDOWN)
    shown = page(cast.get("year", query=f"?day={day}"))
    assert words in shown
    assert ("Closed all day." in shown) is (day != "2026-11-20")


def test_the_year_shows_each_layer_with_a_letter_and_its_name(cast: Cast) -> None:
    cast.post("shutdown", 2026, data=SHUTDOWN)
    with cast.scope():
        Closure.objects.create(
            name="Half a day", first_day=date(2026, 6, 1), last_day=date(2026, 6, 1), from_time=time(12)
        )
    shown = page(cast.get("year", query="?year=2026"))
    for kind, name in [
        ("holiday", "Good Friday"),
        ("shutdown", "Christmas shutdown"),
        ("partly", "Half a day"),
    ]:
        assert re.search(rf'year-day--{kind}"[^>]*><a [^>]*title="[^"]*{name}', shown), kind
    assert "style=" not in shown
    assert shown.count("<caption>") == 12


def test_a_year_out_of_reach_shows_this_one(cast: Cast) -> None:
    assert cast.get("year", query="?year=99999").status_code == 200
    assert cast.get("year", query="?year=x&calendar=y&customer=z&day=q").status_code == 200


def test_a_provider_without_calendars_is_told_what_to_do_first(cast: Cast) -> None:
    with cast.scope():
        cast.contract.delete()
        BusinessCalendar.objects.all().delete()
    assert "Enter the opening hours first" in page(cast.get("year"))


@pytest.mark.rule("S3")
def test_public_holidays_are_added_moved_removed_and_filled_in(cast: Cast) -> None:
    new = {"nation": "scotland", "day": "2026-06-17", "name": "World Cup day"}
    assert cast.post("holiday_new", data=new).status_code == 302
    with cast.scope():
        holiday = PublicHoliday.objects.get(name="World Cup day")
    moved = {"day": "2026-06-18", "name": "World Cup day"}
    assert cast.post("holiday_edit", holiday.pk, data=moved).status_code == 302
    assert "World Cup day" in page(cast.get("holidays", query="?nation=scotland"))
    assert cast.post("holiday_delete", holiday.pk).status_code == 302
    years = {"nation": "scotland", "first_year": 2033, "last_year": 2034}
    assert cast.post("holiday_fill", data=years).status_code == 302
    with cast.scope():
        assert not PublicHoliday.objects.filter(name="World Cup day").exists()
        assert PublicHoliday.objects.filter(nation="scotland", day__year=2034).exists()


def test_the_same_holiday_twice_is_refused(cast: Cast) -> None:
    answer = cast.post("holiday_new", data={"nation": "scotland", "day": "2026-12-25", "name": "Again"})
    assert answer.status_code == 422


def test_too_many_years_are_refused(cast: Cast) -> None:
    years = {"nation": "scotland", "first_year": 2033, "last_year": 2090}
    assert cast.post("holiday_fill", data=years).status_code == 422
