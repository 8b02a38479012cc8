"""Complaints: raised, passed up, decided, taken further; who may do what; what comes by time (rules E2, S14)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction
from django.test import Client

from accounts.models import StaffRole
from accounts.services import staff_create
from accounts.tenancy.scope import open_scope
from complaints.models import Complaint, ComplaintStep, Outcome, Stage, StepKind
from complaints.selectors import complaints_readable, deciders_of, may_decide, steps_of
from complaints.services import (
    complaint_decide,
    complaint_name,
    complaint_note,
    complaint_pass_up,
    complaint_raise,
    complaint_settings_save,
    complaint_unsatisfied,
)
from complaints.services.handling import complaint_look
from delivery.due import Moment
from delivery.models import Notification, OutboundMail
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Ticket
from tickets.tags import tags_of, with_tags

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.rule("E2")
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # a Friday, half an hour before the desk closes
ANSWER_BY = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)  # 40 working hours later
REMINDER = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)  # 30 working hours later


@pytest.fixture(autouse=True)
def _friday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def ticket_of_tess(cast: Cast) -> Ticket:
    with open_scope(cast.scope("tess")):
        return open_one(cast, assignee=cast.person("tess"))


def complain(cast: Cast, who: str = "rita", **more: Any) -> Complaint:
    """Somebody of a school complains in the portal."""
    with open_scope(cast.scope(who)):
        person = cast.person(who)
        school = "hillside" if who in {"hugo", "hana"} else "oakfield"
        if isinstance(more.get("about"), str):
            more["about"] = cast.person(more["about"])
        words = {"wrong": "Nobody came for a week", **more}
        return complaint_raise(customer=cast.customer(school), raised_by=person, **words)


def decide(cast: Cast, complaint: Complaint, who: str) -> Complaint:
    with open_scope(cast.scope(who)):
        return complaint_decide(
            complaint=complaint, by=cast.person(who), outcome=Outcome.UPHELD, done="We are sorry."
        )


def is_marked(complaint: Complaint) -> bool:
    """Whether the reader of the open scope sees in lists that somebody complains about the ticket."""
    (ticket,) = with_tags(Ticket.objects.filter(pk=complaint.ticket_id or 0))
    return "complaint" in {tag.kind for tag in tags_of(ticket)}


def mails(cast: Cast) -> list[OutboundMail]:
    with open_scope(cast.staff_scope()):
        return list(OutboundMail.objects.filter(subject__icontains="complaint").order_by("pk"))


def told(cast: Cast, key: str) -> set[str]:
    with open_scope(cast.staff_scope()):
        rows = Notification.objects.filter(key__startswith="complaint:", key__contains=key)
        return {one.person.name for one in rows.select_related("person")}


def test_the_acknowledgement_names_the_promise_in_clock_time(cast: Cast) -> None:
    complaint = complain(cast)
    assert complaint.answer_by == ANSWER_BY
    (mail,) = mails(cast)
    assert mail.recipients == ["rita@oakfield.example"]
    assert "-C1" in mail.subject
    assert "by Friday 27 November 2026 at 13:30" in mail.text
    assert "senior management at any time" in mail.text
    assert told(cast, ":raised") == {"Cass"}


def test_the_provider_sets_the_working_hours(cast: Cast) -> None:
    with open_scope(cast.scope("ada")):
        complaint_settings_save(answer_hours=1)
        with pytest.raises(ValidationError):
            complaint_settings_save(answer_hours=0)
    assert complain(cast).answer_by == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_numbers_run_through_all_schools(cast: Cast) -> None:
    assert [complain(cast, who).number for who in ("rita", "hugo", "ian")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("stage", "with_ticket", "about", "told_to"),
    [
        (Stage.TECHNICIAN, True, None, {"Tess"}),
        (Stage.SUCCESS_MANAGER, True, None, {"Cass"}),
        (Stage.SUCCESS_MANAGER, False, "cass", {"Lena"}),  # about the manager: the leads
        (Stage.LEADS, False, "lena", {"Sena"}),
        (Stage.SENIOR_MANAGEMENT, False, None, {"Sena"}),
        (Stage.SENIOR_MANAGEMENT, False, "sena", {"Ada"}),  # nobody above: the administrator
    ],
)
def test_whom_it_reaches(
    cast: Cast, stage: int, with_ticket: bool, about: str | None, told_to: set[str]
) -> None:
    ticket = ticket_of_tess(cast) if with_ticket else None
    complain(cast, to_stage=stage, ticket=ticket, about=about)
    assert told(cast, ":raised") == told_to


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"wrong": "  "}, "wrong"),
        ({"to_stage": Stage.TECHNICIAN}, "to_stage"),  # no request, so nobody in charge
        ({"to_stage": Stage.TECHNICIAN, "ticket": True, "about": "tess"}, "to_stage"),
        ({"about": "ian"}, "about"),
        ({"ticket": True, "who": "hugo"}, "ticket"),  # of another school
    ],
)
def test_what_is_refused(cast: Cast, given: dict[str, Any], field: str) -> None:
    if given.get("ticket"):
        given = {**given, "ticket": ticket_of_tess(cast)}
    with pytest.raises(ValidationError) as refused:
        complain(cast, **given)
    assert set(refused.value.message_dict) == {field}
    with open_scope(cast.staff_scope()):
        assert not Complaint.objects.exists()


# Who decides: at the stage or above. The administrator does only where nobody else is left.
@pytest.mark.parametrize(
    ("stage", "may"),
    [
        (Stage.TECHNICIAN, {"tess", "cass", "lena", "sena"}),
        (Stage.SUCCESS_MANAGER, {"cass", "lena", "sena"}),
        (Stage.LEADS, {"lena", "sena"}),
        (Stage.SENIOR_MANAGEMENT, {"sena"}),
    ],
)
def test_role_by_act(cast: Cast, stage: int, may: set[str]) -> None:
    complaint = complain(cast, to_stage=stage, ticket=ticket_of_tess(cast))
    with open_scope(cast.staff_scope()):
        staff = ("tess", "theo", "lena", "cass", "sena", "ada")
        assert {name for name in staff if may_decide(cast.person(name), complaint)} == may
        for name in may:  # and never about oneself
            Complaint.objects.filter(pk=complaint.pk).update(about=cast.person(name))
            complaint.refresh_from_db()
            assert not may_decide(cast.person(name), complaint), name
            assert cast.person(name).pk not in deciders_of(complaint)
            assert not complaints_readable(cast.person(name)).exists()
    with open_scope(cast.scope("rita")):
        assert not may_decide(cast.person("rita"), complaint)


def test_nobody_decides_about_themselves_also_not_past_the_service(cast: Cast) -> None:
    complaint = complain(cast, about="cass")
    with pytest.raises(PermissionDenied):
        decide(cast, complaint, "cass")
    with open_scope(cast.staff_scope()), pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.update(
            decided_by=complaint.about_id, decided_at=NOW, outcome=Outcome.NOT_UPHELD, wake_at=None
        )


def test_named_later_it_moves_on_and_is_kept_from_them(cast: Cast, signed_in: SignIn) -> None:
    complaint = complain(cast, to_stage=Stage.TECHNICIAN, ticket=ticket_of_tess(cast))
    path = f"/alder/desk/complaints/{complaint.pk}/"
    tess = signed_in("tess")
    assert tess.get(path).status_code == 200
    with open_scope(cast.scope("cass")):
        complaint_name(complaint=complaint, by=cast.person("cass"), about=cast.person("tess"))
        complaint.refresh_from_db()
        assert complaint.stage == Stage.SUCCESS_MANAGER
        assert is_marked(complaint)
    assert tess.get(path).status_code == 404
    assert tess.post(f"{path}decide/", {"outcome": "not_upheld", "done": "x"}).status_code == 404
    with open_scope(cast.scope("tess")):
        assert not is_marked(complaint)
    assert "Tess" not in mails(cast)[-1].text


def test_each_step_up_is_recorded_and_told(cast: Cast) -> None:
    complaint = complain(cast)
    with open_scope(cast.scope("cass")):
        cass = cast.person("cass")
        with pytest.raises(ValidationError):
            complaint_pass_up(complaint=complaint, by=cass, to_stage=Stage.SUCCESS_MANAGER, reason="Down")
        complaint_pass_up(complaint=complaint, by=cass, to_stage=Stage.LEADS, reason="A technical matter")
        step = ComplaintStep.objects.get(kind=StepKind.PASSED_UP)
    assert (step.from_stage, step.to_stage, step.by_id, step.at) == (2, 3, cass.pk, NOW)
    assert "A technical matter" in mails(cast)[-1].text
    assert told(cast, ":step:") == {"Lena"}
    with open_scope(cast.scope("rita")):  # the school reaches senior management at any time
        rita = cast.person("rita")
        complaint_pass_up(
            complaint=complaint, by=rita, to_stage=Stage.SENIOR_MANAGEMENT, reason="Still nothing"
        )
    assert told(cast, ":step:") == {"Lena", "Sena"}


def test_not_satisfied_once_and_then_senior_management_has_the_last_word(cast: Cast) -> None:
    complaint = decide(cast, complain(cast), "cass")
    assert "We are sorry." in mails(cast)[-1].text
    with open_scope(cast.scope("rita")):
        complaint = complaint_unsatisfied(complaint=complaint, by=cast.person("rita"), reason="No")
    assert (complaint.stage, complaint.is_open) == (Stage.SENIOR_MANAGEMENT, True)
    assert told(cast, ":unsatisfied") == {"Sena"}
    with pytest.raises(PermissionDenied):
        decide(cast, complaint, "cass")
    complaint = decide(cast, complaint, "sena")
    with open_scope(cast.scope("rita")):
        with pytest.raises(ValidationError):
            complaint_unsatisfied(complaint=complaint, by=cast.person("rita"), reason="No")
        first, second = steps_of(complaint, for_staff=False).filter(kind=StepKind.DECIDED)
    assert "Upheld" in first.text
    assert first.by != second.by


def test_what_senior_management_decides_at_first_is_final(cast: Cast) -> None:
    complaint = decide(cast, complain(cast), "sena")
    with open_scope(cast.scope("rita")), pytest.raises(ValidationError):
        complaint_unsatisfied(complaint=complaint, by=cast.person("rita"), reason="No")


def test_decided_once(cast: Cast) -> None:
    complaint = decide(cast, complain(cast), "cass")
    with pytest.raises(ValidationError) as refused:
        decide(cast, complaint, "lena")
    assert refused.value.code == "moved_on"


@pytest.mark.rule("S14")
def test_a_reminder_then_overdue_each_once(cast: Cast) -> None:
    complaint = complain(cast)
    for moment, soon, overdue in (
        (REMINDER - timedelta(seconds=1), set(), set()),
        (REMINDER, {"Cass"}, set()),
        (ANSWER_BY - timedelta(seconds=1), {"Cass"}, set()),
        (ANSWER_BY, {"Cass"}, {"Cass", "Lena"}),  # and those above
        (ANSWER_BY + timedelta(days=9), {"Cass"}, {"Cass", "Lena"}),
    ):
        for _again in range(2):
            sweep(now=moment)
        assert (told(cast, ":soon:"), told(cast, ":overdue:")) == (soon, overdue), moment
    with open_scope(cast.staff_scope()):
        assert complaint.steps.filter(kind=StepKind.OVERDUE).count() == 1
    with open_scope(cast.scope("rita")):
        assert not steps_of(complaint, for_staff=False).filter(kind=StepKind.OVERDUE).exists()


@pytest.mark.rule("S14")
def test_what_is_decided_is_not_reminded_of(cast: Cast) -> None:
    decide(cast, complain(cast), "cass")
    sweep(now=ANSWER_BY + timedelta(days=1))
    assert not told(cast, ":soon:") | told(cast, ":overdue:")


@pytest.mark.rule("S14")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the row lock"])
def test_two_sweepers_remind_once(cast: Cast, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    calls: list[str] = []
    complaint = complain(cast)
    monkeypatch.setattr("complaints.services.handling.staff_tell", lambda *_, key, **words: calls.append(key))
    both, scope = Barrier(2, timeout=10), cast.staff_scope()

    def work() -> None:
        try:
            if locked:
                both.wait()
                sweep(now=REMINDER, queues=["complaints"])
                return
            with open_scope(scope):
                own = Complaint.objects.select_related("customer").get(pk=complaint.pk)
                both.wait()
                complaint_look(own, Moment(REMINDER))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(work) for _worker in range(2)]:
            one.result(20)
    assert len(calls) == (1 if locked else 2)


@pytest.mark.rule("T2")
@pytest.mark.parametrize("who", ["remy", "hugo", "hana", "rose"])
def test_others_neither_read_nor_touch_it(cast: Cast, signed_in: SignIn, who: str) -> None:
    """A colleague who is no lead, another school, another provider."""
    complaint = complain(cast)
    provider = "birch" if who == "rose" else "alder"
    client, path = signed_in(who), f"/{provider}/portal/complaints/{complaint.pk}/"
    assert client.get(path).status_code == 404
    assert client.post(f"{path}further/", {"reason": "Mine"}).status_code == 404
    with open_scope(cast.scope(who)), pytest.raises((PermissionDenied, Complaint.DoesNotExist)):
        complaint_pass_up(complaint=complaint, by=cast.person(who), to_stage=4, reason="Mine")


def test_a_requester_cannot_complain_about_a_request_of_somebody_else(cast: Cast, signed_in: SignIn) -> None:
    ticket = ticket_of_tess(cast)  # Rita's
    remy = signed_in("remy")
    form = remy.get("/alder/portal/complaints/new/").context["form"]
    data = {"customer": form["customer"].value(), "wrong": "x", "to_stage": "2", "ticket": ticket.pk}
    assert remy.post("/alder/portal/complaints/new/", data).status_code == 422


def test_the_whole_way_through_the_pages(cast: Cast, signed_in: SignIn) -> None:
    ticket = ticket_of_tess(cast)
    rita, cass = signed_in("rita"), signed_in("cass")
    request = rita.get(f"/alder/portal/requests/{ticket.number}/").content.decode()
    assert f"/alder/portal/complaints/new/?about={ticket.number}" in request
    form = rita.get(f"/alder/portal/complaints/new/?about={ticket.number}").context["form"]
    data = {"customer": form["customer"].value(), "ticket": ticket.pk, "wrong": "Nobody came"}
    # About the technician, and to the technician: refused at its field.
    both = {**data, "about_technician": "on", "to_stage": Stage.TECHNICIAN.value}
    refused = rita.post("/alder/portal/complaints/new/", both)
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"to_stage"}
    data |= {"to_stage": "2", "once": str(form["once"].value())}
    answer, again = (rita.post("/alder/portal/complaints/new/", data) for _click in range(2))
    assert answer.status_code == 302
    assert answer["Location"] == again["Location"]  # sent twice, raised once
    assert "Complaint</span>" in cass.get("/alder/desk/queue/").content.decode()
    with open_scope(cast.scope("cass")):
        complaint = Complaint.objects.get()
        complaint_note(complaint=complaint, by=cast.person("cass"), text="Ask Tess first")
    assert (
        f"/alder/desk/complaints/{complaint.pk}/"
        in cass.get(f"/alder/desk/tickets/{ticket.number}/beside/").content.decode()
    )
    path = f"/alder/desk/complaints/{complaint.pk}/"
    assert cass.post(f"{path}decide/", {"outcome": "upheld"}).status_code == 422
    decision = {"outcome": "upheld", "done": "We came too late.", "change": "A second engineer"}
    assert cass.post(f"{path}decide/", decision).status_code == 302
    page = rita.get(answer["Location"]).content.decode()
    assert "We came too late." in page
    assert "Ask Tess first" not in page
    assert rita.post(f"/alder/portal/complaints/{complaint.pk}/further/", {"reason": "No"}).status_code == 302
    listed = signed_in("sena").get("/alder/desk/complaints/?state=open&stage=4").content.decode()
    assert "Nobody came" in listed
    assert (
        "A second engineer"
        not in signed_in("ada").get("/alder/desk/complaints/complaints.csv").content.decode()
    )


def test_recorded_by_staff(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("tess")):
        school = cast.customer("oakfield").pk
    data = {
        "customer": school,
        "channel": "phone",
        "wrong": "Rude",
        "to_stage": "2",
        "email": "sid@elsewhere.example",
    }
    tess = signed_in("tess")
    assert tess.post("/alder/desk/complaints/new/", data).status_code == 422
    assert (
        tess.post("/alder/desk/complaints/new/", {**data, "email": "RITA@oakfield.example"}).status_code
        == 302
    )
    with open_scope(cast.scope("tess")):
        complaint = Complaint.objects.get()
        assert (complaint.raised_by, complaint.recorded_by) == (cast.person("rita"), cast.person("tess"))
    assert mails(cast)[0].recipients == ["rita@oakfield.example"]


def test_a_success_manager_who_left_is_no_dead_end(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        staff_create(name="Carl", email="carl@alder.example", roles=(StaffRole.SUCCESS_MANAGER,))
        cass = cast.person("cass")
        cass.is_active = False
        cass.save()
    complain(cast)
    assert told(cast, ":raised") == {"Carl"}
