"""What the school's relationship owner does with a quote (Rule T3)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.responsible import success_managers_of
from accounts.tenancy.scope import as_provider
from quotes.models import Quote, QuoteState, QuoteStepKind
from quotes.selectors import decides
from quotes.services.base import managers_tell, quote_lock, step_add, today_here


@transaction.atomic
def quote_accept(*, quote: Quote, by: Person, purchase_order: str = "") -> Quote:
    """The school orders what the quote says, at its price.

    Raises PermissionDenied for anybody but a relationship owner, ValidationError (code 'moved_on') where it was decided
    or withdrawn meanwhile, and (code 'run_out') after its last day.
    """
    quote = _decided(quote, by, QuoteState.ACCEPTED)
    quote.purchase_order = purchase_order
    quote.save()
    step_add(quote, QuoteStepKind.ACCEPTED, by=by, note=purchase_order)
    _tell(quote, "accepted", _("%(school)s accepted %(quote)s: %(subject)s"), purchase_order)
    return quote


@transaction.atomic
def quote_decline(*, quote: Quote, by: Person, reason: str = "") -> Quote:
    """The school does not want it. Raises as `quote_accept`."""
    quote = _decided(quote, by, QuoteState.DECLINED)
    quote.save()
    step_add(quote, QuoteStepKind.DECLINED, by=by, note=reason)
    _tell(quote, "declined", _("%(school)s declined %(quote)s: %(subject)s"), reason)
    return quote


def _decided(quote: Quote, by: Person, state: QuoteState) -> Quote:
    if not decides(by, quote):
        raise PermissionDenied
    quote = quote_lock(quote, QuoteState.SENT)
    if quote.has_run_out(today_here()):
        words = _("This quote has run out. Ask your customer success manager for a new one.")
        raise ValidationError(words, code="run_out")
    quote.state, quote.decided_at = state, timezone.now()
    quote.version += 1
    return quote


def _tell(quote: Quote, event: str, summary: str, detail: str) -> None:
    with as_provider():  # people of schools do not see the staff's roles
        managers = success_managers_of(quote.customer)
    managers_tell(quote, managers, event=event, summary=summary, detail=detail)
