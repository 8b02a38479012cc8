"""Hints: sent after the commit, lost without harm, and never in anybody's way."""

import os
import socket
import time
from collections.abc import Iterator

import psycopg
import pytest
import redis
import time_machine
from celery import current_app
from django.conf import settings
from django.db import connection, transaction

from accounts.models import Person, Provider
from accounts.tenancy.scope import Scope, open_scope
from concero_desk.beat import SteadyScheduler
from delivery import hints, tasks
from delivery.models import MailState, OutboundMail
from tests.delivery.mail_server import MailServer
from tests.delivery.making import make_mail, make_notifications, reread

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quiet_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "_quiet_until", 0.0)


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The test's queue, which no worker empties."""
    queue = redis.Redis.from_url(settings.REDIS_URL)
    queue.delete("celery")
    yield queue
    queue.delete("celery")


def test_a_hint_follows_the_commit(north: Provider, queue: redis.Redis) -> None:
    with transaction.atomic():
        make_mail(north)
        assert queue.llen("celery") == 0
        transaction.set_rollback(True)
    assert queue.llen("celery") == 0
    mail = make_mail(north, text="Mrs Smith's password is hunter2")
    [message] = queue.lrange("celery", 0, -1)
    assert b"delivery.hint" in message
    assert b"hunter2" not in message
    assert reread(mail).wake_at is not None


@pytest.mark.rule("S14")
def test_a_broker_that_is_away_or_dumb_costs_little_and_nothing_is_lost(
    north: Provider, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as dumb:
        for port in (1, dumb.getsockname()[1]):
            monkeypatch.setattr(hints, "_quiet_until", 0.0)
            monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
            started = time.monotonic()
            mails = [make_mail(north) for _ in range(10)]
            assert time.monotonic() - started < 3
            tasks.send_due()
            assert all(reread(mail).state == MailState.SENT for mail in mails)


def test_a_hint_does_its_row(north: Provider, ada: Person, smtp: MailServer) -> None:
    mail, other = make_mail(north), make_mail(north)
    tasks.do_hint("mail", north.pk, [mail.pk])
    assert [reread(row).state for row in (mail, other)] == ["sent", "waiting"]
    tasks.do_hint("mail", north.pk, [mail.pk])
    assert len(smtp.taken) == 1
    [told] = make_notifications(ada, 1)
    tasks.do_hint("notifications", north.pk, [told])
    with open_scope(Scope(provider_id=north.pk)):
        assert OutboundMail.objects.count() == 3


def test_sweeps_send_and_tell_apart(north: Provider, ada: Person, smtp: MailServer) -> None:
    make_notifications(ada, 1)
    tasks.sweep_due()
    assert not smtp.taken
    tasks.send_due()
    assert len(smtp.taken) == 1


@pytest.mark.rule("S14")
def test_one_sender_at_a_time(north: Provider, smtp: MailServer) -> None:
    """A mail server that hangs may occupy one process, not all of them."""
    mail = make_mail(north)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=connection.settings_dict["NAME"]) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('delivery.mail'))")
        tasks.send_due()
        tasks.do_hint("mail", north.pk, [mail.pk])
        assert not smtp.taken
        other.execute("SELECT pg_advisory_unlock(hashtext('delivery.mail'))")
    tasks.send_due()
    assert len(smtp.taken) == 1


def test_the_beat_does_not_mind_a_wall_clock_that_is_set_back() -> None:
    sent: list[str] = []

    class Recorder(SteadyScheduler):
        def apply_async(
            self, entry: object, producer: object = None, advance: bool = True, **_: object
        ) -> None:
            sent.append(str(getattr(entry, "name", "")))

    steady = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: steady)
        with time_machine.travel("2026-11-22T12:00:00Z"):
            beat = Recorder(app=current_app, lazy=False)
            for _ in range(10):
                beat.tick()
        patch.setattr(time, "monotonic", lambda: steady + 6)
        with time_machine.travel("2026-11-22T09:00:00Z"):
            for _ in range(10):
                beat.tick()
    assert sorted(sent) == ["call", "send", "sweep"]
