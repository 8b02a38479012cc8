"""Pictures inside a mail are shown; what only claims to be one is not, and nothing comes from elsewhere."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.intake.mails import mail
from tests.tickets.test_opening import open_one
from tickets.intake.conversing import mail_join
from tickets.intake.parsing import mail_parse
from tickets.intake.storing import mail_store
from tickets.models import Attachment, Mailbox, Message, Ticket
from tickets.pictures import picture_type, pictures_placed

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


def received(cast: Cast, message: EmailMessage) -> Ticket:
    """A ticket of Rita's with this message, inside an open scope of the staff."""
    ticket = open_one(cast)
    mailbox = Mailbox.objects.get(is_default=True)
    inbound, _ = mail_store(mailbox=mailbox, raw=message.as_bytes(), received_at=ticket.logged_at)
    mail_join(ticket, mail_parse(message.as_bytes()), person=cast.person("rita"), inbound=inbound)
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


def test_only_what_came_along_has_an_address() -> None:
    html = '<p>src="cid:a"</p><a href="https://e.example/">x</a><img src="cid:a" alt="A"><img src="cid:b">'
    placed = pictures_placed(html, {"a": "/alder/desk/pictures/1/"})
    assert '<img src="/alder/desk/pictures/1/" alt="A"><img>' in placed
    assert "cid:" not in placed.replace('src="cid:a"</p>', "")
    assert 'href="https://e.example/"' in placed


@pytest.mark.rule("T2")
@pytest.mark.parametrize(("who", "space"), [("tess", "desk"), ("rita", "portal")])
def test_a_mails_own_pictures_are_served_and_nothing_else_is(
    signed_in: SignIn, cast: Cast, who: str, space: str
) -> None:
    with open_scope(cast.staff_scope()):
        ticket = received(cast, with_pictures())
        message = Message.objects.get(ticket=ticket, html__gt="")
        png = Attachment.objects.get(message=message, content_id="pic@oakfield.example").pk
        svg = Attachment.objects.get(message=message, content_id="vector@oakfield.example").pk
    client = signed_in(who)
    frame = client.get(f"/alder/{space}/messages/{message.pk}/")
    page, policy = frame.content.decode(), frame["Content-Security-Policy"]
    assert f'<img src="/alder/{space}/pictures/{png}/" alt="the screen">' in page
    assert "cid:" not in page
    assert "tracker.example" not in page
    assert "img-src 'self';" in f"{policy};"
    assert "allow-scripts" not in policy
    answer = client.get(f"/alder/{space}/pictures/{png}/")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert client.get(f"/alder/{space}/pictures/{svg}/").status_code == 404
    for stranger in ("remy", "hugo"):
        assert signed_in(stranger).get(f"/alder/portal/pictures/{png}/").status_code == 404


def test_a_file_that_is_no_part_of_the_text_is_only_downloaded(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        received(cast, with_pictures())
        Attachment.objects.update(content_id="")
        pk = Attachment.objects.order_by("pk")[0].pk
    assert signed_in("tess").get(f"/alder/desk/pictures/{pk}/").status_code == 404
    assert signed_in("tess").get(f"/alder/desk/files/{pk}/")["Content-Disposition"].startswith("attachment")
