"""Many messages at once: stored in one transaction, decided in the next, each in a savepoint of its own."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError

from accounts.tenancy.memory import remembering
from accounts.tenancy.scope import Scope, open_scope
from tickets.intake.deciding import Desk, decide_or_quarantine
from tickets.intake.parsing import ParsedMail, Unparsable, mail_parse
from tickets.intake.reasons import Reason
from tickets.intake.storing import RawMail, mails_store, scope_of
from tickets.models import InboundMail, InboundState, Mailbox
from tickets.references import ticket_reference

logger = logging.getLogger(__name__)

BATCH = 25  # messages in one transaction: the ticket counter is locked for so long
BATCH_BYTES = 8 * 1024 * 1024
# Sweepers leave messages alone that we are about to decide; they take over when we die.
HOLD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The visible end of one message, as the command prints it."""

    outcome: str
    ticket: str | None = None
    customer: str | None = None
    reason: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        return asdict(self)


def mails_take(*, mailbox: Mailbox, mails: Iterable[RawMail], received_at: datetime) -> Iterator[Outcome]:
    """Store and decide messages, the outcome of each in order. Must run outside any scope.

    Each batch is committed raw before it is decided. A message that fails is decided alone; if it fails again, it
    goes to quarantine with its bytes.
    """
    scope = scope_of(mailbox)
    for batch in _batches(mails):
        stored = mails_store(mailbox=mailbox, mails=batch, received_at=received_at, hold=HOLD)
        works = [
            _Work(inbound.pk, is_new, raw, _parsed(raw))
            for (inbound, is_new), raw in zip(stored, batch, strict=True)
        ]
        try:
            yield from _decide(scope, works)
        except DatabaseError as error:
            logger.warning("A batch of mail is decided one by one: %s", type(error).__name__)
            for work in works:
                yield from _decide(scope, [work])


@dataclass(frozen=True, slots=True)
class _Work:
    """One stored message with what is in memory of it."""

    inbound_id: int
    is_new: bool
    raw: RawMail
    mail: ParsedMail | None


def _decide(scope: Scope, works: Sequence[_Work]) -> list[Outcome]:
    with open_scope(scope), remembering():
        # All locks first and in one order: no other worker can hold what we wait for while it waits for us.
        rows = _locked([work.inbound_id for work in works])
        mails = [work.mail for work in works if work.mail]
        desk = Desk()
        desk.look_up(mails)
        return [_decide_one(rows[work.inbound_id], work, desk) for work in works]


def _locked(ids: Sequence[int]) -> dict[int, InboundMail]:
    rows = InboundMail.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows.defer("raw")}


def _decide_one(row: InboundMail, work: _Work, desk: Desk) -> Outcome:
    if row.state == InboundState.STORED:
        row.raw = work.raw.content
        decide_or_quarantine(row, desk, work.mail)
        return outcome_of(row, desk)
    end = outcome_of(row, desk)
    # Stored by us just now and decided by a sweeper already, or received before.
    return end if work.is_new else Outcome("duplicate", end.ticket, end.customer, Reason.SAME_BYTES.value)


def outcome_of(row: InboundMail, desk: Desk) -> Outcome:
    """The end of a decided message."""
    ticket = row.ticket
    return Outcome(
        outcome=row.state,
        ticket=ticket_reference(desk.provider, ticket.number) if ticket else None,
        customer=ticket.customer.slug if ticket else None,
        reason=row.quarantine or row.reason or None,
    )


def _batches(mails: Iterable[RawMail]) -> Iterator[list[RawMail]]:
    batch: list[RawMail] = []
    size = 0
    for mail in mails:
        batch.append(mail)
        size += len(mail.content)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _parsed(mail: RawMail) -> ParsedMail | None:
    """Parsed outside any transaction; a message that breaks the parser is looked at again when it is decided."""
    with suppress(Unparsable):
        return mail_parse(mail.content)
    return None
