"""What becomes of a stored message: exactly one visible end, in one transaction (rules I1, I2, I3, I8, T5)."""

from collections.abc import Collection, Iterable
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import Provider
from accounts.tenancy.memory import current_provider, forget
from accounts.tenancy.scope import current_scope, open_scope
from delivery.due import DueQueue, Moment
from delivery.models import OutboundMail
from delivery.rows import describe
from tickets.errors import TooLarge
from tickets.intake.authentication import is_disowned
from tickets.intake.conversing import bounce_note, mail_join, mail_open
from tickets.intake.handlers import intake_handlers
from tickets.intake.matching import Senders, sender_match
from tickets.intake.parsing import ParsedMail, Unparsable, mail_parse
from tickets.intake.reasons import Reason
from tickets.intake.recognition import Automatic, plain_address, recognise
from tickets.intake.refusing import sender_explain
from tickets.intake.storing import scope_of
from tickets.intake.threading import thread_of, ticket_spoken_of
from tickets.models import InboundMail, InboundState, Mailbox, QuarantineReason, Ticket

ATTEMPTS = 3  # then a message that our own code cannot handle goes to quarantine
FIELDS = (
    "wake_at",
    "state",
    "reason",
    "quarantine",
    "message_id",
    "sender",
    "sender_name",
    "recipients",
    "subject",
    "ticket",
    "customer",
    "duplicate_of",
    "decided_at",
    "last_failure",
    "failures",
)  # fmt: skip - everything but the bytes


class Desk:
    """What deciding reads of a provider: once for all the messages of one transaction, whose senders are locked."""

    def __init__(self) -> None:
        self.senders = Senders()
        self._locked: set[str] = set()
        self._asked: set[str] = set()
        self._received: set[str] = set()
        self._written: set[str] = set()

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

    def forget(self) -> None:
        """After a rollback to a savepoint: what was read since may be gone."""
        self.senders = Senders()
        self._locked.clear()
        forget()


def mail_decide(inbound: InboundMail) -> InboundMail:
    """Decide a stored message, in one transaction; one that has its end already is returned as it is.

    Raises whatever went wrong, with nothing written; the message stays stored and due.
    """
    with open_scope(scope_of(inbound)):
        row = InboundMail.objects.select_for_update(of=("self",)).get(pk=inbound.pk)
        if row.state == InboundState.STORED:
            decide_locked(row, Desk())
        return row


def decide_due(row: InboundMail, moment: Moment) -> None:
    """The sweeper's handler. The third failure is an end as well: quarantine, with the bytes kept (Rule I2)."""
    if row.failures + 1 < ATTEMPTS:
        decide_locked(row, Desk())
    else:
        decide_or_quarantine(row, Desk())


QUEUE = DueQueue(name="inbound", model=InboundMail, handle=decide_due, batch=20)


def decide_or_quarantine(row: InboundMail, desk: Desk, mail: ParsedMail | None = None) -> None:
    """Decide a locked message; what our own code cannot handle goes to quarantine instead of failing.

    Raises OperationalError, for then it is the database that failed.
    """
    try:
        with transaction.atomic():
            decide_locked(row, desk, mail)
            _check_references()
    except OperationalError:
        raise
    except Exception as error:
        fresh = InboundMail.objects.defer("raw").get(pk=row.pk)
        fresh.last_failure = describe(error, row)
        desk.forget()
        _end(fresh, InboundState.QUARANTINED, quarantine=QuarantineReason.UNPARSABLE)
        row.refresh_from_db(fields=FIELDS)


def _check_references() -> None:
    """Let this message answer for its own rows; else a reference into nothing would undo the whole batch at its end."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def decide_locked(row: InboundMail, desk: Desk, mail: ParsedMail | None = None) -> None:
    """Decide a message whose row is locked, inside its provider's scope, and save it. `mail` is it parsed, if it is."""
    try:
        mail = mail or mail_parse(bytes(row.raw))
    except Unparsable as error:
        row.last_failure = str(error)[:300]
        _end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.UNPARSABLE)
        return
    _describe(row, mail)
    if row.size > settings.MESSAGE_LIMIT:
        _end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.TOO_LARGE)
        return
    try:
        # Only a file can be too large: without one the caller's own savepoint is enough.
        with transaction.atomic(savepoint=bool(mail.attachments)):
            _decide(row, mail, desk)
    except TooLarge:
        desk.forget()
        _end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.TOO_LARGE)


