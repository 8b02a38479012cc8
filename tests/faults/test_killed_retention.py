"""A sweep that SIGKILL ends while words go: of each ticket all or nothing, then all, each once (rules T7, S14)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.harness import Jobs, Owner, kill_points, share

WORK = "tests.faults.protection_work:{}".format

pytestmark = [pytest.mark.faults, pytest.mark.rule("T7", "S14")]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def fault_environment(fault_environment: dict[str, str], media: Path) -> dict[str, str]:
    return {**fault_environment, "MEDIA_ROOT": str(media)}


def files(media: Path, ticket: int) -> int:
    """How many files of a ticket lie on the disk."""
    return sum(1 for path in media.glob(f"*/{ticket}/*") if path.is_file())


def logged(owner: Owner, ticket: int) -> int:
    """How often the log names the ticket."""
    question = "SELECT count(*) FROM protection_retentionrun r, unnest(r.ids) one WHERE one = %s"
    return owner.number(question, ticket)


def found(owner: Owner, ticket: int) -> dict[str, object]:
    of_it = "SELECT count(*) FROM tickets_attachment a JOIN tickets_message m ON m.id = a.message_id"
    return {
        "subject": owner.ask("SELECT subject FROM tickets_ticket WHERE id = %s", ticket)[0][0],
        "texts": owner.number(
            "SELECT count(*) FROM tickets_message WHERE ticket_id = %s AND text = 'Nothing works'", ticket
        ),
        "files": owner.number(of_it + " WHERE m.ticket_id = %s", ticket),
        "logged": logged(owner, ticket),
    }


def test_words_go_once_whatever_is_killed(jobs: Jobs, owner: Owner, media: Path) -> None:
    jobs("tests.faults.desk_work:build_cast")
    jobs(WORK("periods"))
    night = datetime.now(UTC) + timedelta(days=5)
    first = jobs(WORK("old_ticket"), "word0").result
    whole = jobs(WORK("look"), night.isoformat())
    gone = {"subject": "words removed", "texts": 0, "files": 0, "logged": 1}
    assert found(owner, first) == gone
    assert files(media, first) == 0
    ends = set()
    for point in kill_points(whole.contacts, at_most=share(10_000, 10), offset=os.getpid()):
        ticket = jobs(WORK("old_ticket"), f"word{point}").result
        assert files(media, ticket) == 1
        night += timedelta(days=3)
        assert jobs(WORK("look"), night.isoformat(), kill_at=point).killed, point
        kept = {"subject": f"word{point}", "texts": 1, "files": 1, "logged": 0}
        state = found(owner, ticket)
        assert state in (kept, gone), (point, state)
        # As long as the row names the file, it is there.
        assert state == gone or files(media, ticket) == 1, point
        ends.add(state == gone)
        night += timedelta(days=3)
        jobs(WORK("look"), night.isoformat())
        assert found(owner, ticket) == gone, point
        assert files(media, ticket) == 0, point
    assert ends == {True, False}, "no kill came before the words went, or none after"
