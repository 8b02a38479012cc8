"""Writes of this app: a quote from the question to the school's decision."""

from quotes.services.asking import quote_ask, quote_revise
from quotes.services.deciding import quote_accept, quote_decline
from quotes.services.writing import Line, quote_send, quote_withdraw, quote_write

__all__ = [
    "Line",
    "quote_accept",
    "quote_ask",
    "quote_decline",
    "quote_revise",
    "quote_send",
    "quote_withdraw",
    "quote_write",
]
