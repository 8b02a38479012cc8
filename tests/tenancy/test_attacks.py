"""What a hostile person with a browser tries: forms, addresses, names, files, headers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Person, Team, User
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.tenancy.routes import ROUTES
from tests.tenancy.sql import undone
from tests.tenancy.world import World
from tickets.models import Attachment, Message, Ticket
from tickets.services.opening import ticket_open

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]

SignedIn = Callable[[str], Client]
SCRIPT = "<script>alert('zqxss')</script>"
HUGE = (2**31, 2**63, 10**30)


def quiet(client: Client) -> Client:
    """A browser that gets a page for an error, as in production."""
    client.raise_request_exception = False
    return client


def first_pk(world: World, provider: str, model: type[Person | Team | ServiceLevel]) -> int:
    with open_scope(world.cast.staff_scope(provider)):
        return int(model.objects.order_by("pk").values_list("pk", flat=True)[0])


# ---- Foreign ids in forms


def test_forms_of_the_desk_refuse_ids_of_another_provider(world: World, signed_in: SignedIn) -> None:
    client, number = signed_in("tess"), world.number("rita")
    with open_scope(world.cast.staff_scope("birch")):
        assignee = Person.objects.filter(is_staff=True).first()
        team, level = Team.objects.first(), ServiceLevel.objects.first()
    assert assignee is not None
    assert team is not None
    assert level is not None
    for action, data in (
        ("assign", {"assignee": assignee.pk}),
        ("assign", {"assignee": "", "team": team.pk}),
        ("level", {"level": level.pk, "reason": "mine"}),
    ):
        answer = client.post(f"/alder/desk/tickets/{number}/{action}/", data)
        assert answer.status_code == 422, data
    with open_scope(world.cast.staff_scope("alder")):
        ticket = Ticket.objects.get(number=number)
        assert ticket.assignee_id != assignee.pk
        assert (ticket.team_id, ticket.level_id) != (team.pk, level.pk)


@pytest.mark.parametrize("place", ["remy", "hugo", "rose"])
def test_another_tickets_explanation_and_clock_are_not_taken(
    world: World, signed_in: SignedIn, place: str
) -> None:
    """A technician sends the ids of another ticket, of his own provider or not, from this ticket's form."""
    client, number = signed_in("tess"), world.number("rita")
    client.post(
        f"/alder/desk/tickets/{number}/explain/",
        {"explanation": world.part(place, "explanation"), "text": "zqforged"},
    )
    clock = world.part(place, "clock")
    client.post(
        f"/alder/desk/tickets/{number}/reason/", {"clock": clock, "cause": "other", "words": "zqforged"}
    )
    for provider in ("alder", "birch"):
        with open_scope(world.cast.staff_scope(provider)):
            assert not Message.objects.filter(text__contains="zqforged").exists()
            assert not OutboundMail.objects.filter(text__contains="zqforged").exists()
    page = client.get(f"/alder/desk/tickets/{number}/deadline/{clock}/")
    assert page.status_code == 302


@pytest.mark.parametrize("school", ["hillside", "riverside"])
def test_a_request_cannot_be_logged_for_another_school(
    world: World, signed_in: SignedIn, school: str
) -> None:
    provider = "birch" if school == "riverside" else "alder"
    with open_scope(world.cast.staff_scope(provider)):
        customer = world.cast.customer(school).pk
        before = Ticket.objects.count()
    level = first_pk(world, "alder", ServiceLevel)
    data = {"customer": customer, "level": level, "subject": "zqforged", "text": "x"}
    answer = signed_in("rita").post("/alder/portal/requests/new/", data)
    assert answer.status_code == 422
    with open_scope(world.cast.staff_scope(provider)):
        assert Ticket.objects.count() == before


def test_people_of_schools_never_get_a_note_or_its_file(world: World, signed_in: SignedIn) -> None:
    for name in ("rita", "ian"):
        client = signed_in(name)
        for space in ("desk", "portal"):
            assert client.get(f"/alder/{space}/files/{world.part('rita', 'note_file')}/").status_code == 404
            assert client.get(f"/alder/{space}/messages/{world.part('rita', 'note')}/").status_code == 404
    assert signed_in("tess").get(f"/alder/desk/files/{world.part('rita', 'note_file')}/").status_code == 200


# ---- Addresses and forms out of range


@pytest.mark.parametrize("number", HUGE)
def test_numbers_beyond_any_column_are_not_found(world: World, signed_in: SignedIn, number: int) -> None:
    staff, school = quiet(signed_in("ada")), quiet(signed_in("rita"))
    for name in sorted(ROUTES):
        kwargs = {"provider": "alder", **ROUTES[name].of(world, "rita")}
        if not any(isinstance(value, int) for value in kwargs.values()) or name == "settings:shutdown":
            continue
        path = reverse(
            name, kwargs={key: number if isinstance(value, int) else value for key, value in kwargs.items()}
        )
        client = school if name.startswith("portal") else staff
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in {404, 405}, path


