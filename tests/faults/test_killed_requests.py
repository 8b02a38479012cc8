"""A school's request is logged whole or not at all when the web process dies under it.

What is guaranteed: one transaction holds the ticket, its clocks, the message, its files' rows and the
acknowledgement. Who was cut off and sends the form again has exactly one ticket, whether or not the first sending was
committed: the form carries a key.
"""

import os
from pathlib import Path

import pytest

from tests.faults.harness import Jobs, Owner, kill_points, share

WORK = "tests.faults.desk_work:{}".format
REQUEST = ("rita@oakfield.example", "/alder/portal/requests/new/")

pytestmark = [pytest.mark.faults, pytest.mark.rule("I6", "I3")]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def fault_environment(fault_environment: dict[str, str], media: Path) -> dict[str, str]:
    """The stored files stand where the test can look at them."""
    return {**fault_environment, "MEDIA_ROOT": str(media)}


def whole_tickets(owner: Owner, subject: str, media: Path) -> int:
    """How many tickets of this subject there are, each of them whole; nothing stands about that belongs to none."""
    tickets = owner.ask(
        "SELECT t.response_clock_id, t.fix_clock_id,"
        " (SELECT count(*) FROM tickets_message m WHERE m.ticket_id = t.id AND m.direction = 'in'),"
        " ARRAY(SELECT a.file FROM tickets_attachment a JOIN tickets_message m ON m.id = a.message_id"
        "       WHERE m.ticket_id = t.id) FROM tickets_ticket t WHERE t.subject = %s",
        subject,
    )
    for response, fix, messages, files in tickets:
        assert None not in (response, fix)
        assert messages == 1
        assert [(media / name).exists() for name in files] == [True]
    everything = owner.number("SELECT count(*) FROM tickets_ticket")
    for kind, each in (
        ("sla_clock", 2),
        ("tickets_message WHERE direction = 'in'", 1),
        ("tickets_attachment", 1),
    ):
        assert owner.number(f"SELECT count(*) FROM {kind}") == each * everything
    mails = "SELECT count(*) FROM delivery_outboundmail WHERE purpose = 'acknowledgement'"
    assert owner.number(mails) == everything
    return len(tickets)


def test_a_request_is_logged_whole_or_not_at_all(jobs: Jobs, owner: Owner, media: Path) -> None:
    jobs(WORK("build_cast"))
    jobs(WORK("post_request"), *REQUEST, "First")  # which stores the calendar's version for all that follow
    second = jobs(WORK("post_request"), *REQUEST, "Second")
    assert second.result == 302
    assert whole_tickets(owner, "Second", media) == 1
    points = kill_points(second.contacts, at_most=share(10_000, 6), offset=os.getpid())
    seen = set()
    for point in sorted({*points, second.contacts - 3, second.contacts}):
        subject = f"Killed at {point}"
        assert jobs(WORK("post_request"), *REQUEST, subject, kill_at=point).killed, point
        before = whole_tickets(owner, subject, media)
        seen.add(before)
        assert jobs(WORK("post_request"), *REQUEST, subject).result == 302
        assert whole_tickets(owner, subject, media) == 1
    assert seen == {0, 1}, "no kill fell before the commit, or none after it"
