"""Every message is stored raw before anything else is decided (Rule I2)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import connection
from django.utils import timezone
from psycopg import Cursor

from accounts.tenancy.scope import Scope, open_scope
from delivery.hints import hint
from tickets.models import InboundMail, InboundState, Mailbox

# Bytes of a message that are kept. One above `settings.MESSAGE_LIMIT` goes to quarantine whole; one above this is cut
# here, so that no sender can fill the memory, and what is left stays in the mailbox or file that it came from.
KEPT_LIMIT = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawMail:
    """The bytes of one message. `size` and `sha256` are of the whole, also where `content` had to be cut."""

    content: bytes
    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> "RawMail":
        """A message that is in memory as a whole."""
        return cls(content, len(content), hashlib.sha256(content).hexdigest())


def scope_of(row: Mailbox | InboundMail) -> Scope:
    """The scope of the provider to whom a row belongs: all customers, nobody in particular."""
    return Scope(provider_id=cast("int", row.provider_id))


def mail_store(*, mailbox: Mailbox, raw: bytes, received_at: datetime) -> tuple[InboundMail, bool]:
    """Store a message and commit it; True when it is new. `received_at` is aware.

    The same bytes are one row of a provider, however often and from however many processes they come.
    """
    ((inbound, is_new),) = mails_store(mailbox=mailbox, mails=[RawMail.of(raw)], received_at=received_at)
    return inbound, is_new


def mail_store_raw(
    *, mailbox: Mailbox, mail: RawMail, received_at: datetime, uid: int
) -> tuple[InboundMail, bool]:
    """Store a message of an IMAP folder; that it was read up to `uid` is committed together with it."""
    with open_scope(scope_of(mailbox)):
        ((inbound, is_new),) = mails_store(mailbox=mailbox, mails=[mail], received_at=received_at)
        Mailbox.objects.filter(pk=mailbox.pk, uid_validity=mailbox.uid_validity, last_uid__lt=uid).update(
            last_uid=uid
        )
        if is_new:
            hint("inbound", inbound)
    return inbound, is_new


def mails_store(
    *, mailbox: Mailbox, mails: Sequence[RawMail], received_at: datetime, hold: timedelta = timedelta(0)
) -> list[tuple[InboundMail, bool]]:
    """Store messages in one transaction, in order. Sweepers leave them alone for the time of `hold`."""
    with open_scope(scope_of(mailbox)):
        created = _insert(mailbox, mails, received_at, timezone.now() + hold)
        rows = {
            row.sha256: row
            for row in InboundMail.objects.filter(sha256__in=[one.sha256 for one in mails]).defer("raw")
        }
    stored = []
    for mail in mails:
        stored.append((rows[mail.sha256], mail.sha256 in created))
        created.discard(mail.sha256)  # the same bytes again in this very batch
    return stored


def _insert(mailbox: Mailbox, mails: Sequence[RawMail], received_at: datetime, wake_at: datetime) -> set[str]:
    """Insert what is new; the digests of the rows that this call has made. Waits for others that insert the same."""
    # In one order, so that two processes with the same messages wait for each other and never in a circle.
    new = [mail for _, mail in sorted({mail.sha256: mail for mail in mails}.items())]
    connection.ensure_connection()
    # The driver's own cursor sends the bytes as they are; Django's would write them into the statement as digits.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(
            "INSERT INTO tickets_inboundmail"
            " (provider_id, mailbox_id, received_at, state, wake_at, raw, size, sha256,"
            " reason, quarantine, message_id, sender, sender_name, recipients, subject, failures, last_failure)"
            " SELECT %s, %s, %s, %s, %s, raw, size, sha256, '', '', '', '', '', '{}', '', 0, ''"
            " FROM unnest(%b::bytea[], %s::bigint[], %s::text[]) AS new (raw, size, sha256)"
            " ON CONFLICT ON CONSTRAINT inbound_once DO NOTHING RETURNING sha256",
            [
                *(mailbox.provider_id, mailbox.pk, received_at, InboundState.STORED.value, wake_at),
                *([mail.content for mail in new], [mail.size for mail in new], [mail.sha256 for mail in new]),
            ],
        )
        return {sha256 for (sha256,) in cursor.fetchall()}
