"""A sweep that is killed at any statement, commit or mail command loses nothing and repeats no effect."""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.delivery.mail_server import MailServer
from tests.faults.harness import Jobs, Owner, kill_points, share

COUNT = 2
WORK = "tests.faults.work:{}".format

pytestmark = [pytest.mark.faults, pytest.mark.rule("S14")]


@pytest.fixture
def fault_environment(fault_environment: dict[str, str]) -> dict[str, str]:
    """A busy machine's mail server is waited for: a mail that was put off would look like one that was lost."""
    return {**fault_environment, "FAULT_EMAIL_TIMEOUT": "20"}


def later() -> str:
    """After every lease has ended."""
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def prove_all_done_once(owner: Owner, smtp: MailServer, sweeps: int) -> None:
    """Each notification has one mail, each mail is sent, and a repeat has the same Message-ID and text."""
    notifications = owner.number("SELECT count(*) FROM delivery_notification")
    told = owner.number("SELECT count(DISTINCT mail_id) FROM delivery_notification WHERE wake_at IS NULL")
    assert notifications == told == COUNT
    states = owner.ask("SELECT state, count(*) FROM delivery_outboundmail GROUP BY state")
    assert states == [("sent", owner.number("SELECT count(*) FROM delivery_outboundmail"))]
    arrived = Counter(smtp.message_ids)
    assert set(arrived) == {row[0] for row in owner.ask("SELECT message_id FROM delivery_outboundmail")}
    repeats = {key: times for key, times in arrived.items() if times > 1}
    assert sum(times - 1 for times in repeats.values()) <= sweeps - 1, "more repeats than kills"
    for key in repeats:
        same = {
            str(taken.message.get_content()) for taken in smtp.taken if taken.message["Message-ID"] == key
        }
        assert len(same) == 1


def test_a_sweep_killed_anywhere_is_made_up_for(jobs: Jobs, owner: Owner, smtp_out: MailServer) -> None:
    jobs(WORK("make_desk"), "north")
    jobs(WORK("add_work"), "north", COUNT)
    contacts = jobs(WORK("sweep_once")).contacts
    prove_all_done_once(owner, smtp_out, sweeps=1)
    repeats = 0
    for point in kill_points(contacts, at_most=share(10_000, 30), offset=os.getpid()):
        owner.ask("DELETE FROM delivery_notification")
        owner.ask("DELETE FROM delivery_outboundmail")
        smtp_out.taken.clear()
        jobs(WORK("add_work"), "north", COUNT)
        assert jobs(WORK("sweep_once"), kill_at=point).killed, point
        jobs(WORK("sweep_once"), later())
        prove_all_done_once(owner, smtp_out, sweeps=2)
        repeats += len(smtp_out.taken) - len(set(smtp_out.message_ids))
    assert repeats, "no kill fell between sending and marking: the test has lost its bite"


def test_a_request_killed_anywhere_leaves_all_or_nothing(
    jobs: Jobs, owner: Owner, smtp_out: MailServer
) -> None:
    jobs(WORK("make_desk"), "north")
    contacts = jobs(WORK("add_work"), "north", 1).contacts
    seen = set()
    for point in kill_points(contacts, at_most=share(10_000, 15), offset=os.getpid()):
        jobs(WORK("sweep_once"), later())
        owner.ask("DELETE FROM delivery_notification")
        owner.ask("DELETE FROM delivery_outboundmail")
        smtp_out.taken.clear()
        assert jobs(WORK("add_work"), "north", 1, kill_at=point).killed
        told = owner.number("SELECT count(*) FROM delivery_notification")
        mails = owner.number("SELECT count(*) FROM delivery_outboundmail")
        seen.add((told, mails))
        jobs(WORK("sweep_once"), later())
        assert len(smtp_out.taken) == len(set(smtp_out.message_ids)) == told + mails
    assert seen <= {(0, 0), (1, 0), (1, 1)}  # two transactions, one after the other
    assert len(seen) > 1
