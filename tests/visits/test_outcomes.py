"""What becomes of visits: done, missed and rescheduled, in lieu, taken back by mistake (rules P2, P3, S8)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine

from accounts.models import Person
from contracts.models import Contract
from delivery.models import Notification, OutboundMail
from tests.visits.conftest import TUESDAY, School, at
from tests.visits.test_booking import refused
from visits.allowances import allowance_of, ledger_differences
from visits.changes import _step_handlers, on_visit_step
from visits.models import AllowanceKind, Visit, VisitEventKind, VisitKind, VisitState
from visits.selectors import minutes_in_lieu_left, visits_to_reschedule
from visits.services import (
    remote_session_record,
    remote_session_remove,
    visit_arrive,
    visit_cancel,
    visit_depart,
    visit_in_lieu,
    visit_miss,
    visit_move,
    visit_reschedule,
    visit_undo,
)

TUESDAY_TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def visit(willow: School) -> Visit:
    return willow.book()


@pytest.fixture
def ten(visit: Visit) -> Iterator[None]:
    """It is ten o'clock on the day of the visit."""
    with time_machine.travel(TUESDAY_TEN, tick=False):
        yield


@pytest.fixture
def steps() -> Iterator[list[tuple[str, str]]]:
    """What is told of engineers who arrive and leave, with the state of the visit then."""
    heard: list[tuple[str, str]] = []

    def listen(visit: Visit, kind: VisitEventKind) -> None:
        heard.append((kind, visit.state))

    on_visit_step(listen)
    yield heard
    _step_handlers.remove(listen)


def left(school: School) -> int | None:
    return allowance_of(school.contract, AllowanceKind.SCHEDULED_VISIT, TUESDAY).left


@pytest.mark.rule("S8")
def test_an_engineer_arrives_and_leaves(visit: Visit, ten: None, steps: list[tuple[str, str]]) -> None:
    visit_arrive(visit=visit, sequence=0, at=TUESDAY_TEN - timedelta(hours=1))
    done = visit_depart(visit=visit, sequence=1, work_done="New toner ", signed_by="Wilma")
    assert (done.state, done.work_done, done.signed_by) == (VisitState.DONE, "New toner", "Wilma")
    assert (done.arrived_at, done.departed_at) == (TUESDAY_TEN - timedelta(hours=1), TUESDAY_TEN)
    assert steps == [("arrived", "on_site"), ("departed", "done")]


def test_what_stops_arriving_and_leaving(visit: Visit, ten: None) -> None:
    hour = timedelta(hours=1)
    assert "ahead" in refused(lambda: visit_arrive(visit=visit, sequence=0, at=TUESDAY_TEN + hour))["at"][0]
    assert (
        "another day" in refused(lambda: visit_arrive(visit=visit, sequence=0, at=TUESDAY_TEN - DAY))["at"][0]
    )
    assert refused(lambda: visit_depart(visit=visit, sequence=0, work_done="x"))
    visit_arrive(visit=visit, sequence=0)
    assert "work_done" in refused(lambda: visit_depart(visit=visit, sequence=1, work_done=" "))
    early = TUESDAY_TEN - hour
    assert "at" in refused(lambda: visit_depart(visit=visit, sequence=1, work_done="x", at=early))
    assert refused(lambda: visit_cancel(visit=visit, sequence=1, reason="Snow"))


