"""Many messages at once: stored in one transaction, decided together in the next."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from accounts.tenancy.memory import current_provider, remembering
from accounts.tenancy.scope import Scope, open_scope
from tickets.intake.deciding import Undecided, mails_decide, mails_decide_or_quarantine
from tickets.intake.parsing import ParsedMail, Unparsable, mail_parse
from tickets.intake.reasons import Reason
from tickets.intake.spooling import RawMail
from tickets.intake.storing import mails_store, scope_of
from tickets.models import InboundMail, InboundState, Mailbox
from tickets.references import ticket_reference

logger = logging.getLogger(__name__)

BATCH = 50  # messages in one transaction: the ticket counter is locked while their tickets are opened
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

    Each batch is committed raw before it is decided. Where one message fails, nothing of its batch is kept and each is
    decided alone; one that fails again goes to quarantine with its bytes.
    """
    scope = scope_of(mailbox)
    for batch in _batches(mails):
        stored = mails_store(mailbox=mailbox, mails=batch, received_at=received_at, hold=HOLD)
        works = [
            _Work(inbound.pk, is_new, raw, _parsed(raw))
            for (inbound, is_new), raw in zip(stored, batch, strict=True)
        ]
        try:
            yield from _decide(scope, works, mails_decide)
        except Exception as error:
            logger.warning("A batch of mail is decided one by one: %s", type(error).__name__)
            for work in works:
                yield from _decide(scope, [work], mails_decide_or_quarantine)


@dataclass(frozen=True, slots=True)
class _Work:
    """One stored message with what is in memory of it."""

    inbound_id: int
    is_new: bool
    raw: RawMail
    mail: ParsedMail | None


def _decide(
    scope: Scope, works: Sequence[_Work], decide: Callable[[Sequence[Undecided]], None]
) -> list[Outcome]:
    with open_scope(scope), remembering():
        # All locks first and in one order: no other worker can hold what we wait for while it waits for us.
        rows = _locked([work.inbound_id for work in works])
        undecided: dict[int, _Work] = {}
        for work in works:
            row = rows[work.inbound_id]
            if row.state == InboundState.STORED:
                row.raw = work.raw.content
                undecided.setdefault(row.pk, work)
        decide([(rows[key], work.mail) for key, work in undecided.items()])
        # New messages may have been decided by a sweeper since; others were received before, or twice just now.
        firsts = [work.is_new or undecided.get(work.inbound_id) is work for work in works]
        return [
            outcome_of(rows[work.inbound_id], is_first=is_first)
            for work, is_first in zip(works, firsts, strict=True)
        ]


def _locked(ids: Sequence[int]) -> dict[int, InboundMail]:
    rows = InboundMail.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows.defer("raw")}


def outcome_of(row: InboundMail, *, is_first: bool) -> Outcome:
    """The end of a decided message, or that its bytes were received before."""
    ticket = row.ticket
    return Outcome(
        outcome=row.state if is_first else "duplicate",
        ticket=ticket_reference(current_provider(), ticket.number) if ticket else None,
        customer=ticket.customer.slug if ticket else None,
        reason=(row.quarantine or row.reason or None) if is_first else Reason.SAME_BYTES.value,
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