@pytest.mark.parametrize("year", [0, 1, 9999, 10000, 10**30])
def test_years_that_no_calendar_has_are_no_error_of_ours(
    world: World, signed_in: SignedIn, year: int
) -> None:
    client = quiet(signed_in("ada"))
    for query in ("/alder/settings/calendar/shutdown/{}/", "/alder/settings/calendar/?year={}"):
        assert client.get(query.format(year)).status_code < 500, query


NASTY = ["\x00", "²", "'\"><script>", "9" * 40, "%s%(x)s{0}", "\ud7ff\uffff", "../../etc/passwd", "A" * 9000]
QUERIES = [
    "/alder/desk/queue/?q={}",
    "/alder/desk/queue/?view={}",
    "/alder/desk/queue/?after={}",
    "/alder/desk/queue/?customer={}",
    "/alder/desk/phone/?q={}",
    "/alder/settings/people/?q={}",
    "/alder/settings/customers/?q={}",
    "/alder/settings/contracts/?q={}",
    "/alder/settings/audit/?q={}&page={}",
    "/alder/settings/mail/?q={}&state={}",
    "/alder/settings/tester/?at={}&level={}",
    "/alder/settings/calendar/?year={}&customer={}&calendar={}",
]


@pytest.mark.parametrize("text", NASTY)
def test_odd_characters_in_queries_are_no_error_of_ours(world: World, signed_in: SignedIn, text: str) -> None:
    from urllib.parse import quote

    staff, school = quiet(signed_in("ada")), quiet(signed_in("rita"))
    wrong = []
    for query in [*QUERIES, "/alder/portal/requests/?q={}", "/alder/portal/requests/?page={}"]:
        path = query.replace("{}", quote(text))
        with undone():
            answer = (school if "/portal/" in query else staff).get(path)
        if answer.status_code >= 500 or b"'\"><script>" in answer.content:
            wrong.append(f"{answer.status_code} {query}")
    assert not wrong


@pytest.mark.parametrize("text", ["\x00", "²", "9" * 40, "0001-01-01T00:00", "9999-12-31T23:59"])
def test_odd_characters_in_forms_are_no_error_of_ours(world: World, signed_in: SignedIn, text: str) -> None:
    staff, school, number = quiet(signed_in("ada")), quiet(signed_in("rita")), world.number("rita")
    names = [
        "text",
        "subject",
        "reason",
        "words",
        "version",
        "level",
        "assignee",
        "team",
        "clock",
        "explanation",
    ]
    names += [
        "cause",
        "waiting_for",
        "to_stage",
        "closed_as",
        "apart",
        "customer",
        "category",
        "call_back_at",
    ]
    data = dict.fromkeys(names, text) | {"phone": "1"}
    call = {"subject": "a", "text": "b", "phone": "1", "call_back_at": text}
    membership = ROUTES["desk:phone_call"].of(world, "rita")["membership"]
    actions = [
        "reply",
        "fix",
        "note",
        "take",
        "assign",
        "level",
        "wait",
        "resume",
        "reopen",
        "close",
        "escalate",
    ]
    posts = [
        (staff, f"/alder/desk/tickets/{number}/{one}/", data)
        for one in [*actions, "apart", "reason", "explain"]
    ]
    posts += [
        (staff, f"/alder/desk/phone/{membership}/", call),
        (school, "/alder/portal/requests/new/", data),
    ]
    posts += [
        (school, f"/alder/portal/requests/{number}/{one}/", data) for one in ("add", "reopen", "escalate")
    ]
    wrong = []
    for client, path, form in posts:
        with undone():
            status = client.post(path, form).status_code
        if status >= 500:
            wrong.append(f"{status} {path}")
    assert not wrong


# ---- Words that want to be code


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


# ---- Headers


def policy(answer: Any) -> dict[str, set[str]]:
    """The content security policy, directive by directive."""
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: set(part[1:]) for part in parts}


def test_every_page_carries_a_strict_content_policy(world: World, signed_in: SignedIn) -> None:
    number = world.number("rita")
    pages = [(signed_in("ada"), f"/alder/desk/tickets/{number}/"), (signed_in("ada"), "/alder/settings/")]
    pages += [(signed_in("rita"), "/alder/portal/"), (signed_in("rita"), "/alder/desk/")]
    pages += [
        (Client(), "/account/login/"),
        (Client(), "/nowhere/at/all"),
        (signed_in("rita"), "/birch/desk/"),
    ]
    for client, path in pages:
        found = policy(client.get(path))
        assert found["default-src"] == {"'self'"}, path
        assert found["object-src"] == {"'none'"}
        assert found["frame-ancestors"] == {"'none'"}
        assert found["base-uri"] == found["form-action"] == {"'self'"}
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set().union(*found.values())


