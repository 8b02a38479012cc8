"""Reads of quotes: lists for staff and for schools, and who decides."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import CustomerMembership, CustomerRole, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from quotes.models import Quote, QuoteState

# People of a school who may read its quotes; its relationship owner decides (Rule T3).
READERS = SEES_WHOLE_SCHOOL | {CustomerRole.FINANCE_CONTACT}
RUN_OUT = "run_out"


def quotes_of_desk(*, state: str, school: str, words: str, today: date) -> QuerySet[Quote]:
    """Quotes with their lines and schools, the newest first. `state` may be RUN_OUT; '' stands for all."""
    rows = Quote.objects.select_related("customer").prefetch_related("lines")
    if state == RUN_OUT:
        rows = rows.filter(state=QuoteState.SENT, valid_until__lt=today)
    elif state:
        rows = rows.filter(state=state)
    if school:
        rows = rows.filter(customer__slug=school)
    for word in words.split():
        named = Q(number=int(word.lstrip("Qq"))) if word.lstrip("Qq").isdecimal() and len(word) < 9 else Q()
        rows = rows.filter(Q(subject__icontains=word) | Q(customer__name__icontains=word) | named)
    return rows


def quotes_of_reader(person: Person) -> QuerySet[Quote]:
    """What somebody of a school may read: what was sent to the schools that they answer for."""
    own = CustomerMembership.objects.filter(person=person, role__in=READERS)
    sent = Quote.objects.filter(sent_at__isnull=False, customer__in=own.values("customer"))
    return sent.select_related("customer").prefetch_related("lines")


def decides(person: Person, quote: Quote) -> bool:
    """Whether this person may accept or decline: the school's relationship owner (Rule T3)."""
    return owners_of(quote.customer_id).filter(pk=person.pk).exists()


def owners_of(customer_id: int) -> QuerySet[Person]:
    """The relationship owners of a school who are active."""
    roles = CustomerMembership.objects.filter(customer_id=customer_id, role=CustomerRole.RELATIONSHIP_OWNER)
    return Person.objects.filter(pk__in=roles.values("person"), is_active=True)
