"""What deciding reads and writes for all the messages of one transaction at once."""

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from django.db import connection
from django.utils import timezone

from accounts.models import Provider
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_scope
from delivery.models import OutboundMail
from tickets.intake.authentication import is_disowned
from tickets.intake.matching import Senders
from tickets.intake.parsing import ParsedMail
from tickets.intake.recognition import plain_address
from tickets.models import InboundMail, InboundState, Mailbox, Ticket
from tickets.services.opening import Opening, tickets_open

# What deciding finds out of a message.
FINDINGS = (
    "wake_at",
    "state",
    "reason",
    "quarantine",
    "message_id",
    "sender",
    "sender_name",
    "recipients",
    "subject",
    "ticket_id",
    "customer_id",
    "duplicate_of_id",
    "decided_at",
    "last_failure",
    "failures",
)  # fmt: skip - everything but the bytes


class Desk:
    """The provider's desk for the messages of one transaction, whose senders are locked.

    What is known is read once. Tickets to open and the ends of messages wait for `settle`; until then a message that
    could meet them has to ask for it.
    """

    def __init__(self) -> None:
        self.senders = Senders()
        self._locked: set[str] = set()
        self._asked: set[str] = set()
        self._received: set[str] = set()
        self._written: set[str] = set()
        self._openings: list[tuple[InboundMail, Opening]] = []
        self._ended: list[InboundMail] = []

    @property
    def provider(self) -> Provider:
        return current_provider()

    @cached_property
    def _mailboxes(self) -> list[Mailbox]:
        return list(Mailbox.objects.only("address", "trusted_authserv_id"))

    def disowns(self, row: InboundMail, mail: ParsedMail) -> bool:
        """Whether the server that this message's mailbox trusts found it not to be from its sender's domain."""
        trusted = {one.pk: one.trusted_authserv_id for one in self._mailboxes}
        return is_disowned(mail, trusted=trusted.get(row.mailbox_id or 0, ""))

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """The addresses that the desk itself writes from and reads, without plus-parts, in lower case."""
        addresses = [self.provider.support_email, *(one.address for one in self._mailboxes)]
        return frozenset(plain_address(address) for address in addresses)

    def look_up(self, mails: Collection[ParsedMail]) -> None:
        """Lock the senders of these messages, and read what is known of both."""
        senders = {mail.sender for mail in mails}
        if senders - self._locked:
            lock_senders(senders)
            self._locked |= senders
        ids = {mail.message_id for mail in mails if mail.message_id} - self._asked
        if ids:
            same = InboundMail.objects.filter(message_id__in=ids)
            self._received |= set(same.values_list("message_id", flat=True))
            ours = OutboundMail.objects.filter(message_id__in=ids)
            self._written |= set(ours.values_list("message_id", flat=True))
            self._asked |= ids
        self.senders.look_up(senders)

    def has_received(self, message_id: str) -> bool:
        """Whether there may be an earlier message of this id. From now on there is."""
        known = message_id in self._received
        self._received.add(message_id)
        return known

    def has_written(self, message_id: str) -> bool:
        """Whether the message is one of our own, come back."""
        return message_id in self._written

    def open_later(self, row: InboundMail, opening: Opening, *, reason: str) -> None:
        """End a message with a ticket of its own."""
        self._openings.append((row, opening))
        self.end(row, InboundState.TICKET, reason=reason)

    def end(
        self,
        row: InboundMail,
        state: InboundState,
        *,
        reason: str = "",
        quarantine: str = "",
        ticket: Ticket | None = None,
    ) -> None:
        """The one visible end. Once it is stored no sweep looks at the row again."""
        row.state, row.reason, row.quarantine = state, str(reason)[:300], quarantine
        row.ticket, row.customer_id = ticket, ticket.customer_id if ticket else None
        row.wake_at, row.decided_at = None, timezone.now()
        self._ended.append(row)

    def settle_for(self, mail: ParsedMail) -> None:
        """Settle before a message is decided that answers one whose ticket still waits."""
        waiting = {opening.message_id for _, opening in self._openings}
        if not waiting.isdisjoint((*mail.thread_ids, *mail.reported_ids)):
            self.settle()

    def settle(self) -> None:
        """Open the tickets that wait, in the order of their messages, and store the ends."""
        if self._openings:
            tickets = tickets_open([opening for _, opening in self._openings])
            for (row, _), ticket in zip(self._openings, tickets, strict=True):
                row.ticket, row.customer_id = ticket, ticket.customer_id
        _findings_store(self._ended)
        self._openings, self._ended = [], []


def lock_senders(senders: Iterable[str]) -> None:
    """One at a time for each sender, in one order for all workers: two copies of a message must not both be first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(one) FROM (SELECT DISTINCT hashtextextended(%s || sender, 0) AS one"
            " FROM unnest(%s::text[]) AS sender ORDER BY one) AS ordered",
            [f"tickets.intake:{current_scope().provider_id}:", list(senders)],
        )


def _findings_store(rows: Sequence[InboundMail]) -> None:
    """One statement for all; `bulk_update` would write a CASE of as many branches for each column."""
    found = [{name: getattr(row, name) for name in ("id", *FINDINGS)} for row in rows]
    columns, values = ", ".join(FINDINGS), ", ".join(f"found.{name}" for name in FINDINGS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tickets_inboundmail AS mail SET ({columns}) = ({values})"  # noqa: S608 - names of ours
            " FROM json_populate_recordset(NULL::tickets_inboundmail, %s) AS found WHERE mail.id = found.id",
            [json.dumps(found, default=str)],
        )
