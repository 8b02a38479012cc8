"""What the apps above do when visits change: a registry that they fill in their `apps.py`.

Every callback runs in the transaction of the change itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from contracts.models import Contract
from visits.models import Visit, VisitEvent, VisitEventKind

ChangeHandler = Callable[[Contract, str], None]
StepHandler = Callable[[Visit, VisitEventKind], None]
EventHandler = Callable[[Visit, VisitEvent], None]
_change_handlers: list[ChangeHandler] = []
_step_handlers: list[StepHandler] = []
_event_handlers: list[EventHandler] = []
_together: ContextVar[dict[int, tuple[Contract, str]] | None] = ContextVar("visits_together", default=None)


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


def on_visit_event(callback: EventHandler) -> EventHandler:
    """Call with a visit and each new line of its history, once both are stored."""
    if callback not in _event_handlers:
        _event_handlers.append(callback)
    return callback


@contextmanager
def visits_together() -> Iterator[None]:
    """Tell of the changes inside once for each contract, at the end, with the last cause. For a year booked at once.

    Opened inside the transaction of the changes, so that those who are told still belong to it.
    """
    found: dict[int, tuple[Contract, str]] = {}
    token = _together.set(found)
    try:
        yield
    finally:
        _together.reset(token)
    for contract, cause in found.values():
        visits_changed(contract, cause)


def visits_changed(contract: Contract, cause: str) -> None:
    waiting = _together.get()
    if waiting is not None:
        waiting[contract.pk] = (contract, cause)
        return
    for handler in _change_handlers:
        handler(contract, cause)


def visit_stepped(visit: Visit, kind: VisitEventKind) -> None:
    for handler in _step_handlers:
        handler(visit, kind)


def visit_happened(visit: Visit, event: VisitEvent) -> None:
    for handler in _event_handlers:
        handler(visit, event)
