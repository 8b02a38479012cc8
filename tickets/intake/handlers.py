"""Handlers that take a message before people's mail is looked at: registered alert senders (Rule I8).

An app above registers one in its `AppConfig.ready`. Handlers run inside the provider's scope and the transaction that
decides the message; the first that answers has it, and it is never answered by mail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tickets.intake.parsing import ParsedMail
from tickets.models import InboundMail, Ticket


@dataclass(frozen=True, slots=True)
class Taken:
    """What a handler did with a message: the ticket it concerns, if any, and a short word for the record."""

    ticket: Ticket | None = None
    reason: str = ""


Handler = Callable[[ParsedMail, InboundMail], Taken | None]

_handlers: dict[str, Handler] = {}


def intake_handler_register(name: str, handler: Handler) -> None:
    """Let a handler look at every message. Raises ValueError for a name that is taken."""
    if _handlers.get(name, handler) is not handler:
        raise ValueError(f"There is an intake handler {name!r} already.")
    _handlers[name] = handler


def intake_handler_remove(name: str) -> None:
    """Take a handler out again."""
    _handlers.pop(name, None)


def intake_handlers() -> Iterator[Handler]:
    """The handlers in the order of their registration."""
    return iter(tuple(_handlers.values()))
