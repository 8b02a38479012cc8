"""A listener that is killed loses nothing that it has taken: what was answered with 250 is in the database."""

import hashlib
import smtplib
from email.policy import SMTP as WIRE
from pathlib import Path

import pytest

from tests.faults.harness import Daemon, Jobs, Owner, share, wait_for
from tests.tickets.intake.mails import SUPPORT, mail

pytestmark = [pytest.mark.faults, pytest.mark.rule("I2")]


def test_what_was_answered_is_kept_through_a_kill(jobs: Jobs, owner: Owner, tmp_path: Path) -> None:
    jobs("tests.faults.desk_work:build_cast")
    taken: list[bytes] = []
    for kill in range(share(50, 2)):
        log = tmp_path / f"listener-{kill}.log"
        daemon = Daemon(jobs.environment, "manage", "listen_mail", "--port", "0", log=log)
        try:
            wait_for(lambda log=log: "Listening" in log.read_text(), seconds=60, what="the port is open")  # type: ignore[misc]
            port = int(log.read_text().split(":")[-1].strip(" .\n"))
            with smtplib.SMTP("127.0.0.1", port) as client:
                for number in range(1 + kill % 5):
                    raw = mail(subject=f"Kill {kill}, message {number}").as_bytes(policy=WIRE)
                    client.sendmail("rita@oakfield.example", [SUPPORT], raw)
                    taken.append(raw)
                daemon.kill()
        except smtplib.SMTPServerDisconnected:
            pass  # it was killed before the client said goodbye
        finally:
            daemon.kill()
    head = b"Return-Path: <rita@oakfield.example>\r\nDelivered-To: support@alder.example\r\n"
    kept = {row[0] for row in owner.ask("SELECT sha256 FROM tickets_inboundmail")}
    assert kept == {hashlib.sha256(head + raw).hexdigest() for raw in taken}
