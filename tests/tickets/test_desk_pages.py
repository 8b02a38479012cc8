"""The technician's pages, through the whole web stack."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import CustomerMembership, Person
from accounts.tenancy.scope import open_scope
from delivery.models import MailPurpose, OutboundMail
from sla.models import ClockState
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import CallBack, Channel, Direction, Message, Ticket, TicketState
from tickets.services.work import ticket_assign, ticket_fix, ticket_set_apart

SignIn = Callable[[str], Client]
AtMost = Callable[[int], AbstractContextManager[None]]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with open_scope(cast.staff_scope()):
        return open_one(cast)


@pytest.fixture(autouse=True)
def _monday_morning() -> object:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def test_the_queue_shows_what_is_due_next_in_few_queries(
    cast: Cast, signed_in: SignIn, ticket: Ticket, at_most: AtMost
) -> None:
    with open_scope(cast.staff_scope()):
        for _ in range(5):
            open_one(cast, level="High")
    tess = signed_in("tess")
    tess.get("/alder/desk/queue/")  # the process's caches of calendars are warm afterwards
    with at_most(12):
        page = tess.get("/alder/desk/queue/").content.decode()
    assert page.index("In 20 min") < page.index("In 1 h 20")
    assert f"CON-{ticket.number}" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("view=missed", False), ("view=soon", False), ("view=fine", True),
     ("view=mine", False), ("view=unassigned", True), ("q=internet", True),
     ("q=printer", False), ("q=CON-1001", True), ("q=9999", False), ("view=nonsense", True), ("after=broken", True)],
)  # fmt: skip
def test_views_and_filters_narrow_the_queue(
    signed_in: SignIn, ticket: Ticket, query: str, shown: bool
) -> None:
    page = signed_in("tess").get(f"/alder/desk/queue/?{query}").content.decode()
    assert (f"/desk/tickets/{ticket.number}/" in page) is shown


def test_a_form_with_many_choices_is_drawn_when_it_is_opened(
    cast: Cast, signed_in: SignIn, ticket: Ticket
) -> None:
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    assert 'name="assignee"' not in tess.get(path).content.decode()
    whole = tess.get(f"{path}?do=assign").content.decode()
    part = tess.get(f"{path}?do=assign", headers={"HX-Request": "true"}).content.decode()
    for page in (whole, part):
        assert f'action="{path}assign/"' in page
        assert "Theo" in page
    assert "<html" in whole
    assert "<html" not in part
    for key in ("apart", "resume", "nonsense"):
        assert "<html" in tess.get(f"{path}?do={key}", headers={"HX-Request": "true"}).content.decode()


def test_the_ticket_page_shows_everything_on_one_screen(
    cast: Cast, signed_in: SignIn, ticket: Ticket, at_most: AtMost
) -> None:
    tess = signed_in("tess")
    tess.get(f"/alder/desk/tickets/{ticket.number}/")
    with at_most(15):
        page = tess.get(f"/alder/desk/tickets/{ticket.number}/").content.decode()
    for words in (
        "No internet",
        "Nothing works",
        "Oakfield",
        "Rita",
        "Full Managed",
        "Reply due in 20 min",
        "Cass",
    ):
        assert words in page


@pytest.mark.rule("S5")
def test_a_reply_on_the_page_ends_the_response_clock(signed_in: SignIn, ticket: Ticket, cast: Cast) -> None:
    tess = signed_in("tess")
    data = {"text": "We are on our way"}
    answer = tess.post(f"/alder/desk/tickets/{ticket.number}/reply/", data)
    assert answer.status_code == 302
    with open_scope(cast.staff_scope()):
        fresh = Ticket.objects.get(pk=ticket.pk)
        assert fresh.response_clock is not None
        assert fresh.response_clock.state == ClockState.MET


def test_every_action_on_the_page_works(signed_in: SignIn, ticket: Ticket, cast: Cast) -> None:
    lena = signed_in("lena")
    base = f"/alder/desk/tickets/{ticket.number}/"
    with open_scope(cast.staff_scope()):
        theo = cast.person("theo").pk
        level = ticket.level_id + 1
    steps: list[tuple[str, dict[str, object]]] = [
        ("take", {}),
        ("assign", {"assignee": theo, "team": ""}),
        ("note", {"text": "A note"}),
        ("level", {"level": level, "reason": "Only half of them"}),
        ("wait", {"waiting_for": "customer", "reason": "Which room?"}),
        ("resume", {}),
        ("escalate", {"to_stage": 2, "reason": "Beyond me"}),
        ("apart", {"apart": "exempt", "reason": "A test of ours"}),
    ]
    for action, data in steps:
        assert lena.post(f"{base}{action}/", data).status_code == 302, action
    assert lena.post(f"{base}fix/", {"text": "Done"}).status_code == 302
    assert lena.post(f"{base}close/", {"closed_as": "fixed", "text": ""}).status_code == 302
    assert lena.post(f"{base}reopen/", {"reason": "Not yet"}).status_code == 302
    with open_scope(cast.staff_scope()):
        fresh = Ticket.objects.get(pk=ticket.pk)
        assert fresh.state == TicketState.OPEN
        assert fresh.assignee_id == theo
        assert fresh.escalation_level == 2


def test_what_cannot_be_done_says_why(signed_in: SignIn, ticket: Ticket) -> None:
    answer = signed_in("tess").post(f"/alder/desk/tickets/{ticket.number}/close/", {"closed_as": "fixed"})
    assert answer.status_code == 422
    assert "before you close the ticket" in answer.content.decode()


@pytest.mark.rule("S4", "S13")
def test_explain_this_deadline_names_the_weekend(signed_in: SignIn, ticket: Ticket) -> None:
    page = signed_in("tess").get(f"/alder/desk/tickets/{ticket.number}/deadline/{ticket.response_clock_id}/")
    words = page.content.decode()
    assert page.status_code == 200
    assert "weekend" in words
    assert "30 minutes" in words


@pytest.mark.rule("I5")
def test_a_call_is_logged_with_two_fields_and_a_call_back(signed_in: SignIn, cast: Cast) -> None:
    tess = signed_in("tess")
    assert "Rita" in tess.get("/alder/desk/phone/?q=oakf").content.decode()
    with open_scope(cast.staff_scope()):
        membership = CustomerMembership.objects.get(person=cast.person("rita")).pk
    data = {"subject": "Toner", "text": "Empty", "call_back_at": "2026-11-23T11:00", "phone": "01234 567890"}
    assert tess.post(f"/alder/desk/phone/{membership}/", data).status_code == 302
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get(subject="Toner")
        assert ticket.channel == Channel.PHONE
        assert ticket.assignee == cast.person("tess")
        assert CallBack.objects.get().agreed_at == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert "01234 567890" in tess.get("/alder/desk/call-backs/").content.decode()


@pytest.mark.rule("I5", "S5")
def test_a_fix_on_the_spot_is_reply_and_fix_at_once(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        membership = CustomerMembership.objects.get(person=cast.person("rita")).pk
    data = {"subject": "Locked out", "text": "Account locked", "fix": "Unlocked it"}
    assert signed_in("tess").post(f"/alder/desk/phone/{membership}/", data).status_code == 302
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get(subject="Locked out")
        assert ticket.state == TicketState.FIXED
        assert ticket.response_clock is not None
        assert ticket.fix_clock is not None
        assert {ticket.response_clock.state, ticket.fix_clock.state} == {ClockState.MET}
        assert not OutboundMail.objects.exists()  # 'a person will reply by …' would be untrue


def test_attachments_are_downloads_whatever_they_claim(signed_in: SignIn, ticket: Ticket, cast: Cast) -> None:
    tess = signed_in("tess")
    page = SimpleUploadedFile("../evil.html", b"<script>alert(1)</script>", content_type="text/html")
    data = {"text": "See the file", "attachments": page}
    assert tess.post(f"/alder/desk/tickets/{ticket.number}/reply/", data).status_code == 302
    with open_scope(cast.staff_scope()):
        message = Message.objects.get(direction=Direction.OUTGOING)
        attachment = message.attachments.get()
    assert attachment.name == "evil.html"
    answer = tess.get(f"/alder/desk/files/{attachment.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]


def test_a_file_that_comes_with_the_fix_is_kept_and_the_mail_names_it(
    signed_in: SignIn, ticket: Ticket, cast: Cast
) -> None:
    data = {"text": "Done", "attachments": SimpleUploadedFile("guide.pdf", b"%PDF")}
    signed_in("tess").post(f"/alder/desk/tickets/{ticket.number}/fix/", data)
    with open_scope(cast.staff_scope()):
        message = Message.objects.get(ticket=ticket, direction=Direction.OUTGOING)
        assert [one.name for one in message.attachments.all()] == ["guide.pdf"]
        assert "guide.pdf" in OutboundMail.objects.get(purpose=MailPurpose.REPLY).text


def test_a_file_above_the_limit_is_refused_by_name(
    signed_in: SignIn, ticket: Ticket, settings: object
) -> None:
    settings.ATTACHMENT_LIMIT = 10  # type: ignore[attr-defined]
    big = SimpleUploadedFile("film.mp4", b"x" * 11)
    answer = signed_in("tess").post(
        f"/alder/desk/tickets/{ticket.number}/note/", {"text": "big", "attachments": big}
    )
    assert answer.status_code == 422
    assert "film.mp4" in answer.content.decode()


def test_home_shows_what_is_mine(signed_in: SignIn, ticket: Ticket, cast: Cast) -> None:
    tess = signed_in("tess")
    assert "Nothing is yours at the moment" in tess.get("/alder/desk/").content.decode()
    tess.post(f"/alder/desk/tickets/{ticket.number}/take/")
    assert "No internet" in tess.get("/alder/desk/").content.decode()


@pytest.mark.rule("S6")
def test_a_missed_promise_is_not_closed_away_by_just_anybody(
    signed_in: SignIn, ticket: Ticket, cast: Cast
) -> None:
    late = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    with open_scope(cast.staff_scope(name="tess")):
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="Fixed late", at=late)
    address, data = f"/alder/desk/tickets/{ticket.number}/close/", {"closed_as": "withdrawn"}
    refused = signed_in("tess").post(address, data)
    assert refused.status_code == 422
    assert "Only a lead or a manager" in refused.content.decode()
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).state == TicketState.FIXED
    assert signed_in("lena").post(address, data).status_code == 302


def test_what_does_not_fit_the_ticket_is_not_done(signed_in: SignIn, ticket: Ticket, cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="Fixed")
    signed_in("tess").post(
        f"/alder/desk/tickets/{ticket.number}/escalate/", {"to_stage": 3, "reason": "Late idea"}
    )
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).escalation_level == 1


def test_tickets_of_somebody_who_left_have_no_owner(signed_in: SignIn, ticket: Ticket, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        ticket_assign(ticket=ticket, assignee=cast.person("theo"))
        Person.objects.filter(pk=cast.person("theo").pk).update(is_active=False)
    page = signed_in("tess").get("/alder/desk/queue/?view=unassigned").content.decode()
    assert f"/desk/tickets/{ticket.number}/" in page


@pytest.mark.rule("S8")
def test_an_exempt_ticket_never_stands_under_missed(signed_in: SignIn, ticket: Ticket, cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="lena")):
        ticket_set_apart(ticket=ticket, apart="callout", reason="Emergency callout")
        assert Ticket.objects.get(pk=ticket.pk).next_due_at is None
