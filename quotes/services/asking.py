"""Asking for a quote, and asking again with other lines."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person
from accounts.responsible import success_managers_of
from quotes.models import Quote, QuoteLine, QuoteState, QuoteStepKind
from quotes.services.base import managers_tell, quote_lock, step_add


@transaction.atomic
def quote_ask(*, customer: Customer, subject: str, wanted: str, by: Person) -> Quote:
    """Ask the school's success manager for a quote; they are told, unless they ask themselves (rules P1, P7)."""
    quote = Quote.objects.create(
        customer=customer,
        number=_next_number(),
        subject=subject,
        wanted=wanted,
        asked_by=by,
        asked_at=timezone.now(),
    )
    step_add(quote, QuoteStepKind.ASKED, by=by)
    managers_tell(
        quote,
        [one for one in success_managers_of(customer) if one != by.pk],
        event="asked",
        summary=_("%(school)s: a quote is wanted, %(subject)s"),
        detail=wanted,
    )
    return quote


@transaction.atomic
def quote_revise(*, quote: Quote, by: Person, reason: str) -> Quote:
    """A new draft with the lines of one that was sent, which the school can no longer accept.

    What the school has read stays as it was. Raises ValidationError for a draft, for one that was accepted, and for one
    in whose place there is another already.
    """
    old = quote_lock(quote, QuoteState.SENT, QuoteState.DECLINED, QuoteState.WITHDRAWN)
    if Quote.objects.filter(revises=old).exists():
        raise ValidationError(_("There is a new quote in its place already."), code="moved_on")
    new = Quote.objects.create(
        customer_id=old.customer_id,
        number=_next_number(),
        subject=old.subject,
        wanted=old.wanted,
        words=old.words,
        vat_percent=old.vat_percent,
        revises=old,
        asked_by=by,
        asked_at=timezone.now(),
    )
    QuoteLine.objects.bulk_create(
        QuoteLine(
            customer_id=new.customer_id,
            quote=new,
            position=line.position,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for line in old.priced
    )
    if old.state == QuoteState.SENT:
        old.state = QuoteState.WITHDRAWN
        old.version += 1
        old.save(update_fields=["state", "version"])
    step_add(old, QuoteStepKind.REVISED, by=by, note=reason)
    return new


def _next_number() -> int:
    """The provider's next number, without gaps: others wait for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('quotes.number'), tenancy_provider()::int)")
    newest = Quote.objects.aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1
