"""Reads of identity: whether a ticket asks for it, by which methods, and what was found (Rule T6)."""

from django.db.models import Q, QuerySet

from accounts.models import CustomerMembership, CustomerRole, Person
from accounts.tenancy.memory import current_provider
from tickets.models import IdentityMethod, Ticket

# Who can approve for somebody else: the named contacts (Rule T3).
NAMED_CONTACTS = frozenset(CustomerRole) - {CustomerRole.REQUESTER}


def identity_methods() -> list[str]:
    """The provider's methods, in their fixed order."""
    chosen = current_provider().identity_methods
    return [one.value for one in IdentityMethod if one.value in chosen]


def changes_account(ticket: Ticket) -> bool:
    """Whether the ticket asks to change somebody's password, account or access."""
    asked = getattr(ticket, "asked", None)  # the answers to a form of the portal, where it was asked in one
    by_form = asked is not None and asked.changes_account
    return by_form or (ticket.category is not None and ticket.category.changes_account)


def is_unverified(ticket: Ticket) -> bool:
    """Whether such a ticket has no verification, and no lead's word in its place."""
    return changes_account(ticket) and ticket.identity_id is None


def identity_is_missing(ticket: Ticket) -> bool:
    """Whether the caller has to be verified before this ticket can be called fixed."""
    return is_unverified(ticket) and bool(identity_methods())


def known_numbers(ticket: Ticket) -> list[str]:
    """The numbers that we knew before the call: the person's own and the school's."""
    return list(dict.fromkeys(filter(None, (ticket.requester.phone, ticket.customer.phone))))


def approving_contacts(ticket: Ticket) -> QuerySet[Person]:
    """The named contacts of the school who can approve; never who asked."""
    members = CustomerMembership.objects.filter(customer_id=ticket.customer_id, role__in=NAMED_CONTACTS)
    return Person.objects.filter(~Q(pk=ticket.requester_id), is_active=True, pk__in=members.values("person"))
