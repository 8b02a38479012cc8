"""The pages on which a provider changes the words of its mail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from delivery.models import MailPurpose, MailWording, OutboundMail
from delivery.wording.kinds import mail_kinds
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I3", "T1")]

SignedIn = Callable[[str], Client]
PATH = "/alder/settings/words/"
REPLY = f"{PATH}reply/"
MINE = "{{ message.text }}\n\n**Ours**\n\n{{ ticket.reference }} {{ ticket.link }}"


def asked(do: str, body: str = MINE, **more: Any) -> dict[str, Any]:
    return {"do": do, "subject": "Re: {{ ticket.subject }}", "body": body, "version": 0, **more}


def test_the_list_names_every_kind_and_whose_words_it_has(cast: Cast, signed_in: SignedIn) -> None:
    ada = signed_in("ada")
    assert ada.post(REPLY, asked("save")).status_code == 302
    page = ada.get(PATH).content.decode()
    assert all(f"{PATH}{kind.key}/" in page for kind in mail_kinds())
    assert page.count("Your words") == 1
    assert "Ada" in page


def test_a_preview_shows_both_parts_and_saves_nothing(cast: Cast, signed_in: SignedIn) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
        Ticket.objects.update(subject="Printer <b>jams</b>")
    ada = signed_in("ada")
    answer = ada.post(REPLY, asked("preview", example=str(ticket.number)))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f"-{ticket.number} http" in page
    assert "Re: Printer &lt;b&gt;jams&lt;/b&gt;" in page
    source = re.search(r'src="([^"]+/frame/\?draft=[^"]+)"', page)
    assert source
    frame = ada.get(source[1])
    assert "<strong>Ours</strong>" in frame.content.decode()
    assert signed_in("bill").get(source[1].replace("alder", "birch")).content.count(b"Ours") == 0
    with open_scope(cast.staff_scope()):
        assert not MailWording.objects.exists()


def test_the_frame_can_do_nothing_and_asks_nobody(cast: Cast, signed_in: SignedIn) -> None:
    ada = signed_in("ada")
    page = ada.post(REPLY, asked("preview", "![x](https://tracker.example/a.png)\n" + MINE)).content.decode()
    source = re.search(r'src="([^"]+/frame/\?draft=[^"]+)"', page)
    assert source
    frame = ada.get(source[1])
    html, policy = frame.content.decode(), frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "unsafe" not in policy
    assert "'sha256-" in policy
    assert not re.search(r"<(img|link|script|iframe|object)|url\(|@import", html)
    assert ada.get(f"{REPLY}frame/?draft=other").content.count(b"has ended") == 1


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{{ person.salary }} " + MINE, "There is no variable person.salary here. You can use: "),
        ("{{ message.text }} {{ ticket.link }}", "This mail must say {{ ticket.reference }}"),
        ("{% load x %}" + MINE, "Only variables can stand here"),
        ("{{ ticket.subject " + MINE, "A variable is written like"),
        ("", "Please write what the mail says."),
    ],
)
def test_what_is_wrong_is_said_at_the_field(cast: Cast, signed_in: SignedIn, body: str, says: str) -> None:
    answer = signed_in("ada").post(REPLY, asked("save", body))
    assert answer.status_code == 422
    assert says in answer.context["form"].errors["body"][0]
    with open_scope(cast.staff_scope()):
        assert not MailWording.objects.exists()


def test_a_variable_is_put_in_without_a_script(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in("ada").post(
        REPLY, {"insert": "ticket.level", "body": "Level:", "subject": "x", "version": 0}
    )
    assert answer.context["form"]["body"].value() == "Level: {{ ticket.level }}"


def test_the_writer_gets_it_as_a_mail_that_finds_no_ticket(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in("ada").post(REPLY, asked("send")).status_code == 200
    with open_scope(cast.staff_scope()):
        mail = OutboundMail.objects.get()
        assert mail.recipients == ["ada@alder.example"]
        assert mail.purpose == MailPurpose.NOTICE
        assert mail.subject.startswith("Preview: [ALD-1042] Re: ")
        assert "<strong>Ours</strong>" in mail.html
        assert "Reply-To" not in mail.headers


def test_versions_stay_and_the_standard_words_come_back(cast: Cast, signed_in: SignedIn) -> None:
    ada = signed_in("ada")
    ada.post(REPLY, asked("save"))
    assert ada.post(REPLY, asked("save")).status_code == 422, "somebody else's words are not overwritten"
    assert ada.post(f"{REPLY}standard/").status_code == 302
    page = ada.get(f"{REPLY}?from=1")
    assert page.context["form"].initial["body"] == MINE
    assert page.context["form"].initial["version"] == 2
    assert not page.context["is_changed"]
    with open_scope(cast.staff_scope()):
        first = MailWording.objects.get(version=1)
        assert first.by is not None
        assert (first.by.name, first.body) == ("Ada", MINE)
