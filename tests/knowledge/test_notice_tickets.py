"""Tickets that are about a notice: linked by staff or with one press, and answered together (rules I6, Y4, T6)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from knowledge.models import NoticeAudience, NoticeFollower, NoticeTicket, ServiceNotice
from knowledge.notice_mailing import stop_address
from knowledge.services import notice_answer, notice_join, notice_link, notice_unlink
from tests.cast import Cast
from tests.knowledge.notice_making import NOW, published, told, written
from tests.tickets.test_opening import open_one
from tickets.models import Direction, Ticket, TicketState
from tickets.services.base import ticket_lock
from tickets.services.confidential import ticket_make_confidential
from tickets.services.work import ticket_close

SignIn = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.rule("I6", "Y4")]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def linked(cast: Cast, notice: ServiceNotice, **more: Any) -> Ticket:
    """A ticket of Rita's that is about it."""
    with open_scope(cast.scope("tess")):
        ticket = open_one(cast, logged_at=NOW, **more)
        notice_link(notice=notice, ticket=ticket, by=cast.person("tess"))
        return ticket


def answer(cast: Cast, notice: ServiceNotice, tickets: list[Ticket], **more: Any) -> Any:
    with open_scope(cast.scope("lena")):
        ids = [one.pk for one in tickets]
        return notice_answer(
            notice=notice, ticket_ids=ids, text="It is over.", by=cast.person("lena"), **more
        )


def answers(cast: Cast, ticket: Ticket) -> list[str]:
    with open_scope(cast.scope("lena")):
        return list(ticket.messages.filter(direction=Direction.OUTGOING).values_list("text", flat=True))


def test_one_press_logs_a_linked_request_once_and_keeps_what_was_typed(cast: Cast, signed_in: SignIn) -> None:
    notice, rita = published(cast), signed_in("rita")
    home = rita.get("/alder/portal/").content.decode()
    assert "Yes, this is my problem" in home
    path = f"/alder/portal/notices/{notice.pk}/mine/"
    rita.post(path)
    once = rita.get(f"/alder/portal/notices/{notice.pk}/").context["form"]["once"].value()
    typed = {"subject": "No Wi-Fi in room 4", "text": "Since nine.", "once": str(once)}
    for _again in range(2):
        assert "We have " in rita.post(path, typed, follow=True).content.decode()
    with open_scope(cast.scope("tess")):
        first, second = NoticeTicket.objects.select_related("ticket__requester").all()
        assert (first.ticket.subject, second.ticket.subject) == ("Wi-Fi is slow", "No Wi-Fi in room 4")
        assert second.ticket.messages.get(direction=Direction.INCOMING).text == "Since nine."
        assert {one.ticket.requester.name for one in (first, second)} == {"Rita"}
        assert NoticeFollower.objects.get().person.name == "Rita"


def test_being_told_of_news_logs_nothing_and_ends_with_a_press(cast: Cast, signed_in: SignIn) -> None:
    notice, rita = published(cast), signed_in("rita")
    path = f"/alder/portal/notices/{notice.pk}/news/"
    assert "You get a mail when there is news." in rita.post(path, follow=True).content.decode()
    with open_scope(cast.scope("tess")):
        assert not Ticket.objects.exists()
        assert NoticeFollower.objects.get().ended_at is None
    assert "No more mail about this" in rita.get(f"/alder/portal/notices/{notice.pk}/").content.decode()
    rita.post(path, {"news": "stop"})
    with open_scope(cast.scope("tess")):
        assert NoticeFollower.objects.get().ended_at is not None


@pytest.mark.rule("T6")
def test_a_confidential_request_is_logged_and_linked_to_nothing(cast: Cast, signed_in: SignIn) -> None:
    notice = published(cast)
    typed = {"text": "It is about a child.", "is_confidential": "on"}
    signed_in("rita").post(f"/alder/portal/notices/{notice.pk}/mine/", typed)
    with open_scope(cast.scope("rita")):
        assert Ticket.objects.get().is_confidential
        assert not NoticeTicket.objects.exists()


