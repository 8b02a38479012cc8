"""Writes of mail and notifications. Each is part of the caller's transaction and sent afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.services import audit_record
from accounts.tenancy.many import one_of
from accounts.tenancy.memory import current_provider
from delivery.addresses import (
    clean_headers,
    clean_message_id,
    clean_recipients,
    clean_sender,
    domain_of,
    one_line,
)
from delivery.hints import hint
from delivery.models import MailPurpose, MailState, Notification, OutboundMail

SUBJECT_LENGTH = 400
SUMMARY_LENGTH = 300
KEY_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail for the outbox of the scope's provider.

    `sender` is `name@domain` or `Name <name@domain>`; by default the provider's support address under its
    name. `message_id` (with or without angle brackets) makes the mail happen once: the one already there is
    returned. `send_at` is aware; by default the mail goes at once. A subject of several lines is joined into
    one.
    """

    purpose: MailPurpose | str
    recipients: Sequence[str]
    subject: str
    text: str
    html: str = ""
    sender: str | None = None
    customer_id: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    message_id: str | None = None
    send_at: datetime | None = None


def mails_enqueue(mails: Sequence[Mail]) -> list[OutboundMail]:
    """Put mails into the outbox, in this order; each is sent once this transaction has committed (Rule S14).

    Raises ValueError for no recipient, a wrong address, and headers that are reserved or hold a line break.
    """
    rows = [OutboundMail(**_values(mail)) for mail in mails]
    OutboundMail.objects.bulk_create(
        row for mail, row in zip(mails, rows, strict=True) if mail.message_id is None
    )
    return [_stored(mail, row) for mail, row in zip(mails, rows, strict=True)]


mail_enqueue = one_of(mails_enqueue, Mail)


def _values(mail: Mail) -> dict[str, Any]:
    sender = clean_sender(mail.sender or provider_sender())
    return {
        "purpose": MailPurpose(mail.purpose),
        "message_id": clean_message_id(mail.message_id or f"{uuid4()}@{domain_of(sender)}"),
        "sender": sender,
        "recipients": clean_recipients(mail.recipients),
        "subject": one_line(mail.subject)[:SUBJECT_LENGTH],
        "text": mail.text,
        "html": mail.html,
        "headers": clean_headers(mail.headers),
        "customer_id": mail.customer_id,
        "wake_at": mail.send_at or timezone.now(),
    }


def _stored(mail: Mail, row: OutboundMail) -> OutboundMail:
    """The row of a mail, hinted at if it is new; one with a Message-ID of its own may be there already."""
    is_new = True
    if mail.message_id is not None:
        row, is_new = OutboundMail.objects.get_or_create(message_id=row.message_id, defaults=_values(mail))
    if is_new and mail.send_at is None:
        hint("mail", row)
    return row


def sign_in_mail_enqueue(
    *, recipients: Sequence[str], subject: str, text: str, customer_id: int | None = None
) -> OutboundMail:
    """Mail about signing in, for the app below that knows no outbox."""
    return mail_enqueue(
        purpose=MailPurpose.SIGN_IN,
        recipients=recipients,
        subject=subject,
        text=text,
        customer_id=customer_id,
    )


def provider_sender() -> str:
    """Name and support address of the scope's provider, as the sender of its mail."""
    provider = current_provider()
    return f"{provider.name} <{provider.support_email}>"


@transaction.atomic
def mail_retry(*, mail: OutboundMail) -> bool:
    """Send a mail again that was given up, to the addresses that have not had it. False where there is
    nothing to do.

    The text of sign-in mail is gone by then, since its codes have expired: the person asks for a new one.
    """
    row = OutboundMail.objects.select_for_update().filter(pk=mail.pk, state=MailState.DEAD).first()
    if row is None or row.purpose == MailPurpose.SIGN_IN:
        return False
    row.state, row.dead_at, row.wake_at = MailState.WAITING, None, timezone.now()
    row.failures, row.last_failure, row.refused = 0, "", {}
    row.save()
    audit_record(action="mail.retried", target=row)
    hint("mail", row)
    return True


@transaction.atomic
def notification_add(
    *,
    person_id: int,
    key: str,
    summary: str,
    path: str,
    detail: str = "",
    customer_id: int | None = None,
    is_late: bool = False,
) -> Notification | None:
    """Tell a person of the staff something, in the desk and by mail. None when that key was already told
    (Rule S14).

    `path` is where it leads, below the site's address, with a leading slash. `is_late`: it should have been
    told earlier; late ones go out in one digest. Raises ValueError for a key that is too long to tell keys
    apart.
    """
    if not key or len(key) > KEY_LENGTH:
        raise ValueError(f"A notification's key has 1 to {KEY_LENGTH} characters.")
    if Notification.objects.filter(person_id=person_id, key=key).exists():
        return None
    try:
        with transaction.atomic():
            return Notification.objects.create(
                person_id=person_id,
                key=key,
                summary=one_line(summary)[:SUMMARY_LENGTH],
                detail=detail,
                path=path,
                customer_id=customer_id,
                is_late=is_late,
                wake_at=timezone.now(),
            )
    except IntegrityError as error:
        # Another worker told it in the meantime, or in another customer's scope, where we cannot see it.
        if "notification_once" in str(error):
            return None
        raise


def notification_read(*, person_id: int, rows: QuerySet[Notification] | None = None) -> int:
    """Mark a person's notifications as read: all, or those of `rows`. Returns how many were unread."""
    mine = (Notification.objects.all() if rows is None else rows).filter(
        person_id=person_id, read_at__isnull=True
    )
    return mine.update(read_at=timezone.now())


def notification_withdraw(*, person_id: int, key: str) -> bool:
    """What was told does not hold any more. False where it was read or mailed already: that cannot be taken back."""
    told = Notification.objects.filter(person_id=person_id, key=key, read_at__isnull=True, mail__isnull=True)
    return bool(told.delete()[0])
