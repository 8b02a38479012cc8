"""Reads of quotes: lists for staff and for schools, and who decides."""

import re
from datetime import date

from django.db.models import Case, Q, QuerySet, Value, When

from accounts.models import CustomerMembership, CustomerRole, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from quotes.models import Quote, QuoteState, QuoteStep, QuoteStepKind

# People of a school who may read its quotes; its relationship owner decides (Rule T3).
READERS = SEES_WHOLE_SCHOOL | {CustomerRole.FINANCE_CONTACT}
RUN_OUT = "run_out"
NAMED = re.compile(r"(?:(?:[a-z0-9]+-)?q)?([0-9]{1,8})", re.IGNORECASE)  # '17', 'Q17', 'CON-Q17'


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
        found = NAMED.fullmatch(word)
        named = Q(number=int(found[1])) if found else Q()
        rows = rows.filter(Q(subject__icontains=word) | Q(customer__name__icontains=word) | named)
    return rows


def quotes_of_reader(person: Person) -> QuerySet[Quote]:
    """What somebody of a school may read: what was sent to the schools that they answer for."""
    own = CustomerMembership.objects.filter(person=person, role__in=READERS)
    sent = Quote.objects.filter(sent_at__isnull=False, customer__in=own.values("customer"))
    return sent.select_related("customer").prefetch_related("lines")


def waiting_first(quotes: QuerySet[Quote], today: date) -> QuerySet[Quote]:
    """Those that can still be accepted or declined on a local day, then the newest."""
    waits = When(state=QuoteState.SENT, valid_until__gte=today, then=Value(0))
    return quotes.order_by(Case(waits, default=Value(1)), "-number")


def withdrawal_of(quote: Quote) -> QuoteStep | None:
    """The step after which it could no longer be accepted; its note is the reason, for the school to read."""
    kinds = (QuoteStepKind.WITHDRAWN, QuoteStepKind.REVISED)
    return quote.steps.filter(kind__in=kinds).first() if quote.state == QuoteState.WITHDRAWN else None


def decides(person: Person, quote: Quote) -> bool:
    """Whether this person may accept or decline: the school's relationship owner (Rule T3)."""
    return owners_of(quote.customer_id).filter(pk=person.pk).exists()


def owners_of(customer_id: int) -> QuerySet[Person]:
    """The relationship owners of a school who are active."""
    roles = CustomerMembership.objects.filter(customer_id=customer_id, role=CustomerRole.RELATIONSHIP_OWNER)
    return Person.objects.filter(pk__in=roles.values("person"), is_active=True)
