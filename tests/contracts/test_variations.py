"""Variations: recorded, never edited; the terms of a day are a fold over the rows; open requests follow as agreed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.models import AuditEntry
from accounts.tenancy.scope import open_scope
from contracts.models import (
    Answer,
    ClauseTopic,
    Contract,
    Extent,
    PausePolicy,
    Variation,
    VariationPeriod,
    VariationTurn,
    Varied,
)
from contracts.promises import PromiseBook
from contracts.selectors import channel_answer, terms_for, topic_answer
from contracts.services.variations import VariedValue, variation_add, variation_withdraw
from contracts.variations import standing_on, visits_purchased_on
from delivery.sweeper import sweep
from sla.history import histories_checked
from sla.impact import Impact
from sla.models import BusinessCalendar, Clock, ClockEvent, ClockEventKind, ClockKind, ServiceLevel
from sla.services.calendar_edits import closure_add
from sla.services.clocks import clock_start, clock_stop
from sla.services.recomputation import preview
from tests.cast import Cast

pytestmark = pytest.mark.rule("P8")

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = MONDAY.date()
DAY = timedelta(days=1)


@pytest.fixture
def contract(cast: Cast) -> Iterator[Contract]:
    """Oakfield's, on a Monday morning at nine, as Cass sees it."""
    with time_machine.travel(MONDAY, tick=False), open_scope(cast.staff_scope(name="cass")):
        yield Contract.objects.select_related("package__version", "calendar").get(customer__slug="oakfield")


def level(key: str = "urgent") -> ServiceLevel:
    return ServiceLevel.objects.get(key=key)


def vary(contract: Contract, cast: Cast, varied: str, value: VariedValue, **more: Any) -> Variation:
    more.setdefault("holds_from", TODAY)
    more.setdefault("approved_by", cast.person("rob"))
    return variation_add(contract=contract, varied=varied, value=value, **more).row


def faster(minutes: int = 30, key: str = "urgent") -> VariedValue:
    return VariedValue(level=level(key), number=minutes)


def start(contract: Contract, at: datetime, kind: str = ClockKind.RESPONSE) -> Clock:
    terms = terms_for(contract=contract, level=level(), started_on=at.date())
    return clock_start(customer_id=contract.customer_id, kind=kind, terms=terms, started_at=at)


def due(clock: Clock) -> datetime | None:
    return Clock.objects.get(pk=clock.pk).due_at


# What holds


@pytest.mark.django_db
def test_each_kind_of_variation_answers_from_its_day_to_its_last(contract: Contract, cast: Cast) -> None:
    on_site = BusinessCalendar.objects.get(name="On-site hours")
    until = {"holds_until": TODAY + 7 * DAY}
    vary(contract, cast, Varied.CALENDAR, VariedValue(calendar=on_site), **until)
    vary(contract, cast, Varied.RESPONSE, faster(30), **until)
    vary(contract, cast, Varied.FIX, faster(240), **until)
    vary(contract, cast, Varied.TARGET, faster(99), **until)
    vary(contract, cast, Varied.PAUSE, VariedValue(choice=PausePolicy.FIX_WAITS_FOR_CUSTOMER), **until)
    vary(contract, cast, Varied.VISITS, VariedValue(number=12), **until)
    for day, varied in (
        (TODAY - DAY, False),
        (TODAY, True),
        (TODAY + 7 * DAY, True),
        (TODAY + 8 * DAY, False),
    ):
        terms = terms_for(contract=contract, level=level(), started_on=day)
        found = (
            terms.calendar_id,
            terms.response_minutes,
            terms.fix_minutes,
            terms.target_percent,
            terms.pausable_for,
            visits_purchased_on(contract, day),
        )
        plain: tuple[Any, ...] = (contract.calendar_id, 60, 480, 95, frozenset(), contract.visits_purchased)
        agreed = (on_site.pk, 30, 240, 99, frozenset({"customer"}), 12)
        assert found == (agreed if varied else plain), day
    other = terms_for(contract=contract, level=level("high"), started_on=TODAY)
    assert (other.response_minutes, other.target_percent) == (120, 95)