@pytest.mark.rule("T2")
@pytest.mark.parametrize("kind", ["draft", "other school", "over"])
def test_what_a_school_does_not_read_takes_no_request_of_it(cast: Cast, signed_in: SignIn, kind: str) -> None:
    if kind == "draft":
        notice = written(cast)
    elif kind == "over":
        notice = told(cast, published(cast), "Done.", state="over")
    else:
        with open_scope(cast.scope("lena")):
            hillside = cast.customer("hillside")
        notice = published(cast, audience=NoticeAudience.SCHOOLS, schools=[hillside])
    rita = signed_in("rita")
    for name in ("mine", "news"):
        response = rita.post(f"/alder/portal/notices/{notice.pk}/{name}/")
        assert response.status_code == (302 if kind == "over" else 404)
    with open_scope(cast.staff_scope()):
        assert not Ticket.objects.exists()
        assert not NoticeFollower.objects.exists()


def test_staff_link_and_unlink_on_the_ticket(cast: Cast, signed_in: SignIn) -> None:
    notice, tess = published(cast), signed_in("tess")
    with open_scope(cast.scope("tess")):
        ticket = open_one(cast)
    beside = f"/alder/desk/tickets/{ticket.number}/beside/"
    assert "Link it" in tess.get(beside).content.decode()
    path = f"/alder/desk/notices/tickets/{ticket.number}/"
    for _again in range(2):
        tess.post(path, {"notice": notice.pk, "do": "link"})
    page = tess.get(beside).content.decode()
    assert "Not about this" in page
    assert "Link it" not in page
    assert f"{ticket.number} No internet" in tess.get(f"/alder/desk/notices/{notice.pk}/").content.decode()
    tess.post(path, {"notice": notice.pk, "do": "unlink"})
    assert "Link it" in tess.get(beside).content.decode()
    for bad in ("", "x", "9" * 30, "99999"):
        assert tess.post(path, {"notice": bad}).status_code == 302


def test_what_cannot_be_linked_says_why(cast: Cast) -> None:
    notice, ended = published(cast), told(cast, published(cast, "Old"), "Done.", state="over")
    with open_scope(cast.scope("tess")):
        hillside, tess = cast.customer("hillside"), cast.person("tess")
    other = published(cast, "Hillside", audience=NoticeAudience.SCHOOLS, schools=[hillside])
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        secret = open_one(cast, is_confidential=True, assignee=tess)
    refused = ((notice, secret, "confidential"), (ended, ticket, "not over"), (other, ticket, "not for this"))
    for one, about, words in refused:
        with open_scope(cast.scope("tess")), pytest.raises(ValidationError, match=words):
            notice_link(notice=one, ticket=about, by=tess)


@pytest.mark.rule("T6")
def test_all_open_linked_tickets_are_answered_once_and_failures_are_listed(cast: Cast) -> None:
    notice = published(cast)
    first, second, closed, secret = (linked(cast, notice, subject=f"Slow {one}") for one in range(4))
    with open_scope(cast.scope("lena")):
        ticket_close(ticket=closed, closed_as="spam")
        ticket_make_confidential(ticket=secret, reason="A child")
    notice = told(cast, notice, "Done.", state="over")
    done, failed = answer(cast, notice, [first, second, closed, secret])
    assert (done, failed) == (2, [])
    assert answers(cast, first) == answers(cast, second) == ["It is over."]
    assert answers(cast, secret) == []
    with pytest.raises(ValidationError):  # each has it once
        answer(cast, notice, [first, second])
    with open_scope(cast.scope("lena")):
        mails = OutboundMail.objects.filter(purpose="reply")
        assert mails.count() == 2
        notice_unlink(notice=notice, ticket=first)
        assert not NoticeTicket.objects.filter(ticket=first).exists()


