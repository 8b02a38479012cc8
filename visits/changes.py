"""What the apps above do when visits change: a registry that they fill in their `apps.py`.

Every callback runs in the transaction of the change itself.
"""

from collections.abc import Callable

from contracts.models import Contract
from visits.models import Visit, VisitEventKind

ChangeHandler = Callable[[Contract, str], None]
StepHandler = Callable[[Visit, VisitEventKind], None]
_change_handlers: list[ChangeHandler] = []
_step_handlers: list[StepHandler] = []


def on_visits_change(callback: ChangeHandler) -> ChangeHandler:
    """Call with the contract, and the cause in words, whenever visits of it take place at other times (Rule S7)."""
    if callback not in _change_handlers:
        _change_handlers.append(callback)
    return callback


def on_visit_step(callback: StepHandler) -> StepHandler:
    """Call with a visit whose engineer has arrived or left, and with UNDONE where that was a mistake (Rule S8).

    The visit is saved already; with UNDONE its state and times are those from before.
    """
    if callback not in _step_handlers:
        _step_handlers.append(callback)
    return callback


def visits_changed(contract: Contract, cause: str) -> None:
    for handler in _change_handlers:
        handler(contract, cause)


def visit_stepped(visit: Visit, kind: VisitEventKind) -> None:
    for handler in _step_handlers:
        handler(visit, kind)
