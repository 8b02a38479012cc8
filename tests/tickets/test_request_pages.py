"""The pages of everyday requests and approvals, through the whole web stack (Rule I10)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy.scope import open_scope
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.tickets.test_requests import MONDAY, ask
from tickets.models import (
    ApprovalState,
    Category,
    FormQuestion,
    QuestionKind,
    RequestApproval,
    RequestForm,
    Ticket,
    TicketState,
)

pytestmark = pytest.mark.rule("I10")
SignIn = Callable[[str], Client]
SENT: dict[str, str] = {QuestionKind.NUMBER: "3", QuestionKind.DATE: "2026-12-07", QuestionKind.YES_NO: "yes"}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def filled(form: RequestForm) -> dict[str, Any]:
    """What a browser sends for a form that was filled in."""
    data: dict[str, Any] = {}
    for one in form.questions.all():
        offered = one.choices[:2] if one.kind == QuestionKind.CHOICES else one.choices[:1]
        data[f"q{one.pk}"] = offered or SENT.get(one.kind, f"Answer {one.position}")
        if one.kind == QuestionKind.PERSON:
            data |= {f"q{one.pk}": "", f"q{one.pk}_name": f"Answer {one.position}"}
    return data


def test_each_everyday_request_is_sent_and_read_back(signed_in: SignIn, cast: Cast) -> None:
    rita = signed_in("rita")
    page = rita.get("/alder/portal/requests/new/").content.decode()
    with open_scope(cast.scope("rita")):
        school = cast.customer().pk
        forms = {form: filled(form) for form in RequestForm.objects.exclude(kind="category")}
    assert len(forms) == 6
    for form, data in forms.items():
        path = f"/alder/portal/requests/new/{form.pk}/"
        assert f'href="{path}"' in page
        gaps = rita.post(path, {"customer": school})
        assert gaps.status_code == 422
        assert "field--invalid" in gaps.content.decode()
        shown = rita.post(path, {"customer": school, **data}, follow=True).content.decode()
        assert ("waits for approval by" if form.needs_approval else "will reply by") in shown, form.title
        with open_scope(cast.scope("rita")):
            ticket = Ticket.objects.latest("pk")
            answers = list(ticket.asked.answers.all())
            assert len(answers) == len([one for one in data if data[one] != ""])
        for one in answers:
            assert f"<dt>{one.label}</dt>" in shown
            assert f"<dd>{one.value}</dd>" in shown


def test_people_may_be_chosen_from_the_own_school_only(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        form = RequestForm.objects.get(kind="leaver")
        who = form.questions.all()[0]
        hugo, remy, hillside = cast.person("hugo").pk, cast.person("remy").pk, cast.customer("hillside").pk
        data = {**filled(form), "customer": cast.customer().pk}
    path, rita = f"/alder/portal/requests/new/{form.pk}/", signed_in("rita")
    listed = rita.get(path).content.decode()
    assert (">Remy<" in listed, ">Hugo<" in listed) == (True, False)
    assert rita.post(path, {**data, f"q{who.pk}": hugo}).status_code == 422
    assert rita.post(path, {**data, "customer": hillside}).status_code == 422
    assert rita.post(path, {**data, f"q{who.pk}": remy}).status_code == 302
    with open_scope(cast.staff_scope()):
        answer = Ticket.objects.latest("pk").asked.answers.all()[0]
        assert (answer.value, answer.person_id) == ("Remy", remy)
    assert signed_in("rose").get(path.replace("alder", "birch")).status_code == 404  # of another provider
    with open_scope(cast.staff_scope()):
        RequestForm.objects.filter(pk=form.pk).update(is_active=False)
    assert rita.get(path).status_code == 404


def test_a_category_asks_its_own_questions_with_and_without_script(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        printer = RequestForm.objects.get(category__key="printer", kind="category")
        room = printer.questions.all()[0]
        category = Category.objects.get(key="printer")
        data = {
            "customer": cast.customer().pk,
            "category": category.pk,
            "level": ServiceLevel.objects.get(key="low").pk,
            "subject": "It jams",
            "text": "Every page",
        }
    rita, path = signed_in("rita"), "/alder/portal/requests/new/"
    part = rita.get(f"{path}questions/", {"category": category.pk}).content.decode()
    assert "Which room?" in part
    again = rita.post(path, {**data, "text": "", "then": "ask"})  # what is missing is no error yet
    assert (again.status_code, "Which room?" in again.content.decode()) == (200, True)
    assert "It jams" in again.content.decode()
    sent = rita.post(path, {**data, f"q{room.pk}": "B12"}, follow=True)
    assert "<dd>B12</dd>" in sent.content.decode()
    with open_scope(cast.scope("rita")):
        ticket = Ticket.objects.get()
        assert ticket.messages.get(direction="in").text == "What happens: Every page\nWhich room?: B12"
        assert (ticket.subject, ticket.state) == ("It jams", TicketState.NEW)


@pytest.mark.parametrize(("button", "state"), [("approve", "approved"), ("decline", "declined")])
def test_an_approver_decides_by_a_button_and_never_by_opening_a_page(
    signed_in: SignIn, cast: Cast, client: Client, button: str, state: str
) -> None:
    with open_scope(cast.scope("rita")):
        ticket = ask(cast, "equipment", needed_by=date(2026, 12, 14))
    path = f"/alder/portal/approvals/{ticket.number}/"
    assert client.get(path).status_code == 302  # to the sign-in page
    bea = signed_in("bea")
    assert "1 request waits for your approval" in bea.get("/alder/portal/").content.decode()
    assert path in bea.get("/alder/portal/approvals/").content.decode()
    for query in ("", f"?decision={button}&note=x"):
        assert bea.get(path + query).status_code == 200
    with open_scope(cast.staff_scope()):
        assert RequestApproval.objects.get().state == ApprovalState.WAITING
    if button == "decline":
        assert bea.post(path, {"decision": "decline", "note": " "}).status_code == 422
    assert bea.post(path, {"decision": button, "note": "As agreed"}).status_code == 302
    assert bea.post(path, {"decision": "decline", "note": "Twice"}).status_code == 302
    with open_scope(cast.staff_scope()):
        found = RequestApproval.objects.get()
        assert (found.state, found.note, found.decided_by) == (state, "As agreed", cast.person("bea"))
    assert (
        f"{state.title()} by Bea"
        in signed_in("rita").get(f"/alder/portal/requests/{ticket.number}/").content.decode()
    )


@pytest.mark.parametrize(
    ("who", "status"), [("bea", 200), ("rob", 200), ("ian", 404), ("rita", 403), ("fay", 403), ("hana", 404)]
)
def test_who_comes_to_an_approval(signed_in: SignIn, cast: Cast, who: str, status: int) -> None:
    with open_scope(cast.scope("rita")):
        ticket = ask(cast, "equipment")
    client, path = signed_in(who), f"/alder/portal/approvals/{ticket.number}/"
    assert client.get(path).status_code == status
    assert client.post(path, {"decision": "approve"}).status_code == (302 if status == 200 else status)


def test_the_desk_sees_who_is_waited_for_and_by_when_it_is_needed(
    signed_in: SignIn, cast: Cast, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    with open_scope(cast.scope("rita")):
        later = ask(cast, needed_by=date(2027, 1, 22))
        sooner = ask(cast, "leaver", needed_by=date(2026, 12, 14))
        undated = ask(cast, "room_move")
    tess = signed_in("tess")
    everything = tess.get("/alder/desk/queue/").content.decode()
    assert f"CON-{later.number}" not in everything
    tess.get("/alder/desk/queue/?view=approval")
    with at_most(15):
        page = tess.get("/alder/desk/queue/?view=approval").content.decode()
    places = [page.index(f"CON-{one.number}") for one in (sooner, later, undated)]
    assert places == sorted(places)
    assert "Needed by Mon 14 Dec" in page
    assert "Waiting for approval by Bea, Ian or Rob" in page
    shown = tess.get(f"/alder/desk/tickets/{sooner.number}/").content.decode()
    assert "No clock runs before" in shown
    assert "<dt>Who is leaving?</dt>" in shown
    assert "Account change" in shown


def test_the_queue_of_what_waits_goes_on_over_its_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tickets import queue

    monkeypatch.setattr("tickets.paging.PAGE_SIZE", 2)
    days = [date(2027, 1, 29), None, date(2027, 1, 22), None, date(2027, 1, 22)]
    with open_scope(cast.staff_scope()):
        for day in days:
            ask(cast, needed_by=day)
        view, tess = queue.VIEWS["approval"], cast.person("tess")
        first = queue.queue_page(view, queue.Filters(), tess, MONDAY)
        second = queue.queue_page(view, queue.Filters(), tess, MONDAY, after=first.older)
        third = queue.queue_page(view, queue.Filters(), tess, MONDAY, after=second.older)
        back = queue.queue_page(view, queue.Filters(), tess, MONDAY, before=third.newer)
        order = [one.asked.needed_by for page in (first, second, third) for one in page.rows]
        assert order == [days[2], days[4], days[0], None, None]
        assert [one.pk for one in back.rows] == [one.pk for one in second.rows]


def test_questions_are_those_of_the_form_that_is_asked(cast: Cast) -> None:
    """A category has three questions at most, none of which must be answered."""
    with open_scope(cast.staff_scope()):
        for form in RequestForm.objects.filter(kind="category").prefetch_related("questions"):
            assert 2 <= len(form.questions.all()) <= 3
        assert not FormQuestion.objects.filter(form__kind="category", is_required=True).exists()


def test_an_administrator_changes_forms_and_questions_without_script(signed_in: SignIn, cast: Cast) -> None:
    ada, base = signed_in("ada"), "/alder/settings/forms/"
    with open_scope(cast.staff_scope()):
        ticket = ask(cast, "leaver")
        low = ServiceLevel.objects.get(key="low").pk
        leaver = RequestForm.objects.get(kind="leaver")
        labels = [one.label for one in leaver.questions.all()]
        second = leaver.questions.all()[1].pk
    assert ada.post(f"{base}new/", {"kind": "other", "title": "Keys"}).status_code == 422  # no level
    sent = {"kind": "other", "title": "Keys", "level": low, "is_active": "on"}
    wrong = ada.post(f"{base}new/", {**sent, "needs_approval": "on"})
    assert (wrong.status_code, "Choose who may approve it." in wrong.content.decode()) == (422, True)
    answer = ada.post(f"{base}new/", {**sent, "needs_approval": "on", "approver_roles": ["it_lead"]})
    path = answer["Location"]
    question = {"label": "Which door?", "kind": "choice", "choices": "North\nSouth"}
    for bad in ({"choices": "North"}, {"choices": "North\nNorth"}, {"kind": "short"}, {"label": ""}):
        assert ada.post(f"{path}questions/new/", {**question, **bad}).status_code == 422, bad
    assert ada.post(f"{path}questions/new/", question).status_code == 302
    assert "Which door?" in ada.get(path).content.decode()
    assert "Keys" in signed_in("rita").get("/alder/portal/requests/new/").content.decode()

    assert ada.post(f"{base}questions/{second}/move/", {"to": "up"}).status_code == 302
    assert (
        ada.post(f"{base}questions/{second}/move/", {"to": "up"}).status_code == 302
    )  # it is the first already
    moved = [labels[1], labels[0], *labels[2:]]
    with open_scope(cast.staff_scope()):
        assert [one.label for one in leaver.questions.all()] == moved
    assert ada.get(f"{base}questions/{second}/remove/").status_code == 200
    assert ada.post(f"{base}questions/{second}/remove/").status_code == 302
    with open_scope(cast.staff_scope()):
        assert [one.label for one in leaver.questions.all()] == moved[1:]
        assert [one.label for one in ticket.asked.answers.all()] == labels  # as it was asked
        trail = AuditEntry.objects.filter(action="request_form.questions_changed", object_id=leaver.pk)
        assert trail.count() == 2


def test_a_category_has_one_list_of_questions(signed_in: SignIn, cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        taken, free = Category.objects.get(key="printer").pk, Category.objects.get(key="other").pk
    ada, path = signed_in("ada"), "/alder/settings/forms/new/"
    sent = {"kind": "category", "title": "Other", "is_active": "on"}
    for category, status in (("", 422), (taken, 422), (free, 302)):
        assert ada.post(path, {**sent, "category": category}).status_code == status