def test_one_that_cannot_be_answered_holds_up_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = published(cast)
    first, second = linked(cast, notice), linked(cast, notice)

    def closing(ticket: Ticket) -> Ticket:
        """Somebody closes the first while the answers go out."""
        found = ticket_lock(ticket)
        if found.pk == first.pk:
            found.state = TicketState.CLOSED
        return found

    monkeypatch.setattr("knowledge.services.notice_links.ticket_lock", closing)
    done, (failed,) = answer(cast, notice, [first, second], is_fix=True)
    assert done == 1
    assert failed.ticket == first
    assert "closed already" in failed.why
    with open_scope(cast.scope("lena")):
        second.refresh_from_db()
        assert second.state == TicketState.FIXED


def test_technicians_write_drafts_and_leads_publish_and_answer(cast: Cast, signed_in: SignIn) -> None:
    tess, lena = signed_in("tess"), signed_in("lena")
    late = {"starts_at": "2026-11-23T09:10", "next_news_at": "2026-11-23T09:00", "do": "publish"}
    said = {"kind": "problem", "title": "Wi-Fi is slow", "text": "We look.", "audience": "all"}
    tess.post("/alder/desk/notices/new/", {**said, "starts_at": "2026-11-23T09:10", "do": "publish"})
    with open_scope(cast.staff_scope()):
        notice = ServiceNotice.objects.get()
    assert notice.is_draft
    assert lena.post("/alder/desk/notices/new/", {**said, **late}).status_code == 422
    with open_scope(cast.staff_scope()):
        assert ServiceNotice.objects.count() == 1  # what could not be published left nothing behind
    path = f"/alder/desk/notices/{notice.pk}/"
    for name in ("publish", "update", "answer"):
        assert tess.post(f"{path}{name}/", {"version": "1"}).status_code == 403
    changed = {**said, "title": "Wi-Fi at Oakfield", "starts_at": "2026-11-23T09:10", "version": "1"}
    assert tess.post(f"{path}change/", changed).status_code == 302
    assert lena.post(f"{path}publish/", {"version": "2"}).status_code == 302
    assert tess.post(f"{path}change/", {**changed, "version": "3"}).status_code == 403
    news = {"state": "known", "text": "A switch.", "next_news_at": "2026-11-23T11:00", "version": "3"}
    assert lena.post(f"{path}update/", news).status_code == 302
    stale = lena.post(f"{path}update/", {**news, "text": "Mine."})
    assert stale.status_code == 422
    assert "Somebody else has told something meanwhile." in stale.content.decode()
    assert 'name="version" value="4"' in stale.content.decode()
    with open_scope(cast.scope("lena")):
        rita = cast.person("rita")
        notice_join(notice=notice, customer=cast.customer(), person=rita)
    page = lena.get(path).content.decode()
    assert "Answer the linked tickets" in page
    with open_scope(cast.scope("lena")):
        ticket = Ticket.objects.get()
    sent = lena.post(f"{path}answer/", {"text": "Fine again.", "tickets": [ticket.pk]}, follow=True)
    assert "1 ticket has been answered." in sent.content.decode()
    listed = lena.get("/alder/desk/notices/?q=switch&state=known&school=&kind=problem").content.decode()
    assert "Wi-Fi at Oakfield" in listed
    assert "No notice fits" in lena.get("/alder/desk/notices/?q=cafeteria").content.decode()


def test_mail_is_stopped_with_one_press_and_never_by_opening_the_address(
    cast: Cast, signed_in: SignIn, client: Client
) -> None:
    notice = published(cast)
    signed_in("rita").post(f"/alder/portal/notices/{notice.pk}/news/")
    with open_scope(cast.staff_scope()):
        follower = NoticeFollower.objects.get()
        url = stop_address(follower.provider, follower)
    path = url[url.index("/alder/") :]
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 200
    with open_scope(cast.staff_scope()):
        assert NoticeFollower.objects.get().ended_at is None
    for _again in range(2):
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with open_scope(cast.staff_scope()):
        assert NoticeFollower.objects.get().ended_at == NOW
    assert strict.post(path.replace("/alder/", "/birch/")).status_code == 404
    assert strict.get(f"{path[:-4]}/").status_code == 404
