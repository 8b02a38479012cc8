"""Reads of confidential tickets: who may read one, and what everybody else is told of it (Rule T6)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import CustomerMembership, Person, StaffRole
from accounts.responsible import holders_of
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_provider, as_system
from tickets.models import OPEN_STATES, SafeguardingContact, Ticket, TicketReader, TicketReading
from tickets.references import ticket_reference


def attention_words(ticket: Ticket) -> str:
    """All that is said of a confidential ticket outside it: that there is something to do, and its reference."""
    return _("A confidential request needs attention: %(reference)s") % {
        "reference": ticket_reference(current_provider(), ticket.number)
    }


def neutral_subject(tag: str) -> str:
    """The subject of mail about it: the tag by which an answer finds the ticket, and not what it is about."""
    return _("Request %(tag)s") % {"tag": tag}


def readers_now(ticket: Ticket) -> QuerySet[TicketReader]:
    """Who may read it today."""
    return TicketReader.objects.filter(ticket=ticket, ended_at__isnull=True).select_related(
        "person", "added_by"
    )


def is_reader(person: Person, ticket: Ticket) -> bool:
    """Whether a person is a named reader of a confidential ticket."""
    return readers_now(ticket).filter(person=person).exists()


def staff_readers(ticket: Ticket) -> list[int]:
    """Ids of the active staff who read it: at least one always does."""
    rows = readers_now(ticket).filter(person__is_staff=True, person__is_active=True)
    return list(rows.values_list("person_id", flat=True))


def school_readers(ticket: Ticket) -> list[Person]:
    """The people of the school who read it and still belong there."""
    rows = readers_now(ticket).filter(person__is_staff=False, person__is_active=True)
    members = CustomerMembership.objects.filter(customer_id=ticket.customer_id).values("person")
    return [row.person for row in rows.filter(person__in=members)]


def readings_of(ticket: Ticket) -> QuerySet[TicketReading]:
    """Who has read it and when, the latest first."""
    return TicketReading.objects.filter(ticket=ticket).select_related("person")


def safeguarding_people() -> list[int]:
    """Ids of the active staff who read every confidential ticket: the contacts that the provider has named, or senior
    management, or the administrators where there is nobody else.
    """
    with as_provider():
        rows = SafeguardingContact.objects.filter(person__is_active=True, person__is_staff=True)
        return (
            list(rows.values_list("person_id", flat=True))
            or holders_of(StaffRole.SENIOR_MANAGEMENT)
            or holders_of(StaffRole.ADMINISTRATOR)
        )


def people_who_may_read(ticket: Ticket) -> QuerySet[Person]:
    """Whom a reader can add: active staff, and people of the school."""
    members = CustomerMembership.objects.filter(customer_id=ticket.customer_id).values("person")
    readers = readers_now(ticket).values("person")
    people = Person.objects.filter(is_active=True).filter(Q(is_staff=True) | Q(pk__in=members))
    return people.exclude(pk__in=readers).order_by("-is_staff", "name")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What whoever may take access sees of a confidential ticket: no word of it."""

    number: int
    reference: str
    logged_at: datetime
    next_due_at: datetime | None
    readers: tuple[str, ...]
    is_read_by_asker: bool


def sealed_tickets(asker: Person, *, numbers: Collection[int] | None = None) -> list[Sealed]:
    """The open confidential tickets, or those of `numbers` whatever their state, the most pressing first."""
    with as_system():
        rows = Ticket.objects.filter(is_confidential=True)
        rows = rows.filter(state__in=OPEN_STATES) if numbers is None else rows.filter(number__in=numbers)
        current = TicketReader.objects.filter(ended_at__isnull=True).select_related("person")
        found = rows.order_by("next_due_at", "id").prefetch_related(Prefetch("readers", queryset=current))
        return [_sealed(ticket, asker) for ticket in found[:200]]


def _sealed(ticket: Ticket, asker: Person) -> Sealed:
    readers = list(ticket.readers.all())
    return Sealed(
        number=ticket.number,
        reference=ticket_reference(current_provider(), ticket.number),
        logged_at=ticket.logged_at,
        next_due_at=ticket.next_due_at,
        readers=tuple(row.person.name for row in readers if row.person.is_staff),
        is_read_by_asker=any(row.person_id == asker.pk for row in readers),
    )
