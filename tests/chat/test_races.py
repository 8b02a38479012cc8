"""Two technicians take one chat: one gets it and the other is told who. The control shows what the lock is for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from chat.errors import ChatTaken
from chat.models import Chat
from chat.services import conversation
from chat.services.conversation import chat_take
from tests.cast import Cast
from tests.chat.conftest import Begin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("I4")]
PATIENCE = 10.0


def take_both(cast: Cast, chat: Chat, before_reading: Callable[[], object]) -> list[str]:
    """Who thinks that they have the chat, and who is refused."""
    scopes = {name: cast.staff_scope(name=name) for name in ("tess", "theo")}

    def take(name: str) -> str:
        try:
            with open_scope(scopes[name]):
                person = Person.objects.get(name__iexact=name)
                before_reading()
                try:
                    chat_take(chat=chat, person=person)
                except ChatTaken:
                    return "refused"
            return "took it"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(future.result() for future in [pool.submit(take, name) for name in scopes])


def test_one_of_two_gets_the_chat(cast: Cast, begin: Begin) -> None:
    chat, together = begin(), Barrier(2)
    assert take_both(cast, chat, lambda: together.wait(PATIENCE)) == ["refused", "took it"]


def test_control_without_the_lock_both_believe_they_have_it(
    cast: Cast, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, have_read = begin(), Barrier(2)

    def unlocked(row: Chat) -> Chat:
        found = Chat.objects.get(pk=row.pk)
        have_read.wait(PATIENCE)
        return found

    monkeypatch.setattr(conversation, "open_chat_lock", unlocked)
    monkeypatch.setattr(conversation, "event_line", lambda *anything: None)  # its number would collide
    assert take_both(cast, chat, lambda: None) == ["took it", "took it"]
