"""What a quote was asked for on: an app above says so in its `apps.py`, and stands on the quote's page."""

from collections.abc import Callable
from dataclasses import dataclass

from quotes.models import Quote


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the desk the question came up."""

    label: str
    url: str


OriginFinder = Callable[[Quote], Origin | None]
_finders: list[OriginFinder] = []


def quote_origin_add(finder: OriginFinder) -> None:
    """Called once by each app when Django starts."""
    _finders.append(finder)


def origin_of(quote: Quote) -> Origin | None:
    """The first that some app knows of; None for a quote that was asked for on its own."""
    return next(filter(None, (find(quote) for find in _finders)), None)