@pytest.mark.rule("P2", "P9")
def test_a_missed_visit_is_given_back_and_rescheduled_by_notifying_the_school(
    willow: School, visit: Visit, ten: None
) -> None:
    visit_miss(visit=visit, sequence=0, reason="The car broke down")
    assert left(willow) == 10
    assert list(visits_to_reschedule()) == [visit]
    made = visit_reschedule(
        visit=visit,
        sequence=1,
        when=willow.slot("PM", TUESDAY + DAY),
        engineer=willow.theo,
        reason="The car broke down",
    )
    assert (made.replaces, made.kind, left(willow)) == (visit, VisitKind.SCHEDULED, 9)
    mail = OutboundMail.objects.get()
    for words in ("Tue 24 Nov 2026, 08:30 to 10:30", "Wed 25 Nov 2026, 14:30 to 16:00", "car broke down"):
        assert words in mail.text
    assert not visits_to_reschedule().exists()
    assert not ledger_differences(willow.contract)
    again = willow.slot("AM", TUESDAY + 2 * DAY)
    said = refused(lambda: visit_reschedule(visit=visit, sequence=1, when=again, engineer=willow.tess))
    assert "already" in said[""][0]
    assert "already" in refused(lambda: visit_undo(visit=visit, sequence=1, reason="No"))[""][0]


@pytest.mark.rule("P2")
def test_a_replacement_stays_inside_the_window_of_the_missed_visit(
    willow: School, visit: Visit, ten: None
) -> None:
    visit_miss(visit=visit, sequence=0, reason="Forgotten")
    later = willow.slot("AM", TUESDAY.replace(year=2027))  # the next year of the contract has visits left too
    said = refused(lambda: visit_reschedule(visit=visit, sequence=1, when=later, engineer=willow.tess))
    assert said["day"] == ["Visits of this contract year are delivered by Mon 30 Aug 2027."]


@pytest.mark.rule("P2")
def test_a_visit_that_lies_ahead_cannot_have_been_missed(willow: School) -> None:
    visit = willow.book()
    assert "lies ahead" in refused(lambda: visit_miss(visit=visit, sequence=0, reason="x"))[""][0]


@pytest.mark.rule("P3", "P9")
def test_a_visit_becomes_an_equal_amount_of_remote_support(willow: School, visit: Visit, ten: None) -> None:
    owed = visit_in_lieu(visit=visit, sequence=0, reason="The road was flooded")
    assert left(willow) == 9
    assert minutes_in_lieu_left(owed) == 120
    session = remote_session_record(
        contract=willow.contract,
        started_at=TUESDAY_TEN - timedelta(hours=1),
        minutes=45,
        by=willow.tess,
        in_lieu_of=owed,
    )
    assert minutes_in_lieu_left(owed) == 75
    assert allowance_of(willow.contract, AllowanceKind.REMOTE_SESSION, TUESDAY).used == 0
    assert "remote support of the same length" in OutboundMail.objects.get().text
    assert not ledger_differences(willow.contract)
    assert "Take them back first" in refused(lambda: visit_undo(visit=visit, sequence=1, reason="No"))[""][0]
    remote_session_remove(session=session, reason="Another school")
    assert minutes_in_lieu_left(owed) == 120
    assert visit_undo(visit=visit, sequence=1, reason="The road was open").state == VisitState.BOOKED
    assert not ledger_differences(willow.contract)


@pytest.mark.rule("P3")
def test_a_session_in_lieu_stands_for_a_visit_that_did_not_happen(
    willow: School, visit: Visit, ten: None
) -> None:
    said = refused(
        lambda: remote_session_record(
            contract=willow.contract, started_at=TUESDAY_TEN, minutes=10, by=willow.tess, in_lieu_of=visit
        )
    )
    assert "in_lieu_of" in said


@pytest.mark.rule("P5", "P9")
def test_a_remote_session_counts_until_it_is_taken_back(willow: School) -> None:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    session = remote_session_record(contract=willow.contract, started_at=now, minutes=20, by=willow.tess)
    kind = AllowanceKind.REMOTE_SESSION
    assert allowance_of(willow.contract, kind, TUESDAY).used == 1
    remote_session_remove(session=session, reason="Recorded twice")
    assert allowance_of(willow.contract, kind, TUESDAY).used == 0
    assert list(session.allowance_entries.values_list("quantity", "cause")) == [
        (-1, "session"),
        (1, "undone"),
    ]
    assert refused(lambda: remote_session_remove(session=session, reason="Again"))
    assert not ledger_differences(willow.contract)


