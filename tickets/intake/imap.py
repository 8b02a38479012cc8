"""Fetches mail by IMAP. A message is marked, moved or deleted only after we hold it (Rule I2).

No row is locked while the server is spoken to: a poll leases its mailbox by moving `wake_at` ahead, as the outbox does.
Two polls of one mailbox do no harm, since the same bytes are stored once.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from imaplib import Internaldate2tuple
from time import mktime

from django.utils import timezone
from imap_tools import BaseMailBox

from accounts.tenancy.scope import Scope, open_scope
from delivery.due import BatchQueue, Moment, Stage, Tally
from delivery.rows import wait_after
from tickets.intake.connecting import MailboxTrouble, connected
from tickets.intake.silence import silence_tell
from tickets.intake.spooling import KEPT_LIMIT, RawMail, Spool
from tickets.intake.storing import mail_store_raw, scope_of
from tickets.models import AfterStoring, Mailbox

logger = logging.getLogger(__name__)

TIMEOUT = 20.0  # seconds for each answer of the server
INTERVAL = timedelta(minutes=1)  # between polls that found nothing more
MOST = 100  # messages of one poll; the next one follows at once
PIECE = 4 * 1024 * 1024  # bytes of a message that are asked for at once
LEASE = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=1)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(slots=True)
class Polled:
    """What one poll brought: new rows, and how many messages the server has still."""

    stored: int = 0
    left: int = 0

    @property
    def has_more(self) -> bool:
        return self.left > 0


def poll_due(provider_id: int, ids: Sequence[int], moment: Moment) -> Tally:
    """Poll the mailboxes that are due, each on its own: one that is out of order holds up no other."""
    tally = Tally()
    for mailbox_id in ids:
        mailbox = _lease(provider_id, mailbox_id, moment)
        if mailbox is None:
            continue
        try:
            polled = mailbox_poll(mailbox)
        except MailboxTrouble as trouble:
            _failed(mailbox, str(trouble))
            tally.failed += 1
        else:
            _succeeded(mailbox, polled)
            tally.done += 1
    return tally


QUEUE = BatchQueue(name="mailboxes", model=Mailbox, run=poll_due, batch=10, stage=Stage.STEPS)


def mailbox_poll(mailbox: Mailbox) -> Polled:
    """Fetch what is new, store and commit each message, then mark, move or delete it. Raises MailboxTrouble.

    Must run outside any scope.
    """
    with connected(mailbox, timeout=TIMEOUT) as box:
        return _fetch_new(mailbox, box)


def _fetch_new(mailbox: Mailbox, box: BaseMailBox) -> Polled:
    box.folder.set(mailbox.folder)
    _check_validity(mailbox, box)
    if mailbox.after_storing != AfterStoring.MARK_READ:
        box.expunge()  # what a poll had marked as deleted when it was killed is not waiting, and would stay for good
    waiting = _waiting(mailbox, box)
    polled = Polled(left=max(len(waiting) - MOST, 0))
    for uid in waiting[:MOST]:
        about = _about(box, uid)
        if about is None:  # somebody else has removed it meanwhile
            continue
        size, received_at = about
        raw = _fetch(box, uid, size)
        _, is_new = mail_store_raw(mailbox=mailbox, mail=raw, received_at=received_at, uid=uid)
        polled.stored += is_new
        if not raw.is_cut:  # what we could not keep whole stays where it is
            _settle(mailbox, box, uid)
    return polled


def _check_validity(mailbox: Mailbox, box: BaseMailBox) -> None:
    """UIDs count only while UIDVALIDITY stays; after that everything is read again and known by its bytes."""
    answer = box.client.response("UIDVALIDITY")[1]
    validity = int(answer[0]) if answer and answer[0] else 0
    if mailbox.uid_validity != validity:
        mailbox.uid_validity, mailbox.last_uid = validity, 0
        _update(mailbox, uid_validity=validity, last_uid=0)


def _waiting(mailbox: Mailbox, box: BaseMailBox) -> list[int]:
    """UIDs to fetch, the oldest first.

    Where handled messages leave the folder, all that is in it is waiting, also what we stored before a crash but had
    not removed yet.
    """
    if mailbox.after_storing == AfterStoring.MARK_READ:
        found = [int(uid) for uid in box.uids(f"UID {mailbox.last_uid + 1}:*")]
        return sorted(uid for uid in found if uid > mailbox.last_uid)  # 'n:*' names the last one at least
    return sorted(int(uid) for uid in box.uids("ALL NOT DELETED"))


def _about(box: BaseMailBox, uid: int) -> tuple[int, datetime] | None:
    """How many bytes a message has, and when it arrived; None where it is gone."""
    state, answer = box.client.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
    about = b" ".join(part for part in answer or [] if isinstance(part, bytes))
    if state != "OK":
        raise MailboxTrouble(f"The mail server would not tell of message {uid}.")
    size, local = _SIZE.search(about), Internaldate2tuple(about)
    if size is None:
        return None
    return int(size[1]), datetime.fromtimestamp(mktime(local), tz=UTC) if local else timezone.now()


def _fetch(box: BaseMailBox, uid: int, size: int) -> RawMail:
    """The bytes as the server has them, up to what we keep, a piece at a time. PEEK leaves the message unread."""
    spool = Spool()
    while spool.size < KEPT_LIMIT:
        state, answer = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<{spool.size}.{PIECE}>)")
        parts = [part for part in answer or [] if isinstance(part, tuple)]
        if state != "OK" or not parts:
            raise MailboxTrouble(f"The mail server would not give message {uid}.")
        piece = bytes(parts[0][1])
        spool.add(piece)
        if len(piece) < PIECE:
            return spool.finished()
    return spool.finished(size=size)


def _settle(mailbox: Mailbox, box: BaseMailBox, uid: int) -> None:
    if mailbox.after_storing == AfterStoring.DELETE:
        box.delete(str(uid))
    elif mailbox.after_storing == AfterStoring.MOVE and mailbox.stored_folder:
        box.move(str(uid), mailbox.stored_folder)
    else:
        box.flag(str(uid), "\\Seen", True)


def _lease(provider_id: int, mailbox_id: int, moment: Moment) -> Mailbox | None:
    with open_scope(Scope(provider_id=provider_id)):
        due = Mailbox.objects.filter(pk=mailbox_id, wake_at__lte=moment.now)
        mailbox = due.select_for_update(skip_locked=True, of=("self",)).first()
        if mailbox is None:
            return None
        is_polled = mailbox.is_active and bool(mailbox.host)
        mailbox.wake_at = max(moment.now, timezone.now()) + LEASE if is_polled else None
        mailbox.save(update_fields=["wake_at"])
        return mailbox if is_polled else None


def _succeeded(mailbox: Mailbox, polled: Polled) -> None:
    now = timezone.now()
    wake_at = now if polled.has_more else now + INTERVAL
    _update(
        mailbox,
        wake_at=wake_at,
        fetched_at=now,
        backlog=polled.left,
        failures=0,
        last_error="",
        last_failure="",
    )


def _failed(mailbox: Mailbox, trouble: str) -> None:
    """The administrator reads it on the mailbox's page; the next try waits longer each time."""
    failures = mailbox.failures + 1
    wake_at = timezone.now() + min(wait_after(failures), LONGEST_WAIT)
    _update(mailbox, wake_at=wake_at, failures=min(failures, 1000), last_error=trouble[:300])
    logger.warning("Mailbox %d of provider %d: failure %d.", mailbox.pk, mailbox.provider_id, failures)
    with open_scope(scope_of(mailbox)):
        silence_tell(mailbox, trouble, failures=failures, now=timezone.now())


def _update(mailbox: Mailbox, **values: object) -> None:
    with open_scope(scope_of(mailbox)):
        Mailbox.objects.filter(pk=mailbox.pk).update(**values)
