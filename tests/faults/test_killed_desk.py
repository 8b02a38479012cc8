"""The whole way of a message, killed anywhere: store, decide, ticket with clocks, acknowledgement, steps, send."""

import hashlib
import os
from base64 import b64encode
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.delivery.mail_server import MailServer
from tests.faults.harness import Jobs, Owner, kill_points, share
from tests.tickets.intake.mails import mail

MESSAGES = 3
FILE = b"%PDF-1.4 a plan of the building"
WORK = "tests.faults.desk_work:{}".format

pytestmark = [pytest.mark.faults, pytest.mark.rule("I2", "I3", "S14")]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def fault_environment(fault_environment: dict[str, str], media: Path) -> dict[str, str]:
    """The stored files stand where the test can look at them. An hour passes between kill and repeat."""
    return {**fault_environment, "MEDIA_ROOT": str(media), "FAULT_EMAIL_TIMEOUT": "20"}


def messages(name: str) -> list[bytes]:
    """New messages, each of somebody of their own, since an address is answered so often only; one has a file."""
    made = [
        mail(
            f"Teacher <{name}.{number}@oakfield.example>",
            subject=f"Broken {name} {number}",
            message_id=f"<{name}.{number}@oakfield.example>",
        )
        for number in range(MESSAGES)
    ]
    made[0].add_attachment(FILE, maintype="application", subtype="pdf", filename="plan.pdf")
    return [one.as_bytes() for one in made]


def encoded(raws: list[bytes]) -> list[str]:
    return [b64encode(raw).decode() for raw in raws]


def prove_taken_once(owner: Owner, raws: list[bytes], name: str, media: Path) -> None:
    """One row with its very bytes, one end, one ticket, two clocks and one acknowledgement for each message."""
    digests = [hashlib.sha256(raw).hexdigest() for raw in raws]
    stored = owner.ask(
        "SELECT sha256, raw, state, ticket_id, message_id FROM tickets_inboundmail WHERE sha256 = ANY(%s)",
        digests,
    )
    assert sorted(row[0] for row in stored) == sorted(digests)
    assert {hashlib.sha256(bytes(row[1])).hexdigest() for row in stored} == set(digests)
    assert [row[2] for row in stored] == ["ticket"] * len(raws)
    tickets = owner.ask(
        "SELECT t.id, t.response_clock_id, t.fix_clock_id, (SELECT count(*) FROM tickets_message m"
        " WHERE m.ticket_id = t.id AND m.direction = 'in') FROM tickets_ticket t WHERE t.subject LIKE %s",
        f"Broken {name} %",
    )
    assert {row[3] for row in stored} == {row[0] for row in tickets}
    assert len(tickets) == len(raws)
    assert [row[3] for row in tickets] == [1] * len(raws)
    clocks = {clock for row in tickets for clock in row[1:3]}
    assert None not in clocks
    assert len(clocks) == 2 * len(raws)
    steps = owner.ask(
        "SELECT clock_id, kind, count(*) FROM sla_clockevent WHERE clock_id = ANY(%s)"
        " AND kind IN ('started', 'warned', 'breached') GROUP BY 1, 2",
        list(clocks),
    )
    assert Counter(row[1] for row in steps) == dict.fromkeys(("started", "warned", "breached"), len(clocks))
    assert {row[2] for row in steps} == {1}
    for row in stored:
        told = "SELECT count(*) FROM delivery_outboundmail WHERE purpose = 'acknowledgement'"
        assert owner.number(f"{told} AND headers ->> 'In-Reply-To' = %s", row[4]) == 1
    files = owner.ask(
        "SELECT a.file, a.sha256 FROM tickets_attachment a JOIN tickets_message m ON m.id = a.message_id"
        " WHERE m.ticket_id = ANY(%s)",
        [row[0] for row in tickets],
    )
    assert [row[1] for row in files] == [hashlib.sha256(FILE).hexdigest()]
    assert (media / files[0][0]).read_bytes() == FILE


def prove_nothing_twice(owner: Owner, smtp: MailServer, kills: int) -> None:
    """No clock without a ticket, no number twice or left out, all mail sent, and a repeat is the same mail again."""
    tickets = owner.number("SELECT count(*) FROM tickets_ticket")
    assert owner.number("SELECT count(*) FROM sla_clock") == 2 * tickets
    assert owner.number("SELECT max(number) - min(number) + 1 FROM tickets_ticket") == tickets
    assert owner.ask("SELECT state FROM delivery_outboundmail WHERE state <> 'sent'") == []
    untold = "SELECT id, wake_at, mail_id, last_failure FROM delivery_notification"
    assert owner.ask(f"{untold} WHERE wake_at IS NOT NULL OR mail_id IS NULL") == []
    arrived = Counter(smtp.message_ids)
    assert set(arrived) == {row[0] for row in owner.ask("SELECT message_id FROM delivery_outboundmail")}
    assert sum(arrived.values()) - len(arrived) <= kills, "more repeats than kills"
    texts = {(one.message["Message-ID"], _words(one.message)) for one in smtp.taken}
    assert len(texts) == len(arrived)


def _words(message: EmailMessage) -> str:
    """The text that people read, of a mail that may have a formatted part beside it."""
    body = message.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_messages_survive_a_kill_anywhere(
    jobs: Jobs, owner: Owner, smtp_out: MailServer, media: Path
) -> None:
    jobs(WORK("build_cast"))
    first = messages("first")
    whole = jobs(WORK("take_and_sweep"), "alder", encoded(first))
    assert whole.result == ["ticket"] * MESSAGES
    prove_taken_once(owner, first, "first", media)
    prove_nothing_twice(owner, smtp_out, kills=0)
    for kills, point in enumerate(
        kill_points(whole.contacts, at_most=share(10_000, 20), offset=os.getpid()), 1
    ):
        raws = messages(f"p{point}x")
        assert jobs(WORK("take_and_sweep"), "alder", encoded(raws), kill_at=point).killed, point
        # The source still has them, since the command did not end: they come again. Held rows and leases are over.
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        jobs(WORK("take_and_sweep"), "alder", encoded(raws), later)
        prove_taken_once(owner, raws, f"p{point}x", media)
        prove_nothing_twice(owner, smtp_out, kills)
