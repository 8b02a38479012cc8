"""What the services of quotes share: the locked row, its history, who is told."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from delivery.services import notification_add
from quotes.changes import quote_stepped
from quotes.models import Quote, QuoteState, QuoteStep, QuoteStepKind
from quotes.references import quote_reference
from sla.times import local_day


def quote_lock(quote: Quote, *states: QuoteState) -> Quote:
    """The quote, locked until the end of the transaction and read afresh.

    Raises ValidationError with code 'moved_on' where it is in none of `states` any longer.
    """
    fresh = Quote.objects.select_for_update(of=("self",)).select_related("customer").get(pk=quote.pk)
    if fresh.state not in states:
        words = _("This quote is in another state meanwhile: %(state)s.") % {
            "state": fresh.get_state_display()
        }
        raise ValidationError(words, code="moved_on")
    return fresh


def today_here() -> date:
    """The provider's local day."""
    return local_day(timezone.now(), current_provider().time_zone)


def step_add(quote: Quote, kind: QuoteStepKind, *, by: Person, note: str = "") -> QuoteStep:
    """A line of the history and of the audit trail; the apps above hear of it, except of mere writing."""
    step = QuoteStep.objects.create(
        customer_id=quote.customer_id, quote=quote, kind=kind, by=by, at=timezone.now(), note=note
    )
    audit_record(action=f"quote.{kind}", target=quote)
    if kind != QuoteStepKind.WRITTEN:
        quote_stepped(step)
    return step


def managers_tell(
    quote: Quote, person_ids: Iterable[int], *, event: str, summary: str, detail: str = ""
) -> None:
    """Tell people of the staff, once for each event; it leads to the quote's page."""
    provider = current_provider()
    words = {
        "quote": quote_reference(provider, quote),
        "school": quote.customer.name,
        "subject": quote.subject,
    }
    for person_id in person_ids:
        notification_add(
            person_id=person_id,
            key=f"quote-{event}:{quote.pk}",
            summary=summary % words,
            detail=detail,
            path=reverse("quotes:quote", args=[provider.slug, quote.pk]),
            customer_id=quote.customer_id,
        )
