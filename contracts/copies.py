"""What the apps above add when a package is copied into a new edition: a registry that they fill in their `apps.py`."""

from collections.abc import Callable

from contracts.models import Package

CopyHandler = Callable[[int, Package], None]
_handlers: list[CopyHandler] = []


def on_package_copied(callback: CopyHandler) -> CopyHandler:
    """Call with the id of the package of the old edition and the copy, in the transaction that makes the edition."""
    if callback not in _handlers:
        _handlers.append(callback)
    return callback


def package_copied(old_id: int, copy: Package) -> None:
    """Let every app bring along what it keeps for a package."""
    for callback in _handlers:
        callback(old_id, copy)
