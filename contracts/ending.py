"""What the apps above do when a contract ends earlier than it did: a registry that they fill in their `apps.py`."""

from collections.abc import Callable
from datetime import date

from contracts.models import Contract

EndHandler = Callable[[Contract], None]
_handlers: list[EndHandler] = []


def on_contract_shortened(callback: EndHandler) -> EndHandler:
    """Call with each contract whose last day comes earlier than before, in the transaction of the change."""
    if callback not in _handlers:
        _handlers.append(callback)
    return callback


def contract_shortened(contract: Contract, before: date | None) -> None:
    """Tell whoever listens, where the last day moved forward from `before` (None: it had none)."""
    if contract.ends_on is not None and (before is None or contract.ends_on < before):
        for handler in _handlers:
            handler(contract)
