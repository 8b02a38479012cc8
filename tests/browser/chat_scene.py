"""Chats for the pages that are looked at: one that waits, and one in which Lena talks to Ian."""

from uuid import uuid4

from accounts.files import UploadedPart
from chat.models import Chat, ChatOrigin
from chat.services.conversation import chat_answer, chat_say, chat_start, chat_take
from chat.services.desk import presence_set
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
    begin(cast, "rita", "The interactive whiteboard in room 3 does not answer to touch.")
    chat = begin(cast, "ian", "Nobody in the office can print since the break.")
    chat_take(chat=chat, person=lena)
    chat_answer(chat=chat, author=lena, text="Good morning Ian. Is it one printer or all?", key=str(uuid4()))
    said = chat_say(
        chat=chat,
        text="All of them.\n" + "Averylongwordwithoutanyspace" * 3,
        key=str(uuid4()),
        files=[UploadedPart("the-message-on-the-printers-display.jpg", "image/jpeg", b"a photo")],
    )
    return {"chat": chat.pk, "chat_file": said.files.get().pk}
