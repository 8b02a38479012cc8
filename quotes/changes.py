"""What the apps above do when a quote takes a step: a registry that they fill in their `apps.py`."""

from collections.abc import Callable

from quotes.models import QuoteStep

StepHandler = Callable[[QuoteStep], None]
_handlers: list[StepHandler] = []


def on_quote_step(callback: StepHandler) -> StepHandler:
    """Call with each step but WRITTEN, in its transaction. REVISED: the new quote `revises` the step's."""
    if callback not in _handlers:
        _handlers.append(callback)
    return callback


def quote_stepped(step: QuoteStep) -> None:
    for handler in _handlers:
        handler(step)
