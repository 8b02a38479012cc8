"""A hand-made quarter for each clause of Rule S6, with the answer known beforehand."""

import pytest

from reports.counting import quarter_figures
from reports.figures import QuarterFigures, Tally, figures_from_json, figures_to_json
from sla.models import Apart, ClockKind, ClockState
from sla.quarters import Quarter
from tests.reports.world import ZONE, World, utc
from tickets.models import BreachReason, Channel, Escalation, MissCause

pytestmark = pytest.mark.django_db
THIRD = Quarter.parse("2026Q3")
LATER = utc("2026-10-05 09:00")
DUE = utc("2026-08-03 10:00")
IN_TIME = utc("2026-08-03 09:30")
LATE = utc("2026-08-03 10:30")


def count(world: World, quarter: Quarter = THIRD, now: object = LATER) -> QuarterFigures:
    return quarter_figures(customer=world.customer, quarter=quarter, zone=ZONE, now=now)  # type: ignore[arg-type]


@pytest.mark.rule("S6")
def test_kept_of_counted_for_reply_and_fix_by_level_and_in_total(world: World) -> None:
    for _ in range(3):
        world.clock(due=DUE, ended=IN_TIME, level="high")
    world.clock(due=DUE, ended=LATE, level="low")
    world.clock(ClockKind.FIX, due=DUE, ended=LATE, level="high")
    figures = count(world)
    assert (figures.reply.total.kept, figures.reply.total.counted) == (3, 4)
    assert (figures.fix.total.kept, figures.fix.total.counted) == (0, 1)
    by_level = {one.key: (one.tally.kept, one.tally.counted) for one in figures.reply.levels}
    assert by_level == {"urgent": (0, 0), "high": (3, 3), "medium": (0, 0), "low": (0, 1)}
    assert figures.reply.total.tenths == 750
    assert figures.reply.total.on_target is False


@pytest.mark.rule("S6")
def test_ended_exactly_at_the_deadline_is_kept(world: World) -> None:
    world.clock(due=DUE, ended=DUE)
    assert count(world).reply.total == Tally(kept=1, target_sum=95)


@pytest.mark.rule("S6")
@pytest.mark.parametrize(
    ("due", "ended", "quarter"),
    [
        ("2026-10-01 09:00", "2026-09-30 14:00", "2026Q3"),  # ended in the quarter, due in the next
        ("2026-09-30 14:00", "2026-10-01 09:00", "2026Q3"),  # due in the quarter, ended in the next
        ("2026-06-30 22:59", "2026-06-30 22:59", "2026Q2"),  # 23:59 on 30 June in London
        ("2026-06-30 23:00", "2026-06-30 23:00", "2026Q3"),  # midnight: the new quarter
        ("2026-09-30 22:59", "2026-09-30 23:30", "2026Q3"),
        ("2026-09-30 23:00", "2026-09-30 23:30", "2026Q4"),
        ("2026-12-31 23:59", "2027-01-04 09:00", "2026Q4"),  # winter time: midnight is midnight UTC
        ("2027-01-01 00:00", "2027-01-04 09:00", "2027Q1"),
    ],
)
def test_a_clock_counts_once_in_the_quarter_of_the_earlier_of_end_and_deadline(
    world: World, due: str, ended: str, quarter: str
) -> None:
    world.clock(due=utc(due), ended=utc(ended))
    counted = {
        str(one): count(world, one, utc("2027-04-05 09:00")).reply.total.counted
        for one in Quarter.parse("2027Q1").last(4)
    }
    assert [name for name, number in counted.items() if number] == [quarter]
    assert sum(counted.values()) == 1


@pytest.mark.rule("S6")
def test_breached_and_still_open_counts_as_missed_and_stays_where_it_was_due(world: World) -> None:
    world.ticket(response=world.clock(due=DUE, breached=DUE))
    figures = count(world)
    assert (figures.reply.total.kept, figures.reply.total.missed) == (0, 1)
    assert figures.misses[0].ended_at is None
    assert count(world, THIRD.plus(1)).reply.total.counted == 0


@pytest.mark.rule("S6", "S10")
def test_waiting_after_the_deadline_saves_nothing(world: World) -> None:
    world.clock(due=DUE, breached=DUE, state=ClockState.PAUSED)
    assert count(world).reply.total.missed == 1


@pytest.mark.rule("S6")
def test_open_before_its_deadline_is_in_neither_number(world: World) -> None:
    world.clock(due=utc("2026-09-29 10:00"))
    world.clock(due=None, state=ClockState.PAUSED)
    figures = count(world, now=utc("2026-09-28 09:00"))
    assert figures.reply.total.counted == 0
    assert figures.reply.total.pending == 1
    assert figures.is_running


@pytest.mark.rule("S6", "S8")
def test_void_exempt_callouts_and_monitoring_are_listed_apart(world: World) -> None:
    world.clock(due=DUE, ended=IN_TIME)
    for apart in (Apart.EXEMPT, Apart.CALLOUT, Apart.CALLOUT, Apart.MONITORING):
        world.ticket(response=world.clock(due=DUE, ended=LATE, apart=apart))
    world.clock(ClockKind.FIX, due=DUE, ended=IN_TIME, state=ClockState.VOID)
    world.clock(due=DUE, ended=IN_TIME, state=ClockState.VOID, apart=Apart.MONITORING)
    figures = count(world)
    assert (figures.reply.total.kept, figures.reply.total.counted) == (1, 1)
    assert figures.fix.total.counted == 0
    assert {one.key: (one.replies, one.fixes) for one in figures.apart} == {
        "exempt": (1, 0),
        "callout": (2, 0),
        "monitoring": (1, 0),
        "void": (1, 1),
    }
    assert sorted(one.group for one in figures.apart_clocks) == ["callout", "callout", "exempt"]
    assert figures.misses == ()


