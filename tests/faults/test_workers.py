"""Real workers, beats, queue and database: killed, emptied and restarted while a thousand steps are due."""

import contextlib
import json
import os
import signal
from collections import Counter
from pathlib import Path

import pytest
import redis

from tests.delivery.mail_server import MailServer
from tests.faults.harness import Jobs, Owner, beat, daemons, share, wait_for, worker

PROVIDERS = 5
STEPS = share(1000, 200)

pytestmark = [pytest.mark.faults, pytest.mark.rule("S14")]


def test_a_thousand_steps_under_fire(
    own_database: tuple[Path, dict[str, str]], own_queue: str, smtp_out: MailServer, tmp_path: Path
) -> None:
    directory, environment = own_database
    owner = Owner(environment["DATABASE_OWNER_URL"])
    with Jobs(environment) as jobs:
        jobs("tests.faults.work:make_steps", PROVIDERS, STEPS)
    sent = "SELECT count(*) FROM delivery_outboundmail WHERE state = 'sent'"

    def progress(part: float) -> bool:
        with contextlib.suppress(Exception):
            return owner.number(sent) >= STEPS * part
        return False

    with daemons() as running:
        running += [worker(environment, f"w{number}", tmp_path) for number in (1, 2)]
        running += [beat(environment, f"b{number}", tmp_path) for number in (1, 2)]
        wait_for(lambda: progress(0.2), seconds=120, what="a fifth is sent")
        assert not progress(0.9), "too fast to be disturbed: raise the number of steps"
        redis.Redis.from_url(own_queue).flushall()
        wait_for(lambda: progress(0.4), seconds=120, what="two fifths, after the queue was emptied")
        running[0].kill()
        running.append(worker(environment, "w3", tmp_path))
        wait_for(lambda: progress(0.6), seconds=120, what="three fifths, after a worker was killed")
        assert not progress(1.0)
        os.kill(json.loads((directory / "pids.json").read_text())["server"], signal.SIGKILL)
        wait_for(lambda: progress(1.0), seconds=180, what="all, after the database was killed")

    told = owner.ask(
        "SELECT DISTINCT mail_id FROM delivery_notification WHERE key = 'step' AND wake_at IS NULL"
    )
    assert len(told) == STEPS
    poison = owner.ask("SELECT failures > 0 FROM delivery_notification WHERE key = 'poison'")
    assert poison == [(True,)] * PROVIDERS
    assert owner.number("SELECT count(*) FROM delivery_outboundmail") == STEPS
    arrived = Counter(smtp_out.message_ids)
    assert len(arrived) == STEPS
    assert sum(arrived.values()) - STEPS <= 3, "more repeats than mails that were on their way at a kill"
