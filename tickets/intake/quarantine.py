"""What a technician does with mail that was kept back (Rule T5), and what their pages list."""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, CustomerMembership, Person
from accounts.services import audit_record
from accounts.tenancy.scope import current_scope
from tickets.errors import WrongState
from tickets.intake.conversing import mail_opening
from tickets.intake.matching import person_for
from tickets.intake.parsing import Unparsable, mail_parse
from tickets.intake.reasons import Reason
from tickets.models import InboundMail, InboundState, Ticket
from tickets.services.opening import tickets_open


def inbound_rows(state: InboundState) -> QuerySet[InboundMail]:
    """Messages with this end, the newest first, without their bytes."""
    rows = InboundMail.objects.filter(state=state).defer("raw").order_by("-id")
    return rows.select_related("mailbox", "ticket", "duplicate_of", "decided_by")


def quarantine_rows() -> QuerySet[InboundMail]:
    """What waits for a technician's decision."""
    return inbound_rows(InboundState.QUARANTINED)


@transaction.atomic
def quarantine_release(*, inbound: InboundMail, customer: Customer, person: Person | None = None) -> Ticket:
    """Open a ticket from a message in quarantine, for a person of the customer; by default for its sender.

    The sender becomes a person of the customer then, although not of a registered domain; further mail of theirs is
    judged by the rules as before. Clocks start when the message was received. Files above the limit are left out; the
    stored message still holds them. Raises WrongState when it has been decided already, cannot be read, or `person` is
    nobody of the customer.
    """
    row = _locked(inbound)
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


def _locked(inbound: InboundMail) -> InboundMail:
    row = InboundMail.objects.select_for_update(of=("self",)).get(pk=inbound.pk)
    if row.state != InboundState.QUARANTINED:
        raise WrongState(_("Somebody has decided this message already."))
    return row


def _decided(row: InboundMail, state: InboundState, reason: str) -> None:
    row.state, row.reason = state, reason[:300]
    row.decided_at, row.decided_by_id = timezone.now(), current_scope().person_id
    row.save(update_fields=["state", "reason", "ticket", "customer", "decided_at", "decided_by"])