@pytest.mark.rule("S6", "S10")
def test_with_and_without_pauses(world: World) -> None:
    world.clock(ClockKind.FIX, due=DUE, ended=IN_TIME, due_without_pauses=utc("2026-08-03 09:00"))
    world.clock(ClockKind.FIX, due=DUE, ended=IN_TIME, due_without_pauses=utc("2026-08-03 09:45"))
    world.clock(ClockKind.FIX, due=DUE, ended=LATE, due_without_pauses=utc("2026-08-03 09:00"))
    total = count(world).fix.total
    assert (total.kept, total.kept_without_pauses, total.counted) == (2, 1, 3)
    assert (total.tenths, total.tenths_without_pauses) == (666, 333)


@pytest.mark.rule("R1")
def test_each_miss_with_its_ticket_lateness_and_reason(world: World) -> None:
    friday, monday = utc("2026-08-07 15:00"), utc("2026-08-10 08:00")  # 16:00 and 09:00 in London
    old = world.clock(ClockKind.FIX, due=friday, ended=monday)
    new = world.clock(ClockKind.FIX, due=utc("2026-08-14 09:00"), ended=utc("2026-08-13 09:00"), previous=old)
    ticket = world.ticket(fix=new, subject="No sound in the hall")
    BreachReason.objects.create(
        customer=world.customer,
        clock=old,
        cause=MissCause.HARDWARE_PARTS,
        words="The amplifier",
        by=world.requester,
        at=monday,
    )
    world.ticket(response=world.clock(due=DUE, breached=DUE))
    explained, unexplained = sorted(count(world).misses, key=lambda miss: miss.kind)
    assert (explained.ticket, explained.subject) == (ticket.number, "No sound in the hall")
    assert explained.late_minutes == 30 + 60  # until 16:30 on Friday, from 08:00 on Monday
    assert (explained.cause, explained.words) == ("hardware_parts", "The amplifier")
    assert unexplained.cause == ""
    assert count(world).reasons_missing == 1


@pytest.mark.rule("S6")
def test_the_last_four_quarters(world: World) -> None:
    world.clock(due=utc("2025-09-10 09:00"), ended=utc("2025-09-10 08:00"))  # before the four
    world.clock(due=utc("2025-10-10 09:00"), ended=utc("2025-10-10 08:00"))
    world.clock(due=utc("2026-05-11 09:00"), ended=utc("2026-05-11 10:00"))
    world.clock(due=DUE, ended=IN_TIME)
    trend = count(world).reply.trend
    assert [(one.quarter, one.tally.kept, one.tally.counted) for one in trend] == [
        ("2025Q4", 1, 1),
        ("2026Q1", 0, 0),
        ("2026Q2", 0, 1),
        ("2026Q3", 1, 1),
    ]


@pytest.mark.rule("R1")
def test_volumes_by_level_channel_and_category(world: World) -> None:
    july, august, october = utc("2026-07-06 09:00"), utc("2026-08-03 09:00"), utc("2026-10-02 09:00")
    world.ticket(logged=utc("2026-06-01 09:00"), closed=utc("2026-06-02 09:00"))  # gone before the quarter
    world.ticket(logged=utc("2026-06-01 09:00"), closed=july, level="low")
    world.ticket(logged=july, fixed=august, closed=october, channel=Channel.PHONE, category=world.category)
    world.ticket(logged=july, fixed=october, level="urgent")
    world.ticket(logged=august)
    world.ticket(logged=october)
    volumes = count(world).volumes
    assert (volumes.total.opened, volumes.total.ended, volumes.total.still_open) == (3, 2, 2)
    assert [(one.key, one.opened, one.ended, one.still_open) for one in volumes.levels] == [
        ("urgent", 1, 0, 1),
        ("high", 2, 1, 1),
        ("low", 0, 1, 0),
    ]
    assert [(one.key, one.opened) for one in volumes.channels] == [("email", 2), ("phone", 1)]
    assert [(one.key, one.opened, one.ended) for one in volumes.categories] == [("av", 1, 1), ("", 2, 1)]


@pytest.mark.rule("R1")
def test_escalations_of_the_quarter(world: World) -> None:
    ticket = world.ticket(logged=DUE)
    for at in (utc("2026-06-30 09:00"), LATE):
        Escalation.objects.create(
            customer=world.customer,
            ticket=ticket,
            from_stage=1,
            to_stage=2,
            trigger="technician",
            reason="Needs a server",
            at=at,
        )
    (step,) = count(world).escalations
    assert (step.ticket, step.to_stage, step.at) == (ticket.number, 2, LATE)


@pytest.mark.rule("S6")
def test_an_empty_quarter_has_no_percentage(world: World) -> None:
    figures = count(world)
    assert figures.reply.total.tenths is None
    assert figures.reply.total.on_target is None
    assert figures.on_target is None
    assert figures.volumes.total.opened == 0


@pytest.mark.rule("T2", "S6")
def test_other_customers_do_not_count(world: World) -> None:
    from accounts.models import Customer

    other = Customer.objects.create(slug="elm", name="Elm School")
    world.ticket(response=world.clock(due=DUE, ended=LATE, customer=other), customer=other)
    figures = count(world)
    assert figures.reply.total.counted == 0
    assert figures.misses == ()
    assert figures.volumes.total.opened == 0


@pytest.mark.rule("R1")
def test_stored_figures_are_read_back_as_they_were(world: World) -> None:
    world.ticket(response=world.clock(due=DUE, ended=LATE))
    world.ticket(response=world.clock(due=DUE, ended=LATE, apart=Apart.CALLOUT))
    figures = count(world)
    assert figures_from_json(figures_to_json(figures)) == figures
