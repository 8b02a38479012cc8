"""What the customer success manager does with a quote: write it, send it, take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from quotes.mailing import mail_quote, mail_withdrawal
from quotes.models import Quote, QuoteLine, QuoteState, QuoteStepKind
from quotes.selectors import owners_of
from quotes.services.base import quote_lock, step_add, today_here


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is written; the price in pounds without VAT."""

    description: str
    quantity: Decimal
    unit_price: Decimal


@transaction.atomic
def quote_write(
    *,
    quote: Quote,
    by: Person,
    subject: str,
    words: str,
    valid_until: date | None,
    vat_percent: Decimal,
    lines: Sequence[Line],
    expected_version: int,
) -> Quote:
    """Store a draft with exactly these lines.

    Raises ValidationError with code 'moved_on' where it is no draft any longer or somebody else has written meanwhile,
    and by field for values that no quote can have.
    """
    quote = quote_lock(quote, QuoteState.DRAFT)
    if quote.version != expected_version:
        problem = _("Somebody else changed this quote while you wrote. Compare with it, then save again.")
        raise ValidationError(problem, code="moved_on")
    quote.subject, quote.words = subject, words
    quote.valid_until, quote.vat_percent = valid_until, vat_percent
    quote.version += 1
    quote.full_clean(exclude=["provider", "customer"])
    quote.save()
    quote.lines.all().delete()
    rows = [
        QuoteLine(
            customer_id=quote.customer_id,
            quote=quote,
            position=place,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for place, line in enumerate(lines, start=1)
    ]
    QuoteLine.objects.bulk_create(rows)
    step_add(quote, QuoteStepKind.WRITTEN, by=by)
    return quote


@transaction.atomic
def quote_send(*, quote: Quote, by: Person) -> Quote:
    """Send a draft to the school's relationship owners, who decide in the portal (Rule T3).

    Raises ValidationError where something is missing: a line, the last day, somebody who may decide.
    """
    quote = quote_lock(quote, QuoteState.DRAFT)
    problems = sending_problems(quote, today_here())
    if problems:
        raise ValidationError(problems)
    quote.state, quote.sent_at = QuoteState.SENT, timezone.now()
    quote.version += 1
    quote.save(update_fields=["state", "sent_at", "version"])
    for owner in owners_of(quote.customer_id):
        mail_quote(quote, owner, by)
    step_add(quote, QuoteStepKind.SENT, by=by)
    return quote


def sending_problems(quote: Quote, today: date) -> list[str]:
    """What is still missing before the quote can go out, each in words that say what to do; none: it can."""
    found = []
    if not quote.priced:
        found.append(_("Write at least one line."))
    elif quote.totals.net < 0:
        found.append(_("The discounts are larger than the rest. Check the prices."))
    if quote.valid_until is None or quote.valid_until < today:
        found.append(_("Set until which day the school may accept, today or later."))
    if not owners_of(quote.customer_id).exists():
        words = _("%(school)s has no relationship owner who could accept. Give somebody that role first.")
        found.append(words % {"school": quote.customer.name})
    return found


@transaction.atomic
def quote_withdraw(*, quote: Quote, by: Person, reason: str) -> Quote:
    """Take back a draft, or one that the school has not decided yet; the school is told of the latter."""
    quote = quote_lock(quote, QuoteState.DRAFT, QuoteState.SENT)
    was_sent = quote.state == QuoteState.SENT
    quote.state = QuoteState.WITHDRAWN
    quote.version += 1
    quote.save(update_fields=["state", "version"])
    if was_sent:
        for owner in owners_of(quote.customer_id):
            mail_withdrawal(quote, owner, reason)
    step_add(quote, QuoteStepKind.WITHDRAWN, by=by, note=reason)
    return quote