def test_pages_keep_to_the_policy(world: World, signed_in: SignedIn) -> None:
    """No inline script, style or handler, which the policy would stop."""
    inline = re.compile(rb"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son[a-z]+=|javascript:", re.IGNORECASE)
    for name, path in (
        ("ada", "/alder/desk/queue/"),
        ("rita", "/alder/portal/"),
        ("ada", "/alder/settings/brand/"),
    ):
        assert not inline.search(signed_in(name).get(path).content), path


def test_the_frame_of_a_mail_can_do_nothing(world: World, signed_in: SignedIn) -> None:
    with open_scope(world.cast.staff_scope("alder")):
        Message.objects.filter(pk=world.part("rita", "message")).update(
            html=SCRIPT + "<form action='/x'></form>"
        )
    answer = signed_in("tess").get(f"/alder/desk/messages/{world.part('rita', 'message')}/")
    found = policy(answer)
    assert found["default-src"] == {"'none'"}
    assert "script-src" not in found
    assert found["form-action"] == {"'none'"}
    assert "sandbox" in found
    assert not found["sandbox"] & {
        "allow-scripts",
        "allow-same-origin",
        "allow-forms",
        "allow-top-navigation",
    }
    assert found["frame-ancestors"] == {"'self'"}
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_strange_host_gets_no_page() -> None:
    assert quiet(Client()).get("/account/login/", headers={"host": "evil.example"}).status_code == 400


# ---- Requests from elsewhere, and sign-in


def test_every_form_asks_for_its_token(world: World) -> None:
    for name in ("ada", "rita"):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(world.cast.user(name))
        for route in sorted(ROUTES):
            path = reverse(route, kwargs={"provider": "alder", **ROUTES[route].of(world, "rita")})
            assert client.post(path).status_code in {403, 404}, path
    anonymous = Client(enforce_csrf_checks=True)
    for path in ("/account/login/", "/account/logout/", "/appearance/", "/account/password/reset/"):
        assert anonymous.post(path).status_code == 403, path


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_page_sends_people_elsewhere(cast: Cast, target: str) -> None:
    from tests.cast import PASSWORD

    client = Client()
    data = {"login": "rita@oakfield.example", "password": PASSWORD, "next": target}
    signed = client.post("/account/login/", data)
    assert signed.status_code == 302
    assert "evil" not in signed["Location"]
    assert "javascript" not in signed["Location"]
    assert "evil" not in client.post("/appearance/", {"theme": "dark", "next": target})["Location"]
    assert "evil" not in client.post("/account/logout/", {"next": target})["Location"]


def test_a_session_is_new_after_sign_in_and_dead_after_sign_out(cast: Cast) -> None:
    from tests.cast import PASSWORD

    client = Client()
    client.get("/account/login/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted or ""
    client.post("/account/login/", {"login": "rita@oakfield.example", "password": PASSWORD})
    own = client.cookies["sessionid"].value
    assert own != planted
    client.post("/account/logout/")
    stale = Client()
    stale.cookies["sessionid"] = own
    assert stale.get("/alder/portal/").status_code == 302


def test_somebody_switched_off_is_out_at_once(world: World, signed_in: SignedIn) -> None:
    client = signed_in("rita")
    assert client.get("/alder/portal/").status_code == 200
    with open_scope(world.cast.staff_scope("alder")):
        Person.objects.filter(name="Rita").update(is_active=False)
    assert client.get("/alder/portal/").status_code == 404


@pytest.mark.rule("T4")
def test_nobody_gives_themselves_another_address(cast: Cast, signed_in: SignedIn) -> None:
    """The address is the user name, and joins a credential to people of every provider: only staff may change it.

    Otherwise Rita would take the address of somebody who is to work for Alder next week, and be that person then.
    """
    client = quiet(signed_in("rita"))
    new = "next.administrator@alder.example"
    client.post("/account/email/", {"action_add": "", "email": new})
    client.post("/account/email/", {"action_primary": "", "email": new})
    assert not User.objects.filter(email=new).exists()
    assert client.get("/account/email/").status_code == 404


@pytest.mark.rule("T4")
def test_nobody_signs_up_by_themselves(db: None) -> None:
    client = Client()
    data = {"email": "new@oakfield.example", "password1": "a good enough password"}
    client.post("/account/signup/", data)
    assert not User.objects.filter(email="new@oakfield.example").exists()
