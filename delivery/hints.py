"""Hints: 'this row is due now', by the broker. Losing one costs seconds, never the work (Rule S14)."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from kombu.pools import producers
from redis.exceptions import RedisError

from accounts.tenancy.memory import remembered
from delivery.models import DueRow

logger = logging.getLogger(__name__)

BROKER_SECONDS = 0.5  # the longest that a request may wait for a broker that does not answer
QUIET_SECONDS = 10.0  # after a failure no hint is tried for so long: a burst of mail must not pay for each
EXPIRES_SECONDS = 60

_quiet_until = 0.0


def hint(queue: str, row: DueRow) -> None:
    """After this transaction has committed, ask a worker to do this row of a due queue at once.

    Rows of one batch (`remembering`) are asked for together.
    """
    rows: list[int] = remembered(("delivery.hints", queue), list)
    rows.append(row.pk)
    if len(rows) == 1:
        provider_id = row.provider_id  # type: ignore[attr-defined]
        transaction.on_commit(partial(_publish, queue, provider_id, rows), robust=True)


def _publish(queue: str, provider_id: int, row_ids: list[int]) -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    patience = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS, "max_retries": 0}
    try:
        with (
            current_app.connection_for_write(transport_options=patience) as connection,
            producers[connection].acquire(block=True, timeout=BROKER_SECONDS) as producer,
        ):
            current_app.send_task(
                "delivery.hint",
                args=[queue, provider_id, row_ids],
                producer=producer,
                retry=False,
                expires=EXPIRES_SECONDS,
                ignore_result=True,
            )
    except (OSError, KombuError, RedisError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning(
            "No hint for %s %s: %s. The next sweep does it.", queue, row_ids, type(error).__qualname__
        )