@pytest.mark.django_db
@pytest.mark.rule("P1")
def test_a_varied_clause_answers_in_its_own_words(contract: Contract, cast: Cast) -> None:
    words = "We also look after the caretaker's tablet."
    value = VariedValue(topic=ClauseTopic.SIMS, choice=Answer.COVERED, words=words)
    vary(contract, cast, Varied.CLAUSE, value)
    found = topic_answer(contract=contract, topic=ClauseTopic.SIMS, day=TODAY)
    assert (found.answer, found.wording, found.is_varied) == (Answer.COVERED, words, True)
    before = topic_answer(contract=contract, topic=ClauseTopic.SIMS, day=TODAY - DAY)
    assert before.answer == Answer.LIMITED
    assert not before.is_varied


@pytest.mark.django_db
@pytest.mark.rule("I9", "P1")
def test_desk_access_that_was_agreed_opens_the_desk_to_scheduled_support(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="cass")):
        contract = Contract.objects.select_related("package").get(customer__slug="hillside")
        words = "You may use our portal until the summer."
        value = VariedValue(topic=ClauseTopic.DESK_ACCESS, choice=Answer.COVERED, words=words)
        vary(contract, cast, Varied.CLAUSE, value, approved_by=cast.person("cass"))
        assert channel_answer(contract=contract, channel="portal", day=TODAY).wording == words
        refused = channel_answer(contract=contract, channel="portal", day=TODAY - DAY)
        assert refused.answer == Answer.NO_DESK_ACCESS


@pytest.mark.django_db
@pytest.mark.rule("S3")
def test_a_closure_that_does_not_hold_and_one_that_does(contract: Contract, cast: Cast) -> None:
    """The shutdown of the cast runs from 24 December 2026 to 1 January 2027; the public holidays stay closed."""
    lifted = VariedValue(
        first_day=date(2026, 12, 24), last_day=date(2027, 1, 1), is_closed=False, words="Christmas shutdown"
    )
    closed = VariedValue(
        first_day=date(2026, 12, 3), last_day=date(2026, 12, 3), is_closed=True, words="Founders' day"
    )
    vary(contract, cast, Varied.CLOSURE, lifted)
    vary(contract, cast, Varied.CLOSURE, closed)
    book = PromiseBook.of("alder")

    def promised(at: str, customer: str = "oakfield") -> str:
        due = book.promise(level="urgent", at=at, customer=customer).response_due
        return due.isoformat()[:16] if due else "no visit booked"

    assert promised("2026-12-23T16:00") == "2026-12-24T08:30"
    assert (
        promised("2026-12-24T16:00") == "2026-12-29T08:30"
    )  # after Christmas Day, a weekend and the substitute day
    assert promised("2026-12-23T16:00", "") == "2027-01-04T08:30"
    assert promised("2026-12-02T16:00") == "2026-12-04T08:30"
    assert promised("2026-12-02T16:00", "") == "2026-12-03T08:30"


@pytest.mark.django_db
@pytest.mark.rule("S13")
def test_an_edit_of_the_calendar_reaches_clocks_on_its_variants(contract: Contract, cast: Cast) -> None:
    closed = VariedValue(
        first_day=date(2026, 12, 3), last_day=date(2026, 12, 3), is_closed=True, words="Founders' day"
    )
    vary(contract, cast, Varied.CLOSURE, closed)
    clock = start(contract, datetime(2026, 12, 2, 16, 0, tzinfo=UTC))
    assert due(clock) == datetime(2026, 12, 4, 8, 30, tzinfo=UTC)
    closure_add(name="Training", first_day=date(2026, 12, 4))
    assert due(clock) == datetime(2026, 12, 7, 8, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_the_deadline_command_and_tester_answer_with_the_variation(contract: Contract, cast: Cast) -> None:
    vary(contract, cast, Varied.RESPONSE, faster(30), holds_from=date(2026, 12, 1))
    book = PromiseBook.of("alder")
    found = [
        book.promise(level="Urgent", at=f"2026-{day}T10:00", customer="oakfield").response_due
        for day in ("11-30", "12-01")
    ]
    assert [f"{due:%H:%M}" for due in found if due] == ["11:00", "10:30"]


# What is refused


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("holds_until", {"holds_until": TODAY - DAY}),
        ("holds_from", {"holds_from": date(2020, 1, 1)}),
        ("topic", {"value": VariedValue(topic="teapots", choice=Answer.COVERED, words="Tea")}),
        ("choice", {"value": VariedValue(topic=ClauseTopic.SIMS, choice="perhaps", words="Tea")}),
        ("words", {"value": VariedValue(topic=ClauseTopic.SIMS, choice=Answer.COVERED)}),
        ("approved_by", {"approver": "rita"}),
        ("approved_by", {"approver": "hana"}),
    ],
)
def test_mistakes_are_told_at_their_field_and_nothing_is_saved(
    contract: Contract, cast: Cast, field: str, change: dict[str, Any]
) -> None:
    fields = {
        "value": VariedValue(topic=ClauseTopic.SIMS, choice=Answer.COVERED, words="All of it"),
        "holds_from": TODAY,
        "approved_by": cast.person(change.pop("approver", "rob")),
        **change,
    }
    with pytest.raises(ValidationError) as refused:
        variation_add(contract=contract, varied=Varied.CLAUSE, **fields)
    assert list(refused.value.message_dict) == [field]
    assert not Variation.objects.exists()
    assert not AuditEntry.objects.filter(action="variation.added").exists()