Act = Callable[[Visit], Visit]
OUTCOMES: list[tuple[Act, str]] = [
    (lambda visit: visit_miss(visit=visit, sequence=0, reason="x"), ""),
    (lambda visit: visit_cancel(visit=visit, sequence=0, reason="x"), "as planned"),
    (lambda visit: visit_in_lieu(visit=visit, sequence=0, reason="x"), "as planned"),
]


@pytest.mark.rule("P9")
@pytest.mark.parametrize(("act", "told"), OUTCOMES)
def test_an_outcome_is_taken_back(willow: School, visit: Visit, ten: None, act: Act, told: str) -> None:
    act(visit)
    undone = visit_undo(visit=visit, sequence=1, reason="A mistake")
    assert (undone.state, undone.sequence, left(willow)) == (VisitState.BOOKED, 2, 9)
    assert not ledger_differences(willow.contract)
    newest = OutboundMail.objects.order_by("-id").first()
    assert told in (newest.text if newest else "")
    assert "nothing to take back" in refused(lambda: visit_undo(visit=visit, sequence=2, reason="x"))[""][0]


@pytest.mark.rule("S8")
def test_steps_are_taken_back_one_by_one(visit: Visit, ten: None, steps: list[tuple[str, str]]) -> None:
    visit_arrive(visit=visit, sequence=0)
    visit_depart(visit=visit, sequence=1, work_done="Toner", signed_by="Wilma")
    on_site = visit_undo(visit=visit, sequence=2, reason="Still there")
    assert (on_site.state, on_site.departed_at, on_site.work_done) == (VisitState.ON_SITE, None, "")
    booked = visit_undo(visit=visit, sequence=3, reason="Another school")
    assert (booked.state, booked.arrived_at) == (VisitState.BOOKED, None)
    assert steps[2:] == [("undone", "on_site"), ("undone", "booked")]
    assert visit_arrive(visit=visit, sequence=4).state == VisitState.ON_SITE


@pytest.mark.rule("P2", "P9")
def test_an_outcome_is_not_taken_back_where_its_place_is_taken(
    willow: School, visit: Visit, ten: None
) -> None:
    visit_cancel(visit=visit, sequence=0, reason="Snow")
    other = willow.book(at("09:00", "10:00"), kind=VisitKind.ON_DEMAND)
    assert "engineer" in refused(lambda: visit_undo(visit=visit, sequence=1, reason="No snow"))
    visit_cancel(visit=other, sequence=0, reason="Snow", by_school=True)
    Contract.objects.update(visits_purchased=1)
    willow.book(willow.slot("PM"))
    assert "No scheduled visit" in refused(lambda: visit_undo(visit=visit, sequence=1, reason="No"))["day"][0]


@pytest.mark.rule("P2")
def test_what_we_missed_is_neither_moved_nor_called_off(willow: School, visit: Visit) -> None:
    with time_machine.travel(TUESDAY_TEN + timedelta(hours=1), tick=False):
        move = partial(visit_move, visit=visit, sequence=0, when=willow.slot("PM"), reason="Late")
        assert "is over" in refused(move)[""][0]
        assert "is over" in refused(lambda: visit_cancel(visit=visit, sequence=0, reason="Late"))[""][0]
        visit_cancel(visit=visit, sequence=0, reason="They telephoned on Monday", by_school=True)


@pytest.mark.rule("P2")
def test_a_school_with_nobody_to_write_to_is_the_success_manager_s_to_tell(
    willow: School, visit: Visit
) -> None:
    Person.objects.filter(name="Wilma").update(is_active=False)
    visit_cancel(visit=visit, sequence=0, reason="Snow")
    assert not OutboundMail.objects.exists()
    told = Notification.objects.get()
    assert told.person.name == "Cass"
    assert "Willow has nobody whom we could write to" in told.summary
