"""Reads of tickets: who may see which, and the parts of a ticket's page."""

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import CustomerMembership, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.tenancy.scope import current_scope
from tickets.models import Attachment, Direction, Message, Ticket
from tickets.search import tickets_found

# What people of schools may read of a conversation: the second wall, inside the tenant's (notes are the staff's).
PORTAL_DIRECTIONS = (Direction.INCOMING, Direction.OUTGOING, Direction.EVENT)


def visible_tickets(person: Person) -> QuerySet[Ticket]:
    """The tickets that a person may see: staff all, a school's leads their school's, a requester their own (T2, T3)."""
    if current_scope().is_staff:
        return Ticket.objects.all()
    return Ticket.objects.filter(Q(requester=person) | Q(customer_id__in=_whole_schools(person)))


def visible_tickets_with(words: str, person: Person) -> QuerySet[Ticket]:
    """Those of them with these words in their subject, at most `tickets.search.HITS`, the newest."""
    if current_scope().is_staff:
        return visible_tickets(person).filter(pk__in=tickets_found(words))
    hits = tickets_found(words, requester_id=person.pk, whole_schools=list(_whole_schools(person)))
    return visible_tickets(person).filter(pk__in=hits)


def _whole_schools(person: Person) -> QuerySet[CustomerMembership, int]:
    """The schools whose tickets a person sees all."""
    memberships = CustomerMembership.objects.filter(person=person, role__in=SEES_WHOLE_SCHOOL)
    return memberships.values_list("customer_id", flat=True)


def may_see_ticket(person: Person, ticket: Ticket) -> bool:
    """Whether a person (of the school or of the staff) may see this ticket, whoever asks; for mail that comes in."""
    if person.is_staff:
        return True
    roles = CustomerMembership.objects.filter(person=person, customer_id=ticket.customer_id)
    if ticket.requester_id == person.pk:
        return roles.exists()  # who has left the school has left its tickets too
    return roles.filter(role__in=SEES_WHOLE_SCHOOL).exists()


def conversation_of(ticket: Ticket, *, for_staff: bool) -> QuerySet[Message]:
    """The messages of a ticket, oldest first, with authors and files; without notes for people of schools."""
    messages = ticket.messages.select_related("author").prefetch_related(
        Prefetch("attachments", queryset=Attachment.objects.all())
    )
    return messages if for_staff else messages.filter(direction__in=PORTAL_DIRECTIONS)


def others_of_school(ticket: Ticket, *, limit: int = 5) -> list[Ticket]:
    """What else the school has with us, the newest first, for the side of a ticket's page."""
    return list(
        Ticket.objects.filter(customer_id=ticket.customer_id).exclude(pk=ticket.pk).order_by("-id")[:limit]
    )
