"""Words that want to be code: markup, mail headers, names of files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Person, Team
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.tenancy.attacks.tools import SCRIPT, SignedIn
from tests.tenancy.world import World
from tickets.models import Attachment, Message, Ticket
from tickets.services.opening import ticket_open

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]


def test_markup_in_names_and_subjects_is_shown_as_text(world: World, signed_in: SignedIn) -> None:
    with open_scope(world.cast.staff_scope("alder")):
        Person.objects.filter(name__in=["Rita", "Tess"]).update(name=SCRIPT)
        Ticket.objects.filter(number=world.number("rita")).update(subject=SCRIPT)
        Message.objects.filter(ticket__number=world.number("rita")).update(text=SCRIPT, quoted_text=SCRIPT)
        Attachment.objects.update(name=f"{SCRIPT}.txt")
        Team.objects.update(name=SCRIPT)
    staff, school, number = signed_in("ada"), signed_in("rita"), world.number("rita")
    pages = ["/alder/desk/", "/alder/desk/queue/", f"/alder/desk/tickets/{number}/", "/alder/settings/teams/"]
    pages += ["/alder/desk/call-backs/", "/alder/settings/staff/", "/alder/settings/audit/"]
    for path in pages:
        assert SCRIPT.encode() not in staff.get(path).content, path
    for path in ("/alder/portal/", "/alder/portal/requests/", f"/alder/portal/requests/{number}/"):
        answer = school.get(path)
        assert b"zqxss" in answer.content
        assert SCRIPT.encode() not in answer.content, path


def test_a_subject_cannot_add_a_header_to_a_mail(world: World) -> None:
    with open_scope(world.cast.staff_scope("alder")):
        ticket = ticket_open(
            customer=world.cast.customer(),
            requester=world.cast.person("rita"),
            subject="Hello\r\nBcc: victim@elsewhere.example\r\n\r\nbody",
            text="x",
            channel="portal",
        )
        mail = OutboundMail.objects.order_by("-pk").first()
    assert mail is not None
    assert f"-{ticket.number} " in mail.subject
    for line in (mail.subject, mail.sender, *mail.headers.values()):
        assert "\n" not in line
        assert "\r" not in line
    assert mail.recipients == ["rita@oakfield.example"]


@pytest.mark.parametrize(
    "name",
    [
        'evil".html',
        "a\r\nSet-Cookie: x=1.txt",
        "../../../etc/passwd",
        "ü☃.exe",
        "<svg onload=alert(1)>.svg",
        "\x00.txt",
    ],
)
def test_a_file_comes_back_as_a_download_whatever_it_is_called(
    world: World, signed_in: SignedIn, name: str
) -> None:
    school, number = signed_in("rita"), world.number("rita")
    upload = SimpleUploadedFile("x", b"<script>alert(1)</script>", content_type="text/html")
    upload._name = name  # type: ignore[attr-defined]  # past Django's own cleaning, as another client may send it
    sent = school.post(f"/alder/portal/requests/{number}/add/", {"text": "file", "attachments": upload})
    assert sent.status_code == 302
    with open_scope(world.cast.staff_scope("alder")):
        pk = Attachment.objects.order_by("-pk").values_list("pk", flat=True)[0]
    answer = school.get(f"/alder/portal/files/{pk}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie: x" not in str(answer.headers)
    assert "/" not in answer["Content-Disposition"].split("filename", 1)[1]