@pytest.mark.django_db
def test_the_same_thing_does_not_vary_twice_on_one_day(contract: Contract, cast: Cast) -> None:
    vary(contract, cast, Varied.RESPONSE, faster(30), holds_until=TODAY + 5 * DAY)
    with pytest.raises(ValidationError, match="already holds from 2026-11-23 to 2026-11-28"):
        vary(contract, cast, Varied.RESPONSE, faster(20), holds_from=TODAY + 5 * DAY)
    vary(
        contract, cast, Varied.RESPONSE, faster(20, "high"), holds_from=TODAY
    )  # another level is another thing
    vary(contract, cast, Varied.RESPONSE, faster(20), holds_from=TODAY + 6 * DAY)
    assert Variation.objects.count() == 3


@pytest.mark.django_db
def test_the_database_itself_keeps_two_of_the_same_thing_apart(contract: Contract, cast: Cast) -> None:
    first = vary(contract, cast, Varied.RESPONSE, faster(30))
    with pytest.raises(IntegrityError, match="variation_one_at_a_time"), transaction.atomic():
        Variation.objects.create(
            contract=contract,
            customer_id=contract.customer_id,
            varied=Varied.RESPONSE,
            thing=first.thing,
            level=level(),
            number=20,
            holds_from=TODAY + DAY,
            approved_by=cast.person("rob"),
        )
    with pytest.raises(IntegrityError, match="variation_typed"), transaction.atomic():
        Variation.objects.create(
            contract=contract,
            customer_id=contract.customer_id,
            varied=Varied.VISITS,
            thing="visits",
            holds_from=TODAY,
            approved_by=cast.person("rob"),
        )


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [Variation, VariationPeriod])
def test_nobody_edits_the_history(contract: Contract, cast: Cast, model: Any, statement: str) -> None:
    vary(contract, cast, Varied.RESPONSE, faster(30))
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(model._meta.db_table))


@pytest.mark.django_db
def test_a_correction_is_a_new_line_and_the_old_one_stays(contract: Contract, cast: Cast) -> None:
    first = vary(contract, cast, Varied.RESPONSE, faster(30))
    ended = vary(contract, cast, Varied.RESPONSE, faster(30), holds_until=TODAY + DAY, replaces=first)
    assert [row.pk for row in standing_on(contract, TODAY).variations] == [ended.pk]
    assert standing_on(contract, TODAY + 2 * DAY).variations == ()
    with pytest.raises(ValidationError, match="later line stands in the place"):
        vary(contract, cast, Varied.RESPONSE, faster(10), replaces=first)
    variation_withdraw(variation=ended, approved_by=cast.person("cass"), note="Entered for the wrong school")
    assert standing_on(contract, TODAY).variations == ()
    assert Variation.objects.count() == 3
    first.refresh_from_db()
    assert first.holds_until is None


# What open requests do


