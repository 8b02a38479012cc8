"""Pictures inside a mail are shown; what only claims to be one is not, and nothing comes from elsewhere."""

from base64 import b64encode
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.intake.mails import mail
from tests.tickets.test_opening import FRIDAY_AT_FOUR, open_one
from tickets.intake.deciding import mail_decide
from tickets.intake.storing import mail_store
from tickets.models import Attachment, Mailbox, Message, Ticket
from tickets.pictures import picture_type, pictures_of, pictures_placed

pytestmark = pytest.mark.rule("I1")
SignIn = Callable[[str], Client]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
HTML = (
    "<p>Look:</p><img src='cid:pic%40oakfield.example' alt='the screen'><img src='cid:vector@oakfield.example'>"
    "<img src='cid:elsewhere@oakfield.example'><img src='https://tracker.example/x.png'>"
)


def with_pictures(html: str = HTML) -> EmailMessage:
    message = mail(html=html)
    body = message.get_body(("html",))
    assert isinstance(body, EmailMessage)
    body.add_related(PNG, "image", "png", cid="<pic@oakfield.example>", filename="screen.png")
    body.add_related(SVG, "image", "svg+xml", cid="<vector@oakfield.example>", filename="vector.svg")
    return message


def received(message: EmailMessage) -> Ticket:
    """The ticket of Rita's that this message opens, inside an open scope of the staff."""
    mailbox = Mailbox.objects.get(is_default=True)
    inbound, _ = mail_store(mailbox=mailbox, raw=message.as_bytes(), received_at=FRIDAY_AT_FOUR)
    ticket = mail_decide(inbound).ticket
    assert ticket is not None
    return ticket


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (PNG[:16], "image/png"),
        (b"\xff\xd8\xff\xe0aaaaJFIF", "image/jpeg"),
        (b"GIF89a123456", "image/gif"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
        (b"RIFF1234WAVEfmt ", ""),
        (SVG[:16], ""),
        (b"<!DOCTYPE html><", ""),
        (b"BM12345", ""),
        (b"", ""),
    ],
)
def test_its_bytes_say_what_a_picture_is(head: bytes, kind: str) -> None:
    assert picture_type(head) == kind


def test_only_what_came_along_is_placed() -> None:
    html = (
        '<p>src="cid:a"</p><a href="https://e.example/">x</a><a href="data:text/html,x">y</a>'
        '<img src="cid:a" alt="A"><img src="cid:b"><img src="data:image/png;base64,AAAA">'
    )
    placed = pictures_placed(html, {"a": "data:image/png;base64,iVBO"})
    assert '<img src="data:image/png;base64,iVBO" alt="A"><img><img>' in placed
    assert placed.count("data:") == 1
    assert 'href="https://e.example/"' in placed


@pytest.mark.rule("T2")
@pytest.mark.parametrize(("who", "space"), [("tess", "desk"), ("rita", "portal")])
def test_a_mails_own_pictures_are_shown_and_nothing_else_is(
    signed_in: SignIn, cast: Cast, who: str, space: str
) -> None:
    with open_scope(cast.staff_scope()):
        ticket = received(with_pictures())
        message = Message.objects.get(ticket=ticket, html__gt="")
        other = open_one(cast).messages.get()
        # The file of another message with the same Content-ID is none of this mail's business.
        Attachment.objects.filter(name="vector.svg").update(
            message=other, content_id="elsewhere@oakfield.example"
        )
    frame = signed_in(who).get(f"/alder/{space}/messages/{message.pk}/")
    page, policy = frame.content.decode(), frame["Content-Security-Policy"]
    assert f'<img src="data:image/png;base64,{b64encode(PNG).decode()}" alt="the screen">' in page
    assert page.count("<img") == 4
    assert page.count("src=") == 1
    assert "tracker.example" not in page
    assert "img-src data:;" in f"{policy};"


def test_an_svg_is_never_shown(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        message = Message.objects.get(ticket=received(with_pictures()), html__gt="")
        Attachment.objects.filter(name="vector.svg").update(content_type="image/png")
    assert "svg" not in signed_in("tess").get(f"/alder/desk/messages/{message.pk}/").content.decode()


def test_more_than_a_page_can_bear_is_left_to_be_downloaded(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_scope(cast.staff_scope()):
        message = Message.objects.get(ticket=received(with_pictures()), html__gt="")
        assert set(pictures_of(message)) == {"pic@oakfield.example"}
        monkeypatch.setattr("tickets.pictures.MOST_BYTES", len(PNG) - 1)
        assert pictures_of(message) == {}
