"""What a batch reads once for all its messages: rows that it does not change itself, for one transaction at most.

Nothing is remembered unless somebody opens `remembering`, so that a page always sees what it has just saved.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from accounts.models import Provider
from accounts.tenancy.scope import current_provider_id, current_scope

T = TypeVar("T")
_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("tenant_memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, `remembered` reads each thing once. Open it inside the transaction's scope, never around it."""
    current_scope()
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` returns, read once for each scope where somebody remembers, else every time."""
    memory = _memory.get()
    if memory is None:
        return read()
    whole = (current_scope(), key)
    if whole not in memory:
        memory[whole] = read()
    found: T = memory[whole]
    return found


def forget() -> None:
    """After a rollback to a savepoint: rows and locks from behind it are gone, so read everything again."""
    memory = _memory.get()
    if memory is not None:
        memory.clear()


def current_provider() -> Provider:
    """The provider of the open scope. Raises NoScope."""
    return remembered("provider", lambda: Provider.objects.get(pk=current_provider_id()))
