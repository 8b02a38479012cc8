"""What the apps above do when somebody enters or changes a closure: a registry that they fill in their `apps.py`."""

from collections.abc import Callable

from sla.models import Closure

# In the transaction of the edit, and inside `preview` too, where it only measures (`recomputation.measuring`). Gives a
# sentence about what the closure hits, '' for nothing.
ClosureHandler = Callable[[Closure], str]
_handlers: list[ClosureHandler] = []


def on_closure(handler: ClosureHandler) -> ClosureHandler:
    """Call with each closure that was entered or changed. Registering twice counts once."""
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def closure_told(closure: Closure) -> list[str]:
    """Tell whoever listens; what they say of it."""
    return [words for handler in _handlers if (words := handler(closure))]
