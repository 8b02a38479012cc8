"""Everything that is due, once, whatever single rows, neighbours and other workers do."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Person, Provider
from delivery import due
from delivery.due import DueQueue, Moment, Stage
from delivery.models import Notification, OutboundMail
from delivery.rows import FIRST_WAIT, LONGEST_WAIT, wait_after
from delivery.sweeper import sweep
from tests.delivery.making import inside, make_mail, make_notifications, make_person, now

OnlyQueue = Callable[..., DueQueue]
LATER = timedelta(days=1)


def finish(row: Notification, moment: Moment) -> None:
    row.detail += "done;"
    row.wake_at = None
    row.save()


def finish_mail(row: OutboundMail, moment: Moment) -> None:
    row.wake_at = None
    row.save()


def rows_of(tenant: Provider | Person) -> list[Notification]:
    with inside(tenant):
        return list(Notification.objects.order_by("id"))


@pytest.mark.rule("S14")
def test_what_is_due_is_done_once_and_nothing_else(ada: Person, only_queue: OnlyQueue) -> None:
    only_queue(finish)
    make_notifications(ada, 3)
    with inside(ada):
        Notification.objects.filter(key__endswith=":2").update(wake_at=now() + LATER)
    assert sweep().done == {"steps": 2}
    assert sweep().done == {"steps": 0}
    assert [row.detail for row in rows_of(ada)] == ["done;", "done;", ""]
    assert sweep(now=now() + 2 * LATER).done == {"steps": 1}


@pytest.mark.rule("S14")
def test_a_poison_row_blocks_nobody_and_is_given_up(ada: Person, only_queue: OnlyQueue) -> None:
    def handle(row: Notification, moment: Moment) -> None:
        finish(row, moment)
        if row.key.endswith(":1"):
            raise ValueError("Mrs Smith's password is hunter2")

    only_queue(handle, attempts=3)
    make_notifications(ada, 3)
    moment = now()
    first = sweep(now=moment)
    assert (first.done, first.failed, first.dead) == ({"steps": 2}, {"steps": 1}, {"steps": 0})
    poison = rows_of(ada)[1]
    assert poison.detail == ""
    assert poison.wake_at == moment + FIRST_WAIT
    assert "ValueError" in poison.last_failure
    assert str(poison.pk) in poison.last_failure
    assert "hunter2" not in poison.last_failure
    assert sweep(now=moment).failed == {"steps": 0}
    assert sweep(now=moment + timedelta(minutes=5)).failed == {"steps": 1}
    assert sweep(now=moment + timedelta(minutes=10)).dead == {"steps": 1}
    poison = rows_of(ada)[1]
    assert (poison.wake_at, poison.dead_at) == (None, moment + timedelta(minutes=10))


def test_a_row_that_recovers_starts_counting_afresh(ada: Person, only_queue: OnlyQueue) -> None:
    broken = [True]

    def handle(row: Notification, moment: Moment) -> None:
        if broken:
            broken.pop()
            raise RuntimeError
        finish(row, moment)

    only_queue(handle)
    make_notifications(ada, 1)
    sweep()
    assert rows_of(ada)[0].failures == 1
    assert sweep(now=now() + LATER).done == {"steps": 1}
    [row] = rows_of(ada)
    assert (row.failures, row.last_failure) == (0, "")


@pytest.mark.rule("S14")
@pytest.mark.django_db(transaction=True)
def test_a_broken_reference_spoils_its_own_row_only(ada: Person, only_queue: OnlyQueue) -> None:
    """Constraints are checked at commit; without care one bad row would undo the whole batch, for ever."""

    def handle(row: Notification, moment: Moment) -> None:
        if row.key.endswith(":1"):
            row.customer_id = 999_999
        finish(row, moment)

    only_queue(handle)
    make_notifications(ada, 3)
    result = sweep()
    assert (result.done, result.failed) == ({"steps": 2}, {"steps": 1})
    assert [row.detail for row in rows_of(ada)] == ["done;", "", "done;"]


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_spoils_its_own_row_only(
    ada: Person, only_queue: OnlyQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DatabaseWrapper, "check_constraints", lambda *_: None)

    def handle(row: Notification, moment: Moment) -> None:
        if row.key.endswith(":1"):
            row.customer_id = 999_999
        finish(row, moment)

    only_queue(handle)
    make_notifications(ada, 3)
    result = sweep()
    assert (result.done, result.failed) == ({"steps": 2}, {"steps": 1})
    assert [row.detail for row in rows_of(ada)] == ["done;", "", "done;"]


def test_a_handler_that_leaves_its_row_due_has_failed(ada: Person, only_queue: OnlyQueue) -> None:
    only_queue(lambda row, moment: None)
    make_notifications(ada, 1)
    assert sweep().failed == {"steps": 1}
    assert "NotMovedOn" in rows_of(ada)[0].last_failure


def test_a_row_with_several_steps_behind_it_does_them_one_after_another(
    ada: Person, only_queue: OnlyQueue
) -> None:
    start = datetime(2026, 11, 20, 8, tzinfo=UTC)

    def handle(row: Notification, moment: Moment) -> None:
        assert row.wake_at is not None
        row.detail += f"{row.wake_at:%H} "
        row.wake_at = None if row.wake_at.hour == 10 else row.wake_at + timedelta(hours=1)
        row.save()

    only_queue(handle)
    make_notifications(ada, 1, wake_at=start)
    assert sweep(now=start + timedelta(days=3)).done == {"steps": 3}
    assert rows_of(ada)[0].detail == "08 09 10 "


def test_a_row_that_is_always_due_again_ends_its_turn(ada: Person, only_queue: OnlyQueue) -> None:
    def handle(row: Notification, moment: Moment) -> None:
        assert row.wake_at is not None
        row.wake_at += timedelta(microseconds=1)
        row.save()

    only_queue(handle)
    make_notifications(ada, 1)
    assert sweep(now=now() + LATER).done == {"steps": 20}


@pytest.mark.rule("S14")
def test_a_provider_with_much_does_not_keep_another_waiting(
    ada: Person, south: Provider, only_queue: OnlyQueue
) -> None:
    order: list[int | None] = []

    def handle(row: Notification, moment: Moment) -> None:
        order.append(row.provider_id)
        finish(row, moment)

    only_queue(handle, batch=5)
    make_notifications(ada, 30)
    make_notifications(make_person(south, "sue@south.example"), 1)
    assert sweep().done == {"steps": 31}
    assert order.index(south.pk) <= 5


def other_session() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=str(connection.settings_dict["NAME"]))


def end_session() -> None:
    """End the test's own database session, as a server does that goes down."""
    with connection.cursor() as cursor, other_session() as other:
        cursor.execute("SELECT pg_backend_pid()")
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [cursor.fetchone()[0]])


