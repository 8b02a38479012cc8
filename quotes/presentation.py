"""How pages show a quote: its state as a badge, and what stands beside it."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Provider
from quotes.models import Quote, QuoteState
from quotes.references import quote_reference

BADGES: dict[str, str] = {
    QuoteState.DRAFT: "neutral",
    QuoteState.SENT: "waiting",
    QuoteState.ACCEPTED: "ok",
    QuoteState.DECLINED: "problem",
    QuoteState.WITHDRAWN: "stopped",
}


@dataclass(frozen=True, slots=True)
class QuoteFace:
    """A quote with its name, and its state as an icon and a word."""

    quote: Quote
    reference: str
    badge: str
    words: str | Promise
    has_run_out: bool


def face_of(quote: Quote, provider: Provider, today: date) -> QuoteFace:
    run_out = quote.has_run_out(today)
    return QuoteFace(
        quote=quote,
        reference=quote_reference(provider, quote),
        badge="warning" if run_out else BADGES[quote.state],
        words=_("Run out") if run_out else quote.get_state_display(),
        has_run_out=run_out,
    )