@pytest.mark.django_db
@pytest.mark.rule("S13")
@pytest.mark.parametrize(("extent", "minutes"), [(Extent.NEW, 60), (Extent.RUNNING, 30), (Extent.ALL, 30)])
def test_open_requests_keep_their_terms_unless_the_variation_says_otherwise(
    contract: Contract, cast: Cast, extent: Extent, minutes: int
) -> None:
    friday = datetime(2026, 11, 20, 16, 29, tzinfo=UTC)
    old, new = start(contract, friday), start(contract, MONDAY)
    over = start(contract, datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    clock_stop(clock=over, at=datetime(2026, 11, 20, 9, 5, tzinfo=UTC))
    vary(contract, cast, Varied.RESPONSE, faster(30), extent=extent)
    assert due(old) == datetime(2026, 11, 23, 7, 59, tzinfo=UTC) + timedelta(minutes=minutes)
    assert due(new) == MONDAY + timedelta(minutes=30)  # it came in on the first day of the variation
    assert due(over) == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    event = ClockEvent.objects.get(clock=new, kind=ClockEventKind.RECOMPUTED)
    assert "Reply time from 2026-11-23" in event.cause
    assert event.actor == cast.person("cass")
    assert not histories_checked(Clock.objects.all())


@pytest.mark.django_db
@pytest.mark.rule("S13")
def test_the_preview_counts_what_saving_then_does(contract: Contract, cast: Cast) -> None:
    """One reply that was missed is in time again, one becomes missed, one moves inside its time."""
    late = start(contract, datetime(2026, 11, 20, 15, 45, tzinfo=UTC))  # due on Monday at 08:15
    soon = start(contract, datetime(2026, 11, 23, 8, 20, tzinfo=UTC))
    fix = start(contract, datetime(2026, 11, 20, 15, 45, tzinfo=UTC), ClockKind.FIX)

    def slower() -> None:
        vary(contract, cast, Varied.RESPONSE, faster(120), extent=Extent.RUNNING)

    shown = preview(slower)
    assert (shown.moved, shown.leave_breach, shown.enter_breach) == (2, 1, 0)
    assert not Variation.objects.exists()
    assert due(late) == datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
    done: list[Impact] = []
    done.append(
        variation_add(
            contract=contract,
            varied=Varied.RESPONSE,
            value=faster(120),
            holds_from=TODAY,
            extent=Extent.RUNNING,
            approved_by=cast.person("rob"),
        ).impact
    )
    assert (done[0].moved, done[0].leave_breach, done[0].enter_breach) == (2, 1, 0)
    assert due(soon) == datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
    assert not ClockEvent.objects.filter(clock=fix, kind=ClockEventKind.RECOMPUTED).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("S13", "S14")
def test_a_variation_of_tomorrow_reaches_open_requests_when_its_day_comes_and_when_it_goes(
    cast: Cast,
) -> None:
    with time_machine.travel(MONDAY, tick=False), open_scope(cast.staff_scope(name="cass")):
        contract = Contract.objects.select_related("package__version", "calendar").get(
            customer__slug="oakfield"
        )
        clock = start(contract, MONDAY, ClockKind.FIX)  # eight hours: due on Tuesday at 08:30
        days = {"holds_from": TODAY + DAY, "holds_until": TODAY + DAY}
        vary(contract, cast, Varied.FIX, faster(2400), extent=Extent.ALL, **days)
        assert due(clock) == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
        assert list(VariationTurn.objects.values_list("day", flat=True).order_by("day")) == [
            TODAY + DAY,
            TODAY + 2 * DAY,
        ]
    found = []
    for day in (1, 2):
        midnight = datetime(2026, 11, 23 + day, 0, 1, tzinfo=UTC)
        with time_machine.travel(midnight, tick=False):
            for _twice in range(2):
                sweep(now=midnight, queues=["variations"])
            with open_scope(cast.staff_scope()):
                found.append(due(clock))
                assert not histories_checked(Clock.objects.all())
    assert found == [datetime(2026, 11, 27, 15, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 30, tzinfo=UTC)]
    with open_scope(cast.staff_scope()):
        assert ClockEvent.objects.filter(clock=clock, kind=ClockEventKind.RECOMPUTED).count() == 2


@pytest.mark.django_db
def test_many_open_requests_are_moved_with_progress_and_few_queries(
    contract: Contract, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sla.services.terms_changes.BATCH", 10)
    clocks = [start(contract, MONDAY + timedelta(minutes=number)) for number in range(25)]
    told: list[tuple[int, int]] = []
    recorded = variation_add(
        contract=contract,
        varied=Varied.RESPONSE,
        value=faster(30),
        holds_from=TODAY,
        approved_by=cast.person("rob"),
        progress=lambda done, total: told.append((done, total)),
    )
    assert recorded.impact.moved == 25
    assert told == [(10, 25), (20, 25), (25, 25)]
    assert due(clocks[24]) == MONDAY + timedelta(minutes=54)
