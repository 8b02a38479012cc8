"""Reads of watchers: who follows a ticket, and who could (rules I1, I6, T6)."""

from django.db.models import Q, QuerySet

from accounts.models import CustomerMembership, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from tickets.confidential import readers_now
from tickets.models import Ticket, Watcher


def watchers_now(ticket: Ticket) -> QuerySet[Watcher]:
    """Who follows it today and may read it still, in the order in which they began.

    Who has left the school, or is no reader of a ticket that has become confidential, is not among them.
    """
    return Watcher.objects.filter(
        ticket=ticket, ended_at__isnull=True, person__in=_people_of(ticket)
    ).select_related("person__user")


def people_who_may_follow(ticket: Ticket) -> QuerySet[Person]:
    """The people of the school who could be let follow it and do not yet. Who asked for it is told in any case."""
    following = Watcher.objects.filter(ticket=ticket).filter(Q(ended_at__isnull=True) | Q(has_left=True))
    people = _people_of(ticket).filter(is_staff=False).exclude(pk__in=following.values("person"))
    return people.exclude(pk=ticket.requester_id).order_by("name")


def may_follow(person: Person, ticket: Ticket) -> bool:
    """Whether a person is one whom a ticket's mail or notifications may reach at all."""
    return _people_of(ticket).filter(pk=person.pk).exists()


def may_add_colleagues(person: Person, ticket: Ticket) -> bool:
    """Whether somebody of the school may let colleagues follow it, and end that: who asked for it, and its leads.

    Not of a confidential one: there readers are added, by its readers at the desk (Rule T6).
    """
    if ticket.is_confidential:
        return False
    leads = CustomerMembership.objects.filter(
        person=person, customer_id=ticket.customer_id, role__in=SEES_WHOLE_SCHOOL
    )
    return ticket.requester_id == person.pk or leads.exists()


def colleague_of(ticket: Ticket, email: str) -> Person | None:
    """The person of the ticket's school with this address."""
    members = CustomerMembership.objects.filter(customer_id=ticket.customer_id).values("person")
    rows = Person.objects.filter(email=email.strip().lower(), is_active=True, is_staff=False, pk__in=members)
    return rows.first()


def _people_of(ticket: Ticket) -> QuerySet[Person]:
    """The staff and the people of the ticket's school; of a confidential one its readers alone (Rule T6)."""
    members = CustomerMembership.objects.filter(customer_id=ticket.customer_id).values("person")
    people = Person.objects.filter(Q(is_staff=True) | Q(pk__in=members), is_active=True)
    return people.filter(pk__in=readers_now(ticket).values("person")) if ticket.is_confidential else people
