"""Linking two tickets of one school, and splitting one message off as a ticket of its own (Rule S4 for its clocks)."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from sla.models import ServiceLevel
from tickets.errors import WrongState
from tickets.models import SEEN_FROM_OTHER, Direction, LinkKind, Message, Ticket, TicketLink
from tickets.references import ticket_reference
from tickets.services.attachments import attachments_name
from tickets.services.base import event_add, ticket_lock, ticket_save, tickets_lock
from tickets.services.opening import ticket_open


@transaction.atomic
def ticket_link(*, ticket: Ticket, other: Ticket, kind: LinkKind, by: Person) -> TicketLink:
    """Say that `ticket` is `kind` to `other`. Raises WrongState for another school's, itself, and linked ones."""
    if ticket.pk == other.pk:
        raise WrongState(_("A ticket cannot be linked to itself."))
    if ticket.customer_id != other.customer_id:
        raise WrongState(_("Only tickets of one school can be linked."))
    ticket, other = tickets_lock(ticket, other)
    pair = Q(ticket=ticket, other=other) | Q(ticket=other, other=ticket)
    if TicketLink.objects.filter(pair).exists():
        raise WrongState(_("The two are linked already."))
    return _linked(ticket, other, kind, by)


@transaction.atomic
def ticket_unlink(*, link: TicketLink) -> None:
    """Take a link away; both tickets keep a note of it for the staff."""
    ticket, other = tickets_lock(link.ticket, link.other)
    for one, far in ((ticket, other), (other, ticket)):
        _note(one, _("No longer linked to %(reference)s.") % {"reference": _name(far)})
    audit_record(action="ticket.unlinked", target=link.ticket, changes={"other": (str(link.other), "")})
    link.delete()


@transaction.atomic
def ticket_split(
    *, ticket: Ticket, message: Message, subject: str, level: ServiceLevel, by: Person
) -> Ticket:
    """Open a ticket of its own about what a message of the school says besides; the message stays here too.

    Its clocks run from when the message came, since that is when the school raised it. Who wrote the message is its
    requester, and gets an acknowledgement. Merging it into this one takes it back. Raises WrongState for a message
    that is not the school's or is what opened the ticket, and for a confidential ticket.
    """
    ticket = ticket_lock(ticket)
    if ticket.is_confidential:
        raise WrongState(_("Confidential requests are not split: others would read a part of them."))
    if not splittable(ticket).filter(pk=message.pk).exists():
        raise WrongState(_("Only a later message of the school can be split off."))
    assert message.author is not None  # one of those that can be split off
    own = ticket_open(
        customer=ticket.customer,
        requester=message.author,
        subject=subject,
        text=message.text,
        quoted_text=message.quoted_text,
        html=message.html,
        channel=message.channel,
        level=level,
        category=ticket.category,
        logged_at=message.at,
    )
    attachments_name(message=own.messages.earliest("id"), files=message.attachments.all())
    _linked(own, ticket, LinkKind.SPLIT, by)
    return own


def splittable(ticket: Ticket) -> QuerySet[Message]:
    """What the school wrote after what opened the ticket, the newest first."""
    said = Message.objects.filter(ticket=ticket, direction=Direction.INCOMING, author__isnull=False)
    return said.filter(at__gt=ticket.logged_at).select_related("author").order_by("-at", "-id")


def _linked(ticket: Ticket, other: Ticket, kind: LinkKind, by: Person) -> TicketLink:
    link = TicketLink.objects.create(
        customer_id=ticket.customer_id, ticket=ticket, other=other, kind=kind, by=by, at=timezone.now()
    )
    _note(ticket, f"{kind.label} {_name(other)}.")
    _note(other, f"{SEEN_FROM_OTHER[kind]}: {_name(ticket)}.")
    audit_record(action="ticket.linked", target=ticket, changes={kind.value: ("", str(other))})
    return link


def _note(ticket: Ticket, words: str) -> None:
    """For the staff, and without the other's subject: that may be somebody else's, and may become confidential."""
    event_add(ticket, words, direction=Direction.NOTE)
    ticket_save(ticket)


def _name(ticket: Ticket) -> str:
    return ticket_reference(current_provider(), ticket.number)