def lock_senders(senders: Iterable[str]) -> None:
    """One at a time for each sender, in one order for all workers: two copies of a message must not both be first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(one) FROM (SELECT DISTINCT hashtextextended(%s || sender, 0) AS one"
            " FROM unnest(%s::text[]) AS sender ORDER BY one) AS ordered",
            [f"tickets.intake:{current_scope().provider_id}:", list(senders)],
        )


def _decide(row: InboundMail, mail: ParsedMail, desk: Desk) -> None:
    desk.look_up([mail])
    disowned = desk.disowns(row, mail)
    if disowned and desk.senders.is_known(mail.sender):
        # Before anything else: neither an alert nor a report may be forged in a school's name.
        _end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.NOT_AUTHENTIC)
        return
    for handle in intake_handlers():
        taken = handle(mail, row)
        if taken is not None:
            _end(row, InboundState.ALERT, reason=taken.reason, ticket=taken.ticket)
            return
    earlier = _earlier(row, desk)
    if earlier is not None:
        row.duplicate_of = earlier
        _end(row, InboundState.DUPLICATE, reason=Reason.SAME_MESSAGE, ticket=earlier.ticket)
        return
    automatic = recognise(mail, own_addresses=desk.own_addresses)
    if automatic is None and desk.has_written(mail.message_id):
        automatic = Automatic.LOOP
    if automatic is not None:
        _ignore(row, mail, automatic, desk)
    else:
        _take_from_person(row, mail, desk, disowned=disowned)


def _take_from_person(row: InboundMail, mail: ParsedMail, desk: Desk, *, disowned: bool) -> None:
    if not _is_mailable(mail.sender):
        row.last_failure = "The sender's address is none that can be answered."
        _end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.UNPARSABLE)
        return
    match = sender_match(
        address=mail.sender, name=mail.sender_name, provider=desk.provider, senders=desk.senders
    )
    if match.refusal is not None or match.person is None:
        reason = match.refusal or QuarantineReason.UNKNOWN_PERSON
        if not disowned:  # else its real sender is somebody else, who has asked for nothing
            sender_explain(mail=mail, inbound=row, reason=reason, provider=desk.provider, now=timezone.now())
        _end(row, InboundState.QUARANTINED, quarantine=reason)
        return
    thread = thread_of(mail, person=match.person, provider=desk.provider, at=row.received_at)
    if thread.ticket is not None:
        mail_join(thread.ticket, mail, person=match.person, inbound=row)
        _end(row, InboundState.REPLY, reason=thread.reason or "", ticket=thread.ticket)
    elif match.customer is None:
        _end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.FROM_STAFF)
    else:
        ticket = mail_open(
            mail, match.customer, match.person, inbound=row, apart_from=thread.reason, others=match.others
        )
        _end(row, InboundState.TICKET, reason=thread.reason or "", ticket=ticket)


def _ignore(row: InboundMail, mail: ParsedMail, automatic: Automatic, desk: Desk) -> None:
    """Kept, shown and linked to the ticket that it is about; never a ticket, never answered."""
    ticket = ticket_spoken_of(mail, provider=desk.provider)
    if ticket is not None and automatic is Automatic.BOUNCE:
        bounce_note(ticket, mail, at=row.received_at)
    _end(row, InboundState.IGNORED, reason=automatic, ticket=ticket)


def _earlier(row: InboundMail, desk: Desk) -> InboundMail | None:
    """The same message by its Message-ID and sender, as it was received before."""
    if not row.message_id or not desk.has_received(row.message_id):
        return None
    same = InboundMail.objects.filter(message_id=row.message_id, sender=row.sender).exclude(pk=row.pk)
    decided = same.exclude(state__in=[InboundState.STORED, InboundState.DUPLICATE])
    return decided.defer("raw").select_related("ticket").order_by("id").first()


def _is_mailable(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _describe(row: InboundMail, mail: ParsedMail) -> None:
    """What the lists of quarantine and of ignored mail show."""
    row.message_id = mail.message_id
    row.sender, row.sender_name = mail.sender[:320], mail.sender_name[:200]
    row.recipients = [address[:320] for address in mail.recipients]
    row.subject = mail.subject[:300]


def _end(
    row: InboundMail,
    state: InboundState,
    *,
    reason: str = "",
    quarantine: str = "",
    ticket: Ticket | None = None,
) -> None:
    """The one visible end. From here on no sweep looks at the row again."""
    row.state, row.reason, row.quarantine = state, str(reason)[:300], quarantine
    row.ticket, row.customer_id = ticket, ticket.customer_id if ticket else None
    row.wake_at, row.decided_at = None, timezone.now()
    row.save(update_fields=FIELDS)
