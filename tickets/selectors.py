"""Reads of tickets: who may see which, and the parts of a ticket's page."""

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.models import CustomerMembership, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.tenancy.scope import current_scope
from tickets.confidential import is_reader
from tickets.models import (
    ApprovalState,
    Attachment,
    CallBack,
    Direction,
    Draft,
    Message,
    RequestApproval,
    RequestForm,
    RequestKind,
    Ticket,
    TicketReader,
    TicketState,
    Watcher,
    WorkTime,
)
from tickets.search import tickets_found

# What people of schools may read of a conversation: the second wall, inside the tenant's (notes are the staff's).
PORTAL_DIRECTIONS = (Direction.INCOMING, Direction.OUTGOING, Direction.EVENT)


def visible_tickets(person: Person) -> QuerySet[Ticket]:
    """The tickets that a person may see: staff all, a school's leads their school's, a requester their own and those
    that they follow (T2, T3, I6).

    Confidential ones are not among them by the database's own policies, but for their readers (Rule T6).
    """
    if current_scope().is_staff:
        return Ticket.objects.all()
    named = TicketReader.objects.filter(person=person, ended_at__isnull=True).values("ticket")
    followed = Watcher.objects.filter(person=person, ended_at__isnull=True).values("ticket")
    return Ticket.objects.filter(
        Q(requester=person)
        | Q(customer_id__in=_whole_schools(person))
        | Q(pk__in=named.union(followed, all=True))
    )


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
    if ticket.is_confidential and not is_reader(person, ticket):
        return False
    if person.is_staff:
        return True
    roles = CustomerMembership.objects.filter(person=person, customer_id=ticket.customer_id)
    if ticket.requester_id == person.pk or ticket.is_confidential:
        return roles.exists()  # who has left the school has left its tickets too
    follows = Watcher.objects.filter(ticket=ticket, person=person, ended_at__isnull=True)
    return roles.filter(Q(role__in=SEES_WHOLE_SCHOOL) | Exists(follows)).exists()


def call_backs_due(*, person: Person | None = None) -> QuerySet[CallBack]:
    """The calls that are still to be made, the next first; of one technician, or of everybody (Rule I5)."""
    rows = call_backs_all().filter(done_at__isnull=True)
    return rows if person is None else rows.filter(technician=person)


def call_backs_all() -> QuerySet[CallBack]:
    """Every call that was ever promised, by its time, with whom it was about."""
    return CallBack.objects.select_related("ticket__customer", "person", "technician")


def conversation_of(ticket: Ticket, *, for_staff: bool) -> QuerySet[Message]:
    """The messages of a ticket, oldest first, with authors, files and the answers of a form.

    Without notes for people of schools.
    """
    messages = ticket.messages.select_related("author", "asked_in").prefetch_related(
        Prefetch("attachments", queryset=Attachment.objects.all()), "asked_in__answers"
    )
    return messages if for_staff else messages.filter(direction__in=PORTAL_DIRECTIONS)


def drafts_of(ticket: Ticket, person: Person) -> dict[str, Draft]:
    """What this person has typed on the ticket and not sent, by kind (`DraftKind`). Never ask it for somebody else."""
    return {draft.kind: draft for draft in Draft.objects.filter(ticket=ticket, person=person)}


def others_of_school(ticket: Ticket, *, limit: int = 5) -> list[Ticket]:
    """What else the school has with us, the newest first, for the side of a ticket's page."""
    return list(
        Ticket.objects.filter(customer_id=ticket.customer_id).exclude(pk=ticket.pk).order_by("-id")[:limit]
    )


def was_worked_on() -> Exists:
    """Whether somebody noted time on the ticket of the outer query."""
    return Exists(WorkTime.objects.filter(ticket=OuterRef("pk")))


def everyday_forms() -> QuerySet[RequestForm]:
    """The everyday requests that are offered, in their order (Rule I10)."""
    return RequestForm.objects.filter(is_active=True).exclude(kind=RequestKind.CATEGORY)


def questions_of_category(category_id: int) -> RequestForm | None:
    """The form with the questions of a category, where it is offered and has any."""
    rows = RequestForm.objects.filter(kind=RequestKind.CATEGORY, category_id=category_id, is_active=True)
    return rows.filter(questions__isnull=False).distinct().first()


def approvals_of(person: Person, *, only_waiting: bool = False) -> QuerySet[RequestApproval]:
    """The approvals that a person of a school may decide or might have decided, what is needed first at the top."""
    held = CustomerMembership.objects.filter(person=person)
    asked = Q(pk__in=[])
    for role in SEES_WHOLE_SCHOOL:
        asked |= Q(customer_id__in=held.filter(role=role).values("customer_id"), roles__contains=[role])
    rows = RequestApproval.objects.filter(asked).select_related(
        "ticket__customer", "ticket__requester", "ticket__asked", "decided_by"
    )
    if only_waiting:
        rows = rows.filter(state=ApprovalState.WAITING, ticket__state=TicketState.WAITING_APPROVAL)
    return rows.order_by(F("ticket__asked__needed_by").asc(nulls_last=True), "pk")
