"""One batch of due rows of one provider: locked, re-checked, handled in a savepoint each (Rule S14)."""

import logging
import traceback
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import psycopg
from django.db import connection, transaction

from accounts.tenancy.scope import Scope, open_scope
from delivery.due import DueQueue, Moment, Tally
from delivery.models import DueRow

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
# Serialisation failure, deadlock, lock not available: the next sweep succeeds, and the row did nothing wrong.
PASSING_STATES = frozenset({"40001", "40P01", "55P03"})
# Connection failure, full disk, too many connections, shutdown.
LOST_STATES = ("08", "53100", "53300", "57P")


class NotMovedOn(RuntimeError):
    """A handler left its row due at the same instant; it would be called for ever."""


def run_rows(queue: DueQueue, provider_id: int, ids: Sequence[int], moment: Moment) -> Tally:
    """Handle the rows that are still due and free. Raises OperationalError when the server is lost."""
    try:
        return _one_transaction(queue, provider_id, ids, moment)
    except Exception as error:
        if is_infrastructure(error):
            raise
        # The commit itself failed and took its neighbours along. Each row alone tells which one it is.
        if len(ids) == 1:
            return _failed_at_commit(queue, provider_id, ids[0], moment, error)
    tally = Tally()
    for row_id in ids:
        tally.add(run_rows(queue, provider_id, [row_id], moment))
    return tally


def is_infrastructure(error: BaseException) -> bool:
    """Whether an error tells of the servers and not of the row that was being handled."""
    return any(_is_lost(one) or _is_passing(one) for one in _chain(error))


def _is_lost(error: BaseException) -> bool:
    """The session is gone or the server cannot work. Errors of the client's side carry no SQLSTATE."""
    if isinstance(error, psycopg.InterfaceError):
        return connection.connection is None or bool(connection.connection.closed)
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(LOST_STATES)


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, psycopg.Error) and error.sqlstate in PASSING_STATES


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what it came from, and so on: a handler may have wrapped the database's error in its own."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def wait_after(failures: int) -> timedelta:
    """How long a row rests after its n-th failure: 30 seconds, doubled each time, at most six hours."""
    return min(FIRST_WAIT * (1 << min(failures - 1, 20)), LONGEST_WAIT)


def describe(error: BaseException, row: DueRow) -> str:
    """The kind of an error, where it arose and the row. Never its message: that may quote people's words."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    kinds = " from ".join(type(one).__qualname__ for one in (error, error.__cause__) if one is not None)
    return f"{kinds}{where} ({row._meta.label} {row.pk})"[:300]


def _one_transaction(queue: DueQueue, provider_id: int, ids: Sequence[int], moment: Moment) -> Tally:
    tally = Tally()
    with open_scope(Scope(provider_id=provider_id, is_system=True)):
        for row_id in ids:
            row = _locked(queue, row_id, moment.now)
            if row is not None:
                _handle(queue, row, moment, tally)
    return tally


def _locked(queue: DueQueue, row_id: int, now: datetime) -> DueRow | None:
    """Read one by one, since the handler of an earlier row may have changed this one."""
    due = queue.model._default_manager.filter(pk=row_id, wake_at__lte=now)
    return due.select_for_update(skip_locked=True, of=("self",)).first()


def _handle(queue: DueQueue, row: DueRow, moment: Moment, tally: Tally) -> None:
    before = row.wake_at
    try:
        with transaction.atomic():
            queue.handle(row, moment)
            _moved_on(queue, row, before)
            # A broken reference shows here, in this row's savepoint, instead of at the commit of the batch.
            connection.check_constraints()
    except Exception as error:
        if any(_is_lost(one) for one in _chain(error)):
            raise
        if is_infrastructure(error):
            logger.info("Left for the next sweep: %s", describe(error, row))
            return
        _count_failure(queue, row.pk, moment, error, tally)
        return
    if row.failures or row.last_failure:
        queue.model._default_manager.filter(pk=row.pk).update(failures=0, last_failure="")
    tally.done += 1


def _moved_on(queue: DueQueue, row: DueRow, before: datetime | None) -> None:
    stays = queue.model._default_manager.filter(pk=row.pk, wake_at=before)
    if row.wake_at == before and stays.exists():
        raise NotMovedOn(f"The handler of {queue.name} left row {row.pk} as it was.")


def _count_failure(queue: DueQueue, row_id: int, moment: Moment, error: BaseException, tally: Tally) -> None:
    row = queue.model._default_manager.get(pk=row_id)
    row.failures += 1
    row.last_failure = describe(error, row)
    if row.failures >= queue.attempts:
        row.dead_at = moment.now
        row.wake_at = moment.now + queue.dead_for if queue.dead_for else None
        tally.dead += 1
    else:
        row.wake_at = moment.now + wait_after(row.failures)
        tally.failed += 1
    row.save(update_fields=["failures", "last_failure", "dead_at", "wake_at"])
    logger.error("%s: failure %d: %s", queue.name, row.failures, row.last_failure)


def _failed_at_commit(
    queue: DueQueue, provider_id: int, row_id: int, moment: Moment, error: BaseException
) -> Tally:
    tally = Tally()
    with open_scope(Scope(provider_id=provider_id, is_system=True)):
        if _locked(queue, row_id, moment.now) is not None:
            _count_failure(queue, row_id, moment, error, tally)
    return tally
