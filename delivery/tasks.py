"""What Celery runs. Messages carry ids only; what is to be done stands in the database (Rule S14)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from delivery import sweeper
from delivery.due import Moment, Stage, due_queues

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 10.0  # then the worker is free for hints, and the next sweep goes on
# One worker at a time: a server that hangs may occupy one process, not all.
LOCKS = {Stage.SEND: "delivery.mail", Stage.CALL: "delivery.call"}


@shared_task(name="delivery.sweep", ignore_result=True)
def sweep_due() -> None:
    """All but mail and calls; those have tasks of their own, so that slow servers of others delay nothing else."""
    names = [queue.name for queue in due_queues() if queue.stage not in LOCKS]
    with _database_may_be_away("sweep"):
        sweeper.sweep(queues=names, seconds=SWEEP_SECONDS)


@shared_task(name="delivery.send", ignore_result=True)
def send_due() -> None:
    """Mail."""
    _sweep_alone(Stage.SEND)


@shared_task(name="delivery.call", ignore_result=True)
def call_due() -> None:
    """What is told to other programs."""
    _sweep_alone(Stage.CALL)


def _sweep_alone(stage: Stage) -> None:
    names = [queue.name for queue in due_queues() if queue.stage is stage]
    with _database_may_be_away(stage.name.lower()), only_one(LOCKS[stage]) as is_ours:
        if is_ours:
            sweeper.sweep(queues=names, seconds=SWEEP_SECONDS)


@shared_task(name="delivery.hint", ignore_result=True)
def do_hint(queue: str, provider_id: int, row_ids: list[int]) -> None:
    """Rows of one provider that fell due this moment."""
    [known] = due_queues(frozenset([queue]))
    with _database_may_be_away("hint"):
        if known.stage not in LOCKS:
            sweeper.run_batch(known, provider_id, row_ids, Moment(timezone.now()))
            return
        with only_one(
            LOCKS[known.stage]
        ) as is_ours:  # else the worker that is at it comes to it in its next round
            if is_ours:
                sweeper.run_batch(known, provider_id, row_ids, Moment(timezone.now()))


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Whether this process has the name to itself, as long as its database session lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            _release(name)


def _release(name: str) -> None:
    """Give the name back. A session that is broken has lost it, and must not go back to the pool with it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
    except (OperationalError, InterfaceError):
        connection.close()


@contextmanager
def _database_may_be_away(what: str) -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        connection.close()
        logger.warning(
            "%s: the database is away (%s). The next sweep goes on.", what, type(error).__qualname__
        )
