"""How a quote is named."""

from accounts.models import Provider
from quotes.models import Quote


def quote_reference(provider: Provider, quote: Quote) -> str:
    """The quote as people name it, e.g. 'CON-Q17'."""
    return f"{provider.reference_prefix}-Q{quote.number}"