@pytest.mark.rule("S14")
@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_no_failure_of_the_row(ada: Person, only_queue: OnlyQueue) -> None:
    def handle(row: Notification, moment: Moment) -> None:
        finish(row, moment)
        if row.key.endswith(":2"):
            end_session()

    only_queue(handle)
    make_notifications(ada, 3)
    with pytest.raises(OperationalError):
        sweep()
    connection.close()
    assert [(row.failures, row.detail) for row in rows_of(ada)] == [(0, "")] * 3
    only_queue(finish)
    assert sweep().done == {"steps": 3}


@pytest.mark.rule("S14")
@pytest.mark.django_db(transaction=True)
def test_rows_that_another_worker_holds_are_passed_over(ada: Person, only_queue: OnlyQueue) -> None:
    only_queue(finish, batch=2)
    keys = make_notifications(ada, 9)
    with other_session() as other:
        other.execute("SELECT 1 FROM delivery_notification WHERE id = ANY(%s) FOR UPDATE", [keys[:3]])
        assert sweep().done == {"steps": 6}
        other.rollback()
    assert sweep().done == {"steps": 3}


@pytest.mark.rule("S14")
@pytest.mark.django_db(transaction=True)
def test_people_are_told_once_the_steps_of_their_provider_are_done(
    ada: Person, north: Provider, south: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker is at the steps: telling now would make two digests of one. It waits, not for ever."""
    queues = {
        "steps": DueQueue(name="steps", model=OutboundMail, handle=finish_mail),
        "tell": DueQueue(name="tell", model=Notification, handle=finish, stage=Stage.TELL),
    }
    monkeypatch.setattr(due, "_queues", queues)
    step = make_mail(north)
    make_notifications(ada, 2)
    make_notifications(make_person(south, "sue@south.example"), 1)
    with other_session() as other:
        other.execute("SELECT 1 FROM delivery_outboundmail WHERE id = %s FOR UPDATE", [step.pk])
        assert sweep().done == {"steps": 0, "tell": 1}
        with inside(north):
            Notification.objects.filter(key__endswith=":1").update(wake_at=now() - timedelta(minutes=3))
        assert sweep().done == {"steps": 0, "tell": 1}
        other.rollback()
    assert sweep().done == {"steps": 1, "tell": 1}


def test_an_idle_sweep_costs_one_look_for_each_queue(ada: Person) -> None:
    make_notifications(ada, 200, wake_at=now() + LATER)
    with CaptureQueriesContext(connection) as queries:
        sweep()
    assert len(queries) == len(due.due_queues())


def test_an_unknown_queue_is_named(db: None) -> None:
    with pytest.raises(ValueError, match="clokcs"):
        sweep(queues=["clokcs"])


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="notifications"):
        due.register_due(DueQueue(name="notifications", model=Notification, handle=finish))


def test_time_is_up(ada: Person, only_queue: OnlyQueue) -> None:
    only_queue(finish)
    make_notifications(ada, 1)
    assert sweep(seconds=0).done == {}
    assert rows_of(ada)[0].wake_at is not None


@given(st.integers(min_value=1, max_value=30_000))
def test_waits_double_and_have_an_end(failures: int) -> None:
    assert FIRST_WAIT <= wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT
    assert wait_after(failures + 1) in (2 * wait_after(failures), LONGEST_WAIT)
