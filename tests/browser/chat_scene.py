"""Chats for the pages that are looked at: one that waits, and one in which Lena talks to Ian."""

from uuid import uuid4

from chat.models import Chat, ChatOrigin
from chat.services.conversation import chat_answer, chat_say, chat_start, chat_take
from chat.services.desk import canned_answer_save, presence_set
from tests.cast import Cast


def begin(cast: Cast, name: str, text: str) -> Chat:
    """A chat of somebody of Oakfield. Needs the staff's scope, desk hours and somebody who takes chats."""
    return chat_start(
        customer=cast.customer(),
        person=cast.person(name),
        text=text,
        key=str(uuid4()),
        origin=ChatOrigin.PORTAL,
    )


def chat_keys(cast: Cast) -> dict[str, int]:
    """Keys of what was made. Needs the staff's scope; the clock must stand inside desk hours."""
    lena = cast.person("lena")
    presence_set(person=lena, takes_chats=True)
    answer = canned_answer_save(
        answer=None, title="Restart", text="Please switch it off, wait ten seconds, and switch it on again."
    )
    begin(cast, "rita", "The interactive whiteboard in room 3 does not answer to touch.")
    chat = begin(cast, "ian", "Nobody in the office can print since the break.")
    chat_take(chat=chat, person=lena)
    chat_answer(chat=chat, author=lena, text="Good morning Ian. Is it one printer or all?", key=str(uuid4()))
    chat_say(chat=chat, text="All of them.\n" + "Averylongwordwithoutanyspace" * 3, key=str(uuid4()))
    return {"chat": chat.pk, "canned_answer": answer.pk}
