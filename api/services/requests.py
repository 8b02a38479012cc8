"""Idempotency: a request that is sent again under its key does its work once (Rule I7)."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.tenancy.scope import current_provider_id
from api.models import ApiToken, KeyedRequest
from delivery.due import DueQueue, Moment

KEPT_FOR = timedelta(days=1)


class KeyReused(ValueError):
    """The key was used for another request before."""


@transaction.atomic
def request_claim(*, token: ApiToken, key: str, digest: str) -> tuple[KeyedRequest, bool]:
    """The row of this key, and whether the work is ours to do. Raises KeyReused.

    Who comes second waits for the first to commit and reads its answer, or does the work where the first failed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_keyedrequest (provider_id, customer_id, token_id, key, digest, body, etag, sent_at,"
            " wake_at, failures, last_failure) VALUES (%s, %s, %s, %s, %s, '', '', now(), %s, 0, '')"
            " ON CONFLICT ON CONSTRAINT keyed_request_once DO NOTHING RETURNING id",
            [current_provider_id(), token.customer_id, token.pk, key, digest, timezone.now() + KEPT_FOR],
        )
        is_new = cursor.fetchone() is not None
    row = KeyedRequest.objects.get(token=token, key=key)
    if row.digest != digest:
        raise KeyReused
    return row, is_new


@transaction.atomic
def request_answered(*, row: KeyedRequest, status: int, body: str, etag: str) -> None:
    """Keep the answer, in the transaction of the effect."""
    row.status, row.body, row.etag = status, body, etag
    row.save(update_fields=["status", "body", "etag"])


def request_forget(row: KeyedRequest, moment: Moment) -> None:
    """Its time is over."""
    row.delete()


QUEUE = DueQueue("keyed_requests", KeyedRequest, request_forget)
