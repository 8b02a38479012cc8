"""Why a deadline is where it is, for people and for programs (rules S3, S13)."""

import json
from datetime import date, timedelta

import pytest

from accounts.services import staff_create
from accounts.tenancy.scope import Scope, open_scope
from sla.explain import duration_words, explain_clock, explain_promise
from sla.models import ClockKind
from sla.services.calendar_edits import closure_add
from sla.services.clocks import clock_pause, clock_resume, clock_stop
from sla.working_time import Counted, Gap
from tests import factories
from tests.sla.conftest import Desk, local

pytestmark = pytest.mark.rule("S3", "S13")


def test_the_shutdown_has_its_name_in_the_sentences(desk: Desk) -> None:
    trace = explain_clock(desk.start("Low", local("Wed 23 Dec 2026 15:00")))
    words = "\n".join(trace.sentences())
    assert "Started Wed 23 Dec 2026 15:00." in words
    assert "Allowed: 8 hours of working time (Low), counted in Desk hours, Europe/London time." in words
    assert (
        "Wed 23 Dec 2026 15:00 to Wed 23 Dec 2026 16:30: 1 hour 30 minutes counted, 1 hour 30 minutes in all."
        in words
    )
    assert "Christmas shutdown (Closures of the provider)" in words
    assert "Christmas Day (Public holidays)" in words
    assert words.endswith("Due Mon 4 Jan 2027 14:30.")


def test_rows_leave_no_hole_and_sum_to_the_allowance(desk: Desk) -> None:
    clock = desk.start(
        "Urgent", local("Mon 23 Nov 2026 09:00"), ClockKind.FIX, pausable_for=frozenset({"customer"})
    )
    clock_pause(clock=clock, at=local("Mon 23 Nov 2026 10:00"), waiting_for="customer", reason="Which room?")
    clock_resume(clock=clock, at=local("Tue 24 Nov 2026 09:00"))
    trace = explain_clock(clock)
    assert trace.rows[0].starts == clock.started_at
    assert trace.rows[-1].ends == clock.due_at
    assert all(one.ends == two.starts for one, two in zip(trace.rows, trace.rows[1:], strict=False))
    counted = [row for row in trace.rows if isinstance(row, Counted)]
    assert counted[-1].running_total.total_seconds() == 8 * 3600
    (pause,) = [row for row in trace.rows if isinstance(row, Gap) and row.withheld]
    assert pause.withheld.total_seconds() == 7.5 * 3600
    assert [line.reason for line in trace.pauses] == ["Which room?"]
    assert any("waiting: Which room?" in line for line in trace.sentences())


def test_recomputations_tell_who_and_why(desk: Desk) -> None:
    person = staff_create(name="Ada Byron", email="ada@concero.example", roles=())
    clock = desk.start("Urgent", local("Fri 20 Nov 2026 16:00"))
    with open_scope(Scope(desk.provider.pk, person_id=person.pk)):
        closure_add(name="Flood", first_day=date(2026, 11, 23))
    (change,) = explain_clock(clock).changes
    assert (change.who, change.old_due_at, change.new_due_at) == (
        "Ada Byron",
        local("Mon 23 Nov 2026 08:30"),
        local("Tue 24 Nov 2026 08:30"),
    )
    last = explain_clock(clock).sentences()[-1]
    assert "from Mon 23 Nov 2026 08:30 to Tue 24 Nov 2026 08:30, by Ada Byron: Added: Flood" in last


def test_it_is_json(desk: Desk) -> None:
    clock = desk.start("Urgent", local("Fri 28 Aug 2026 16:00"))
    told = json.loads(json.dumps(explain_clock(clock).to_dict()))
    assert told["due_at"] == "2026-09-01T08:30:00+01:00"
    assert [row["counted"] for row in told["rows"]] == [True, False, True]
    assert {"kind": "closure", "name": "Summer bank holiday", "layer": "Public holidays"} in told["rows"][1][
        "reasons"
    ]


def test_a_waiting_clock_is_explained_up_to_now_and_an_ended_one_to_its_deadline(desk: Desk) -> None:
    now = local("Mon 23 Nov 2026 12:00")
    clock = desk.start(
        "Urgent", local("Mon 23 Nov 2026 09:00"), ClockKind.FIX, pausable_for=frozenset({"customer"})
    )
    clock_pause(clock=clock, at=local("Mon 23 Nov 2026 10:00"), waiting_for="customer", reason="photo")
    trace = explain_clock(clock, now=now)
    assert trace.rows[-1].ends == now
    assert any(line.startswith("There is no deadline now") for line in trace.sentences())
    clock_stop(clock=clock, at=now)
    assert "Ended Mon 23 Nov 2026 12:00." in explain_clock(clock).sentences()


def test_a_promise_is_explained_without_a_clock(desk: Desk) -> None:
    terms = factories.make_terms(desk.levels["Urgent"], desk.calendar)
    friday = local("Fri 20 Nov 2026 16:00")
    trace = explain_promise(terms=terms, kind=ClockKind.RESPONSE, customer_id=desk.customer.pk, at=friday)
    clock = explain_clock(desk.start("Urgent", friday))
    assert trace == clock


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (59, "59 seconds"), (60, "1 minute"), (5400, "1 hour 30 minutes")],
)
def test_working_time_in_words(seconds: int, words: str) -> None:
    assert duration_words(timedelta(seconds=seconds)) == words
