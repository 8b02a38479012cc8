"""Every message is stored raw before anything else is decided (Rule I2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO, cast

from django.core.files import File
from django.db import connection
from django.utils import timezone
from psycopg import Cursor

from accounts.tenancy.scope import Scope, open_scope
from delivery.hints import hint
from tickets.intake.spooling import KEPT_LIMIT, RawMail
from tickets.models import InboundMail, InboundState, Mailbox


def scope_of(row: Mailbox | InboundMail) -> Scope:
    """The scope in which mail comes in: the provider to whom a row belongs, all customers, no person."""
    return Scope(provider_id=cast("int", row.provider_id), is_system=True)


def mail_store(*, mailbox: Mailbox, raw: bytes, received_at: datetime) -> tuple[InboundMail, bool]:
    """Store a message and commit it; True when it is new. `received_at` is aware.

    The same bytes are one row of a provider, however often and from however many processes they come.
    """
    ((inbound, is_new),) = mails_store(mailbox=mailbox, mails=[RawMail.of(raw)], received_at=received_at)
    return inbound, is_new


def mail_receive(*, mailbox: Mailbox, mail: RawMail, received_at: datetime) -> tuple[InboundMail, bool]:
    """Store a message that was handed over, and commit it; a worker decides it at once. True when it is new."""
    with open_scope(scope_of(mailbox)):
        ((inbound, is_new),) = mails_store(mailbox=mailbox, mails=[mail], received_at=received_at)
        if is_new:
            hint("inbound", inbound)
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
    files = {mail.sha256: _file_store(mailbox, mail) for mail in mails if mail.file is not None}
    with open_scope(scope_of(mailbox)):
        created = _insert(mailbox, mails, files, received_at, timezone.now() + hold)
        rows = {
            row.sha256: row
            for row in InboundMail.objects.filter(sha256__in=[one.sha256 for one in mails]).defer("raw")
        }
    stored = []
    for mail in mails:
        stored.append((rows[mail.sha256], mail.sha256 in created))
        created.discard(mail.sha256)  # the same bytes again in this very batch
    return stored


def _file_store(mailbox: Mailbox, mail: RawMail) -> str:
    """Keep a large message beside the database, before its row names it; its place. The same bytes have one place."""
    storage = InboundMail._meta.get_field("file").storage
    name = f"{mailbox.provider_id}/inbound/{mail.sha256}"
    if storage.exists(name):
        if storage.size(name) == min(mail.size, KEPT_LIMIT):
            return name
        storage.delete(name)  # we were cut off while it was written
    return str(storage.save(name, File(mail.file)))


def raw_of(row: InboundMail) -> IO[bytes]:
    """The bytes of a stored message, from their beginning."""
    return cast("IO[bytes]", row.file.open("rb")) if row.file else BytesIO(bytes(row.raw))


def _insert(
    mailbox: Mailbox,
    mails: Sequence[RawMail],
    files: Mapping[str, str],
    received_at: datetime,
    wake_at: datetime,
) -> set[str]:
    """Insert what is new; the digests of the rows that this call has made. Waits for others that insert the same."""
    # In one order, so that two processes with the same messages wait for each other and never in a circle.
    new = [mail for _, mail in sorted({mail.sha256: mail for mail in mails}.items())]
    connection.ensure_connection()
    # The driver's own cursor sends the bytes as they are; Django's would write them into the statement as digits.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(
            "INSERT INTO tickets_inboundmail"
            " (provider_id, mailbox_id, received_at, state, wake_at, raw, size, sha256, file,"
            " reason, quarantine, message_id, sender, sender_name, recipients, subject, failures, last_failure)"
            " SELECT %s, %s, %s, %s, %s, raw, size, sha256, file, '', '', '', '', '', '{}', '', 0, ''"
            " FROM unnest(%b::bytea[], %s::bigint[], %s::text[], %s::text[]) AS new (raw, size, sha256, file)"
            " ON CONFLICT ON CONSTRAINT inbound_once DO NOTHING RETURNING sha256",
            [
                *(mailbox.provider_id, mailbox.pk, received_at, InboundState.STORED.value, wake_at),
                *([mail.content for mail in new], [mail.size for mail in new], [mail.sha256 for mail in new]),
                [files.get(mail.sha256, "") for mail in new],
            ],
        )
        return {sha256 for (sha256,) in cursor.fetchall()}
