"""What becomes of a stored message: exactly one visible end, in one transaction (rules I1, I2, I3, I8, T5)."""

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.people import person_reached
from accounts.tenancy.memory import forget
from accounts.tenancy.scope import open_scope
from delivery.due import DueQueue, Moment
from delivery.rows import describe
from tickets.intake.bouncing import bounce_take
from tickets.intake.conversing import mail_join, mail_opening
from tickets.intake.desk import FINDINGS, Desk
from tickets.intake.handlers import intake_handlers
from tickets.intake.matching import sender_match
from tickets.intake.parsing import ParsedMail, Unparsable, mail_parse
from tickets.intake.reasons import Reason
from tickets.intake.recognition import Automatic, recognise
from tickets.intake.refusing import sender_explain
from tickets.intake.storing import scope_of
from tickets.intake.threading import thread_of, ticket_spoken_of
from tickets.models import InboundMail, InboundState, QuarantineReason
from tickets.services.attachments import is_too_large

ATTEMPTS = 3  # then a message that our own code cannot handle goes to quarantine
# A message whose row is locked, and what it says where that has been read already.
Undecided = tuple[InboundMail, ParsedMail | None]


def mail_decide(inbound: InboundMail) -> InboundMail:
    """Decide a stored message, in one transaction; one that has its end already is returned as it is.

    Raises whatever went wrong, with nothing written; the message stays stored and due.
    """
    with open_scope(scope_of(inbound)):
        row = InboundMail.objects.select_for_update(of=("self",)).get(pk=inbound.pk)
        if row.state == InboundState.STORED:
            mails_decide([(row, None)])
        return row


def decide_due(row: InboundMail, moment: Moment) -> None:
    """The sweeper's handler. The third failure is an end as well: quarantine, with the bytes kept (Rule I2)."""
    decide = mails_decide if row.failures + 1 < ATTEMPTS else mails_decide_or_quarantine
    decide([(row, None)])


QUEUE = DueQueue(name="inbound", model=InboundMail, handle=decide_due, batch=20)


def mails_decide(undecided: Sequence[Undecided]) -> None:
    """Decide messages in order, inside their provider's scope. Raises whatever went wrong with one of them."""
    desk = Desk()
    desk.look_up([mail for _, mail in undecided if mail])
    for row, mail in undecided:
        _decide(row, mail, desk)
    desk.settle()


def mails_decide_or_quarantine(undecided: Sequence[Undecided]) -> None:
    """Decide messages, each in a savepoint; what our own code cannot handle goes to quarantine instead of failing.

    Raises OperationalError, for then it is the database that failed.
    """
    for row, mail in undecided:
        try:
            with transaction.atomic():
                mails_decide([(row, mail)])
                _check_references()
        except OperationalError:
            raise
        except Exception as error:
            forget()
            fresh = InboundMail.objects.defer("raw").get(pk=row.pk)
            fresh.last_failure = describe(error, row)
            desk = Desk()
            desk.end(fresh, InboundState.QUARANTINED, quarantine=QuarantineReason.UNPARSABLE)
            desk.settle()
            row.refresh_from_db(fields=FINDINGS)


def _check_references() -> None:
    """Let this message answer for its own rows; else a reference into nothing would fail only when all is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _decide(row: InboundMail, mail: ParsedMail | None, desk: Desk) -> None:
    try:
        mail = mail or mail_parse(bytes(row.raw))
    except Unparsable as error:
        row.last_failure = str(error)[:300]
        desk.end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.UNPARSABLE)
        return
    _describe(row, mail)
    desk.look_up([mail])
    disowned = desk.disowns(row, mail)
    if disowned and desk.senders.is_known(mail.sender):
        # Before anything else: neither an alert nor a report may be forged in a school's name.
        desk.end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.NOT_AUTHENTIC)
        return
    for handle in intake_handlers():
        taken = handle(mail, row)
        if taken is not None:
            desk.end(row, InboundState.ALERT, reason=taken.reason, ticket=taken.ticket)
            return
    _decide_readable(row, mail, desk, disowned=disowned)


def _decide_readable(row: InboundMail, mail: ParsedMail, desk: Desk, *, disowned: bool) -> None:
    earlier = _earlier(row, desk)
    if earlier is not None:
        row.duplicate_of = earlier
        desk.end(row, InboundState.DUPLICATE, reason=Reason.SAME_MESSAGE, ticket=earlier.ticket)
        return
    desk.settle_for(mail)
    automatic = recognise(
        mail,
        own_addresses=desk.own_addresses,
        is_contact=desk.senders.person(mail.sender) is not None,
    )
    if automatic is None and desk.has_written(mail.message_id):
        automatic = Automatic.LOOP
    if automatic is not None:
        _ignore(row, mail, automatic, desk)
    else:
        _take_from_person(row, mail, desk, disowned=disowned)


def _take_from_person(row: InboundMail, mail: ParsedMail, desk: Desk, *, disowned: bool) -> None:
    if not _is_mailable(mail.sender):
        row.last_failure = "The sender's address is none that can be answered."
        desk.end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.UNPARSABLE)
        return
    match = sender_match(
        address=mail.sender, name=mail.sender_name, provider=desk.provider, senders=desk.senders
    )
    refusal = match.refusal
    if refusal is None and (row.size > settings.MESSAGE_LIMIT or any(map(is_too_large, mail.attachments))):
        refusal = QuarantineReason.TOO_LARGE
    if refusal is not None or match.person is None:
        reason = refusal or QuarantineReason.UNKNOWN_PERSON
        if not disowned:  # else its real sender is somebody else, who has asked for nothing
            sender_explain(mail=mail, inbound=row, reason=reason, provider=desk.provider, now=timezone.now())
        desk.end(row, InboundState.QUARANTINED, quarantine=reason)
        return
    person_reached(match.person)
    thread = thread_of(mail, person=match.person, provider=desk.provider, at=row.received_at)
    if thread.ticket is not None:
        mail_join(thread.ticket, mail, person=match.person, inbound=row)
        desk.end(row, InboundState.REPLY, reason=thread.reason or "", ticket=thread.ticket)
    elif match.customer is None:
        desk.end(row, InboundState.QUARANTINED, quarantine=QuarantineReason.FROM_STAFF)
    else:
        opening = mail_opening(
            mail,
            match.customer,
            match.person,
            inbound=row,
            apart_from=thread.reason,
            others=match.others,
            own_addresses=desk.own_addresses,
        )
        desk.open_later(row, opening, reason=thread.reason or "")


def _ignore(row: InboundMail, mail: ParsedMail, automatic: Automatic, desk: Desk) -> None:
    """Kept, shown and linked to the ticket that it is about; never a ticket, never answered."""
    ticket = ticket_spoken_of(mail, provider=desk.provider)
    if automatic is Automatic.BOUNCE:
        bounce_take(row, mail, ticket)
    desk.end(row, InboundState.IGNORED, reason=automatic, ticket=ticket)


def _earlier(row: InboundMail, desk: Desk) -> InboundMail | None:
    """The same message by its Message-ID and sender, as it was received before."""
    if not row.message_id or not desk.has_received(row.message_id):
        return None
    desk.settle()
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
