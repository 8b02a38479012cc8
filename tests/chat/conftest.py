"""A desk on a Monday morning, with Tess taking chats."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine

from accounts.tenancy.scope import open_scope
from chat.models import Chat, ChatOrigin
from chat.services.conversation import chat_start
from chat.services.desk import presence_set
from tests.cast import Cast

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Begin = Callable[..., Chat]


def key() -> str:
    return str(uuid4())


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday 23 November 2026, 09:00; it stands still until it is moved."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def tess_is_there(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        presence_set(person=cast.person("tess"), takes_chats=True)


@pytest.fixture
def begin(cast: Cast, clock: time_machine.Traveller) -> Begin:
    """Start a chat of Rita's, as the portal does: in her own scope."""
    tess_is_there(cast)

    def start(text: str = "The projector is dark", once: str | None = None) -> Chat:
        with open_scope(cast.scope("rita")):
            return chat_start(
                customer=cast.customer(),
                person=cast.person("rita"),
                text=text,
                key=once or key(),
                origin=ChatOrigin.PORTAL,
            )

    return start
