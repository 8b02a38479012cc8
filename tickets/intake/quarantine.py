"""What a technician does with mail that was kept back (Rule T5), and what their pages list."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, CustomerMembership, Person
from accounts.services import audit_record
from accounts.tenancy.scope import current_scope
from tickets.errors import WrongState
from tickets.intake.conversing import mail_opening
from tickets.intake.deciding import mails_decide_or_quarantine
from tickets.intake.matching import person_for
from tickets.intake.parsing import Unparsable, mail_parse
from tickets.intake.reasons import Reason
from tickets.models import InboundMail, InboundState, Ticket
from tickets.services.opening import tickets_open

RELEASED = frozenset(
    {InboundState.QUARANTINED, InboundState.IGNORED}
)  # what a ticket can be opened from by hand


def inbound_rows(state: InboundState, *, words: str = "") -> QuerySet[InboundMail]:
    """Messages with this end, the newest first, without their bytes; with `words` in their sender or subject."""
    rows = InboundMail.objects.filter(state=state).defer("raw").order_by("-id")
    if words:
        named = Q(sender__icontains=words) | Q(sender_name__icontains=words) | Q(subject__icontains=words)
        rows = rows.filter(named)
    return rows.select_related("mailbox", "ticket", "duplicate_of", "decided_by")


def quarantine_rows() -> QuerySet[InboundMail]:
    """What waits for a technician's decision."""
    return inbound_rows(InboundState.QUARANTINED)


@transaction.atomic
def quarantine_release(*, inbound: InboundMail, customer: Customer, person: Person | None = None) -> Ticket:
    """Open a ticket from a message that was kept back, for a person of the customer; by default for its sender.

    Also from one that was ignored: what was taken for a machine's may be a person's after all.

    The sender becomes a person of the customer then, although not of a registered domain; further mail of theirs is
    judged by the rules as before. Clocks start when the message was received. Files above the limit are left out; the
    stored message still holds them. Raises WrongState when it has been decided already, cannot be read, or `person` is
    nobody of the customer.
    """
    row = _locked(inbound, RELEASED)
    try:
        mail = mail_parse(bytes(row.raw))
    except Unparsable as error:
        raise WrongState(_("This message cannot be read. Download it, and open a ticket by hand.")) from error
    if person is None and Person.objects.filter(email=mail.sender.lower(), is_staff=True).exists():
        # Somebody of the staff passed it on: they are nobody of the school, and answers would go to them.
        raise WrongState(_("A colleague passed this on. Say for whom at the school it is."))
    if (
        person is not None
        and not CustomerMembership.objects.filter(customer=customer, person=person).exists()
    ):
        raise WrongState(_("%(name)s does not belong to this school.") % {"name": person.name})
    requester = person or person_for(customer, address=mail.sender, name=mail.sender_name)
    # Of a message that is kept beside the database only the beginning is read: its files are cut off somewhere.
    largest = 0 if row.file else settings.ATTACHMENT_LIMIT
    opening = mail_opening(mail, customer, requester, inbound=row, largest_file=largest)
    (ticket,) = tickets_open([opening])
    row.ticket, row.customer = ticket, customer
    _decided(row, InboundState.TICKET, Reason.RELEASED)
    audit_record(action="mail.released", target=row, customer_id=customer.pk)
    return ticket


@transaction.atomic
def quarantine_reject(*, inbound: InboundMail, reason: str) -> InboundMail:
    """Keep a message from becoming a ticket for good. Its bytes stay. Raises WrongState when it has been decided."""
    row = _locked(inbound)
    _decided(row, InboundState.REJECTED, reason)
    audit_record(action="mail.rejected", target=row, reason=reason)
    return row


@transaction.atomic
def quarantine_retry(*, inbound: InboundMail) -> InboundMail:
    """Judge a message in quarantine anew, as if it came in now: its school, domain or person may be known meanwhile.

    Returns it with its new end. Raises WrongState when it has been decided.
    """
    row = _locked(inbound)
    row.state, row.quarantine, row.reason, row.failures = InboundState.STORED, "", "", 0
    mails_decide_or_quarantine([(row, None)])
    audit_record(action="mail.retried", target=row)
    return row


def _locked(inbound: InboundMail, states: Collection[str] = (InboundState.QUARANTINED,)) -> InboundMail:
    row = InboundMail.objects.select_for_update(of=("self",)).get(pk=inbound.pk)
    if row.state not in states:
        raise WrongState(_("Somebody has decided this message already."))
    return row


def _decided(row: InboundMail, state: InboundState, reason: str) -> None:
    row.state, row.reason = state, reason[:300]
    row.decided_at, row.decided_by_id = timezone.now(), current_scope().person_id
    row.save(update_fields=["state", "reason", "ticket", "customer", "decided_at", "decided_by"])
