"""Files in chats: sent once, kept from everybody else, downloads only, on the ticket without a second copy (I4, T5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.files import UploadedPart
from accounts.tenancy.scope import open_scope
from chat import limits
from chat.models import Chat, ChatFile, ChatMessage
from chat.services.base import chat_lock
from chat.services.conversation import chat_answer, chat_say, chat_take
from chat.services.files import AT_ONCE, LARGEST_OF_CHAT
from chat.services.transcript import chat_open_ticket, transcript_file
from chat.visiting import HEADER
from tests.cast import Cast
from tests.chat.conftest import Begin, key
from tests.chat.test_widget import BASE, Widget, widget  # noqa: F401 - a fixture
from tickets.models import Attachment, Message
from tickets.services.confidential import ticket_make_confidential

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I4")]
SignIn = Callable[[str], Client]
PAGE = UploadedPart("screen.html", "text/html", b"<script>alert(1)</script>")


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def upload(name: str = "screen.png", content: bytes = b"a picture") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def post(client: Client, path: str, **values: Any) -> Any:
    return client.post(path, {"key": key(), **values}, headers={"Accept": "application/json"})


def test_both_sides_send_files_and_see_them(begin: Begin, signed_in: SignIn, cast: Cast) -> None:
    chat = begin()
    rita, tess = signed_in("rita"), signed_in("tess")
    news = post(rita, f"/alder/portal/chat/{chat.pk}/say/", text="", attachments=[upload()]).json()
    assert "screen.png" in news["html"]
    with open_scope(cast.staff_scope(name="tess")):
        chat_take(chat=chat, person=cast.person("tess"))
    said = post(
        tess, f"/alder/desk/chat/{chat.pk}/say/", text="As here", attachments=[upload("manual.pdf", b"pdf")]
    )
    assert said.status_code == 200
    with open_scope(cast.staff_scope()):
        files = {file.name: file for file in ChatFile.objects.all()}
    for client, page in ((rita, f"/alder/portal/chat/{chat.pk}/"), (tess, f"/alder/desk/chat/{chat.pk}/")):
        html = client.get(page).content.decode()
        for name, size in (("screen.png", "9\xa0bytes"), ("manual.pdf", "3\xa0bytes")):
            address = f"{page}files/{files[name].pk}/"
            assert (f'href="{address}"' in html, size in html) == (True, True), page
            answer = client.get(address)
            assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
            assert answer["Content-Type"] == "application/octet-stream"
            assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.rule("T1", "T2")
def test_nobody_else_gets_a_file(begin: Begin, signed_in: SignIn, cast: Cast) -> None:
    chat = begin()
    with open_scope(cast.scope("rita")):
        pk = chat_say(chat=chat, text="", key=key(), files=[PAGE]).files.get().pk
    with open_scope(cast.staff_scope()):
        other = Chat.objects.create(
            customer=cast.customer(),
            person=cast.person("remy"),
            origin="portal",
            started_at=chat.started_at,
            seen_at=chat.started_at,
        )
    for name in ("remy", "ian", "hugo", "rose"):
        for at in (chat.pk, other.pk):
            assert signed_in(name).get(f"/alder/portal/chat/{at}/files/{pk}/").status_code == 404, name
    assert signed_in("tess").get(f"/alder/desk/chat/{other.pk}/files/{pk}/").status_code == 404
    assert signed_in("tim").get(f"/birch/desk/chat/{chat.pk}/files/{pk}/").status_code == 404
    assert signed_in("rita").get(f"/alder/desk/chat/{chat.pk}/files/{pk}/").status_code == 403


@pytest.mark.rule("T5")
def test_the_widget_takes_and_gives_files_once_the_address_is_proved(
    widget: Widget,  # noqa: F811
    cast: Cast,
) -> None:
    code = widget.ask_code()
    assert widget.post("say/", text="x", key=key(), attachments=upload())[0] == 403  # type: ignore[arg-type]
    widget.post("code/", code=code)
    widget.post("start/", text="No sound", key=key())
    assert widget.post("say/", text="", key=key(), attachments=upload())[0] == 200  # type: ignore[arg-type]
    with open_scope(cast.staff_scope()):
        (file,) = ChatFile.objects.all()
    address = f"{BASE}files/{file.pk}/"
    assert f'href="{address}"' in widget.get("news/")[1]["html"]
    answer: Any = widget.client.get(address, headers={HEADER: widget.key})
    assert b"".join(answer.streaming_content) == b"a picture"
    assert widget.client.get(address).status_code == 403
    stranger = Widget(cast)
    stranger.prove("remy@oakfield.example")
    stranger.post("start/", text="Mine", key=key())
    assert stranger.client.get(address, headers={HEADER: stranger.key}).status_code == 404
    assert widget.client.get(f"/birch/chat/files/{file.pk}/", headers={HEADER: widget.key}).status_code == 403


def test_sent_again_it_is_the_same_file(begin: Begin, signed_in: SignIn, cast: Cast) -> None:
    chat, once, rita = begin(), key(), signed_in("rita")
    for _ in range(3):
        assert (
            post(rita, f"/alder/portal/chat/{chat.pk}/say/", key=once, attachments=[upload()]).status_code
            == 200
        )
    with open_scope(cast.staff_scope()):
        assert (ChatMessage.objects.filter(chat=chat).count(), ChatFile.objects.count()) == (2, 1)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([upload(content=b"x" * 1001)], "larger than"),
        ([upload(content=b"")], "empty"),
        ([upload(f"{n}.png") for n in range(AT_ONCE + 1)], "at most 5 files"),
        ([], "Write something first"),
    ],
)
def test_what_is_not_taken_is_said_and_nothing_is_kept(
    begin: Begin, signed_in: SignIn, cast: Cast, settings: Settings, files: list[Any], words: str
) -> None:
    settings.ATTACHMENT_LIMIT = 1000
    chat = begin()
    answer = post(signed_in("rita"), f"/alder/portal/chat/{chat.pk}/say/", text="", attachments=files)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    with open_scope(cast.staff_scope()):
        assert (ChatMessage.objects.filter(chat=chat).count(), ChatFile.objects.count()) == (1, 0)


def test_a_flood_of_files_ends(
    begin: Begin, signed_in: SignIn, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ATTACHMENT_LIMIT = 100
    chat = begin()
    with open_scope(cast.scope("rita")):
        for _ in range(LARGEST_OF_CHAT):
            chat_say(chat=chat, text="", key=key(), files=[UploadedPart("a", "x/y", b"x" * 100)])
        with pytest.raises(ValidationError, match="no more files"):
            chat_say(chat=chat, text="", key=key(), files=[UploadedPart("b", "x/y", b"x")])
    monkeypatch.setattr(limits, "FILES_AN_HOUR", 2)
    answer = post(
        signed_in("rita"),
        f"/alder/portal/chat/{chat.pk}/say/",
        attachments=[upload(f"{n}") for n in range(3)],
    )
    assert answer.status_code == 429


def test_the_ticket_names_the_same_bytes(begin: Begin, cast: Cast) -> None:
    chat = begin()
    with open_scope(cast.staff_scope(name="tess")):
        chat_say(chat=chat, text="", key=key(), files=[PAGE])
        chat_take(chat=chat, person=cast.person("tess"))
        ticket = chat_open_ticket(chat=chat)
        for word in ("One", "Two"):  # the visitor has gone by then: both go in one mail
            chat_answer(
                chat=chat,
                author=cast.person("tess"),
                text=word,
                key=key(),
                files=[UploadedPart(f"{word}.txt", "text/plain", word.encode())],
            )
        for _ in range(2):
            gone = chat_lock(chat)
            transcript_file(gone, gone=True)
            gone.save()
        kept = {file.name: (file.file.name, file.sha256) for file in ChatFile.objects.all()}
        rows = {one.name: (one.file.name, one.sha256) for one in Attachment.objects.all()}
        assert rows == kept
        assert Attachment.objects.count() == 3
        sent = Message.objects.get(ticket=ticket, attachments__name="screen.html")
        assert (sent.text, sent.author) == ("Sent: screen.html", cast.person("rita"))
        mailed = Message.objects.get(ticket=ticket, attachments__name="Two.txt")
        assert mailed.text == "One\n\nTwo"
        assert mailed.attachments.count() == 2


@pytest.mark.rule("T6")
def test_files_of_a_confidential_tickets_chat_are_its_readers(
    begin: Begin, signed_in: SignIn, cast: Cast
) -> None:
    chat = begin()
    with open_scope(cast.staff_scope(name="tess")):
        pk = chat_say(chat=chat, text="", key=key(), files=[PAGE]).files.get().pk
        chat_take(chat=chat, person=cast.person("tess"))
        ticket_make_confidential(ticket=chat_open_ticket(chat=Chat.objects.get()), reason="Safeguarding")
    address = f"/alder/desk/chat/{chat.pk}/files/{pk}/"
    assert signed_in("tess").get(address).status_code == 200
    assert signed_in("theo").get(address).status_code == 404
    with open_scope(cast.staff_scope(name="theo")):
        assert not ChatFile.objects.exists()
