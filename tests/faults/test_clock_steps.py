"""Clocks step exactly once: under workers, beats and a database that are killed, and after an outage of days."""

import contextlib
import json
import os
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.delivery.mail_server import MailServer
from tests.faults.harness import Jobs, Owner, beat, daemons, share, wait_for, worker

DESKS = 8
TICKETS = share(63, 9)  # of each desk; two steps each
WORK = "tests.faults.desk_work:{}".format
SOUND = "SELECT id FROM tickets_ticket WHERE subject <> 'Poison'"
STEPS = (
    "SELECT e.clock_id, e.kind, e.is_late FROM sla_clockevent e JOIN tickets_ticket t"
    " ON e.clock_id IN (t.response_clock_id, t.fix_clock_id)"
    " WHERE e.kind IN ('warned', 'breached') AND (t.subject = 'Poison') = %s"
)

pytestmark = [pytest.mark.faults, pytest.mark.rule("S11", "S14", "E1")]


def prove_each_step_once(owner: Owner, *, late: bool) -> None:
    """Each clock has its step, and each step its effects, once; poison held up nobody."""
    tickets = DESKS * TICKETS
    steps = owner.ask(STEPS, False)
    assert Counter(step[1] for step in steps) == {"breached": tickets, "warned": tickets}
    assert len({step[0] for step in steps}) == 2 * tickets
    assert {step[2] for step in steps} == {late}
    # Of a poisoned ticket, the fix clock warns; the missed reply cannot be told, so it has not happened either.
    assert Counter(step[1] for step in owner.ask(STEPS, True)) == {"warned": DESKS}
    failing = (
        "SELECT count(*) FROM sla_clock WHERE failures > 0 AND wake_at IS NOT NULL AND breached_at IS NULL"
    )
    assert owner.number(failing) == DESKS
    for table in ("tickets_escalation", "tickets_explanation"):
        per_ticket = f"SELECT ticket_id, count(*) FROM {table} WHERE ticket_id IN ({SOUND}) GROUP BY 1"
        assert {count for _, count in owner.ask(per_ticket)} == {1 if table == "tickets_escalation" else 2}
    told = owner.number("SELECT count(*) FROM delivery_outboundmail WHERE purpose = 'explanation'")
    assert told == tickets


def test_steps_under_fire(
    own_database: tuple[Path, dict[str, str]], smtp_out: MailServer, tmp_path: Path
) -> None:
    directory, environment = own_database
    owner = Owner(environment["DATABASE_OWNER_URL"])
    with Jobs(environment) as jobs:
        jobs(WORK("make_desks"), DESKS, TICKETS)
    taken = "SELECT count(*) FROM sla_clockevent WHERE kind IN ('warned', 'breached')"
    waiting = "SELECT count(*) FROM delivery_outboundmail WHERE state <> 'sent'"
    untold = "SELECT count(*) FROM delivery_notification WHERE wake_at IS NOT NULL"
    due = 2 * DESKS * TICKETS + DESKS

    def steps(least: int) -> bool:
        with contextlib.suppress(Exception):
            return owner.number(taken) >= least
        return False

    def all_done() -> bool:
        with contextlib.suppress(Exception):
            return steps(due) and owner.number(waiting) == owner.number(untold) == 0
        return False

    with daemons() as running:
        running += [worker(environment, f"w{number}", tmp_path) for number in (1, 2)]
        running += [beat(environment, f"b{number}", tmp_path) for number in (1, 2)]
        wait_for(lambda: steps(1), seconds=120, what="the first steps")
        running[0].kill()
        wait_for(lambda: steps(due // 4), seconds=120, what="a quarter, with the other worker")
        assert not steps(due), "too fast to be disturbed: raise the number of tickets"
        os.kill(json.loads((directory / "pids.json").read_text())["server"], signal.SIGKILL)
        running.append(worker(environment, "w3", tmp_path))
        wait_for(all_done, seconds=180, what="all, after the database was killed")
    prove_each_step_once(owner, late=False)
    keys = owner.ask("SELECT person_id, key, count(*) FROM delivery_notification GROUP BY 1, 2")
    assert {count for _, _, count in keys} == {1}
    arrived = Counter(smtp_out.message_ids)
    assert set(arrived) == {row[0] for row in owner.ask("SELECT message_id FROM delivery_outboundmail")}
    assert sum(arrived.values()) - len(arrived) <= 4, (
        "more repeats than mails that were on their way at a kill"
    )


def test_after_three_days_without_a_sweep_all_is_done_once_and_told_in_one_digest(
    jobs: Jobs, owner: Owner, smtp_out: MailServer
) -> None:
    jobs(WORK("make_desks"), DESKS, TICKETS)
    after = datetime.now(UTC) + timedelta(days=3)
    jobs(WORK("sweep_at"), after.isoformat())
    prove_each_step_once(owner, late=True)
    people = owner.number("SELECT count(DISTINCT person_id) FROM delivery_notification")
    assert people >= 3 * DESKS
    digests = owner.ask("SELECT recipients, text FROM delivery_outboundmail WHERE purpose = 'notice'")
    assert len(digests) == len({row[0][0] for row in digests}) == people
    assert all("(late)" in text for _, text in digests)
    again = jobs(WORK("sweep_at"), (after + timedelta(days=1)).isoformat()).result
    assert again["done"]["clocks"] == 0
    assert again["failed"]["clocks"] == DESKS
    prove_each_step_once(owner, late=True)
    assert len(smtp_out.taken) == len(set(smtp_out.message_ids))
