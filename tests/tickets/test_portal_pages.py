"""The school's pages, through the whole web stack."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.tenancy.scope import open_scope
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Category, Channel, Escalation, Ticket, TicketState
from tickets.selectors import everyday_forms
from tickets.services.conversation import note_add, ticket_reply
from tickets.services.work import ticket_close, ticket_fix

SignIn = Callable[[str], Client]
SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _saturday() -> object:
    with time_machine.travel(SATURDAY, tick=False) as traveller:
        yield traveller


@pytest.mark.rule("I6", "S9")
def test_a_teacher_logs_a_ticket_on_saturday_and_reads_the_promise(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        level = ServiceLevel.objects.get(name="Urgent").pk
        category = Category.objects.first()
        assert category is not None
        customer = cast.customer().pk
    rita = signed_in("rita")
    data = {
        "customer": customer,
        "category": category.pk,
        "level": level,
        "subject": "Wi-Fi",
        "text": "All rooms",
    }
    answer = rita.post("/alder/portal/requests/new/", data, follow=True)
    page = answer.content.decode()
    assert "Monday 23 November 2026 at 09:00" in page
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get()
        assert (ticket.channel, ticket.requester) == (Channel.PORTAL, cast.person("rita"))


@pytest.mark.rule("I9")
def test_a_school_without_the_desk_is_promised_the_next_visit_and_no_reply(
    signed_in: SignIn, cast: Cast
) -> None:
    with open_scope(cast.scope("hugo")):
        data = {
            "customer": cast.customer("hillside").pk,
            "category": Category.objects.values_list("pk", flat=True)[0],
            "level": ServiceLevel.objects.get(name="Low").pk,
            "subject": "Printer",
            "text": "Jams",
        }
    page = signed_in("hugo").post("/alder/portal/requests/new/", data, follow=True).content.decode()
    assert "next visit" in page
    assert "will reply by" not in page


def test_somebody_of_one_school_need_not_name_it(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        school, everyday = cast.customer().pk, everyday_forms()[0].pk
    rita = signed_in("rita")
    for page in ("new", f"new/{everyday}"):
        form = rita.get(f"/alder/portal/requests/{page}/").context["form"]
        assert form["customer"].value() == school, page


def test_a_form_with_gaps_comes_back_with_what_to_do(signed_in: SignIn) -> None:
    answer = signed_in("rita").post("/alder/portal/requests/new/", {"subject": "Wi-Fi"})
    assert answer.status_code == 422
    assert "Wi-Fi" in answer.content.decode()


def test_out_of_hours_the_portal_says_when_work_starts(signed_in: SignIn) -> None:
    page = signed_in("rita").get("/alder/portal/").content.decode()
    assert "We are closed now" in page
    assert "Mon 23 Nov 08:00" in page


@pytest.mark.rule("T2", "T3")
@pytest.mark.parametrize(
    ("name", "sees"), [("rita", True), ("remy", False), ("ian", True), ("rob", True), ("hugo", False)]
)
def test_who_sees_a_ticket(signed_in: SignIn, cast: Cast, name: str, sees: bool) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
    client = signed_in(name)
    assert client.get(f"/alder/portal/requests/{ticket.number}/").status_code == (200 if sees else 404)
    assert ("No internet" in client.get("/alder/portal/requests/").content.decode()) is sees


def test_notes_for_staff_stay_with_staff(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        note_add(ticket=ticket, author=cast.person("tess"), text="They did it again")
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="We are looking")
    page = signed_in("rita").get(f"/alder/portal/requests/{ticket.number}/").content.decode()
    assert "We are looking" in page
    assert "They did it again" not in page


def test_following_up_reopening_and_passing_up(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="Fixed")
    rita = signed_in("rita")
    base = f"/alder/portal/requests/{ticket.number}/"
    assert rita.post(f"{base}reopen/", {"reason": "Still down"}).status_code == 302
    assert rita.post(f"{base}add/", {"text": "In room 4 too"}).status_code == 302
    assert rita.post(f"{base}escalate/", {"reason": "A week now"}).status_code == 302
    with open_scope(cast.staff_scope()):
        fresh = Ticket.objects.get(pk=ticket.pk)
        assert fresh.state == TicketState.OPEN
        step = Escalation.objects.get()
        assert (step.to_stage, step.trigger, step.actor) == (3, "customer", cast.person("rita"))


@pytest.mark.rule("I1", "I6")
@pytest.mark.parametrize(("days", "takes"), [(27, True), (29, False)])
def test_what_was_closed_long_ago_stays_closed_as_it_does_for_mail(
    signed_in: SignIn, cast: Cast, days: int, takes: bool
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="Fixed")
        ticket_close(ticket=ticket)
        Ticket.objects.filter(pk=ticket.pk).update(closed_at=SATURDAY - timedelta(days=days))
    rita, base = signed_in("rita"), f"/alder/portal/requests/{ticket.number}/"
    page = rita.get(base).content.decode()
    words = "closed more than 28 days ago: please open a new one"
    link = f"/alder/portal/requests/new/?about={ticket.number}"
    assert (words in page, link in page) == (not takes, not takes)
    assert (f'action="{base}add/"' in page, f'action="{base}reopen/"' in page) == (takes, takes)
    for path, data in (("add/", {"text": "Again"}), ("reopen/", {"reason": "Again"})):
        with open_scope(cast.staff_scope()):
            before = Ticket.objects.filter(pk=ticket.pk).values("state", "closed_at")[0]
        answer = rita.post(base + path, data, follow=True)
        assert (words in answer.content.decode()) is not takes
        with open_scope(cast.staff_scope()):
            fresh = Ticket.objects.get(pk=ticket.pk)
            assert fresh.is_open is takes
            if takes:  # as it was, for the other way
                Ticket.objects.filter(pk=ticket.pk).update(**before)
    form = rita.get(link).content.decode()
    assert f"This is about my earlier request CON-{ticket.number}, No internet." in form


@pytest.mark.rule("T2")
def test_a_new_request_tells_nothing_of_one_that_the_asker_may_not_see(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
    for about in (str(ticket.number), "x", "9" * 40, "²"):
        page = signed_in("hugo").get(f"/alder/portal/requests/new/?about={about}")
        assert page.status_code == 200
        assert "No internet" not in page.content.decode()


@pytest.mark.rule("I6")
@pytest.mark.parametrize("allowed", [True, False])
def test_priority_is_theirs_to_change_only_where_the_provider_allows(
    signed_in: SignIn, cast: Cast, allowed: bool
) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast, level="Low")
        provider = cast.provider()
        provider.portal_may_set_level = allowed
        provider.save()
        urgent = ServiceLevel.objects.get(name="Urgent")
    data = {"level": urgent.pk, "reason": "Now everybody"}
    signed_in("rita").post(f"/alder/portal/requests/{ticket.number}/level/", data)
    with open_scope(cast.staff_scope()):
        assert (Ticket.objects.get(pk=ticket.pk).level == urgent) is allowed


@pytest.mark.rule("I9")
def test_scheduled_support_learns_that_requests_wait_for_the_visit(signed_in: SignIn) -> None:
    page = signed_in("hugo").get("/alder/portal/requests/new/").content.decode()
    assert "technician" in page


@pytest.mark.rule("I9")
def test_scheduled_support_is_promised_the_visit_and_no_reply(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast, who="hugo", school="hillside")
    hugo = signed_in("hugo")
    for address in ("/alder/portal/", f"/alder/portal/requests/{ticket.number}/"):
        page = hugo.get(address).content.decode()
        assert "next visit" in page
        assert "Reply promised by" not in page
