"""The desk's pages of visits as people use them: calendar, booking, each act, the engineer's day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Customer
from contracts.models import VisitSlot
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.visits.conftest import NOW, TUESDAY, School, at
from tickets.services.opening import ticket_open
from visits.models import EngineerAbsence, Visit, VisitState
from visits.services import visit_cancel, visit_miss, visit_move

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
DESK = "/alder/desk/visits/"


def words_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def again(visit: Visit) -> Visit:
    return Visit.objects.get(pk=visit.pk)


@pytest.mark.rule("P2", "S3")
@pytest.mark.parametrize("view", ["day", "week", "month"])
def test_the_calendar_names_what_closes_a_day(view: str, willow: School, signed_in: SignIn) -> None:
    EngineerAbsence.objects.create(
        engineer=willow.theo, kind="ill", first_day=date(2026, 12, 24), last_day=date(2026, 12, 24)
    )
    shown = words_of(signed_in("tess").get(f"{DESK}?view={view}&day=2026-12-25"))
    assert "Christmas shutdown 2026" in shown
    assert "Christmas Day" in shown
    assert ("Theo is away" in shown) == (view != "day")


def test_the_calendar_shows_one_engineer_or_all(willow: School, signed_in: SignIn) -> None:
    willow.book()
    willow.book(willow.slot("PM"), willow.theo)
    tess = signed_in("tess")
    everybody = words_of(tess.get(f"{DESK}?day=2026-11-24"))
    assert everybody.count("<strong>Willow</strong>") == 2
    one = words_of(tess.get(f"{DESK}?day=2026-11-24&engineer={willow.theo.pk}"))
    assert one.count("<strong>Willow</strong>") == 1
    assert tess.get(f"{DESK}?day=nonsense&view=year&engineer=x").status_code == 200


@pytest.mark.rule("P2", "P9")
def test_booking_shows_what_is_left_and_who_is_free_first(willow: School, signed_in: SignIn) -> None:
    willow.book()
    tess = signed_in("tess")
    asked = tess.get(f"{DESK}new/?school=willow&kind=scheduled&day=2026-11-24")
    page = asked["Location"]
    shown = words_of(tess.get(page))
    assert "9 of 10 left" in shown
    free = words_of(tess.get(f"{DESK}free/willow/scheduled/?day=2026-11-24"))
    assert "Tess has another visit then: Willow" in free
    assert f"engineer={willow.theo.pk}" in free
    slot = VisitSlot.objects.get(package=willow.contract.package, name="AM")
    form = {"day": "2026-11-24", "slot": slot.pk, "engineer": willow.theo.pk, "tells_school": "on"}
    made = tess.post(page, form)
    assert made.status_code == 302
    assert Visit.objects.latest("pk").engineer == willow.theo


@pytest.mark.rule("P2", "S3")
def test_what_stands_against_a_booking_is_said_at_its_field(willow: School, signed_in: SignIn) -> None:
    slot = VisitSlot.objects.get(package=willow.contract.package, name="AM")
    form = {"day": "2026-12-25", "slot": slot.pk, "engineer": willow.tess.pk}
    answer = signed_in("tess").post(f"{DESK}new/willow/scheduled/", form)
    assert answer.status_code == 422
    assert answer.context["form"].errors["day"]
    assert not Visit.objects.filter(contract=willow.contract).exists()


@pytest.mark.rule("P4")
def test_a_callout_is_booked_with_its_level(willow: School, signed_in: SignIn) -> None:
    form = {
        "level": ServiceLevel.objects.get(key="urgent").pk,
        "day": "2026-11-24",
        "starts": "10:00",
        "ends": "11:30",
        "engineer": willow.tess.pk,
        "reason": "No server",
    }
    assert signed_in("tess").post(f"{DESK}new/willow/callout/", form).status_code == 302
    assert Visit.objects.latest("pk").kind == "callout"


def test_no_contract_says_so(willow: School, signed_in: SignIn) -> None:
    shown = words_of(signed_in("tess").get(f"{DESK}new/willow/scheduled/?day=2020-01-01"))
    assert "Willow has no contract that holds on Wed 1 Jan 2020." in shown


@pytest.mark.rule("P2")
def test_a_visit_moves_and_its_history_says_who_and_why(willow: School, signed_in: SignIn) -> None:
    visit = willow.book()
    form = {
        "day": "2026-11-25",
        "slot": visit.slot_id,
        "engineer": willow.theo.pk,
        "reason": "The hall is used for exams",
        "sequence": visit.sequence,
    }
    theo = signed_in("theo")
    assert theo.post(f"{DESK}{visit.pk}/move/", form).status_code == 302
    assert again(visit).day == date(2026, 11, 25)
    shown = words_of(theo.get(f"{DESK}{visit.pk}/"))
    assert "The hall is used for exams" in shown
    assert "Before: Tue 24 Nov 2026, 08:30 to 10:30, Tess" in shown
    assert "Theo" in shown


@pytest.mark.rule("P2")
def test_an_old_page_is_stopped_with_words(willow: School, signed_in: SignIn) -> None:
    """Else two people who cancel and move at once would each believe that theirs holds."""
    visit = willow.book()
    visit_move(visit=visit, sequence=0, when=willow.slot(day=date(2026, 11, 25)), reason="Exams")
    answer = signed_in("tess").post(f"{DESK}{visit.pk}/cancel/", {"reason": "Closed", "sequence": 0})
    assert answer.status_code == 409
    assert "Somebody has changed this visit meanwhile" in words_of(answer)
    assert 'value="Closed"' in words_of(answer)
    assert again(visit).state == VisitState.BOOKED
    # Sent again from the page as it is now, it holds.
    form = {"reason": "Closed", "sequence": answer.context["form"]["sequence"].value()}
    assert signed_in("tess").post(f"{DESK}{visit.pk}/cancel/", form).status_code == 302
    assert again(visit).state == VisitState.CANCELLED


@pytest.mark.rule("P2")
def test_a_missed_visit_stands_in_the_calendar_until_it_is_rescheduled(
    willow: School, signed_in: SignIn
) -> None:
    visit = willow.book()
    tess = signed_in("tess")
    with time_machine.travel(NOW + timedelta(days=1, hours=8), tick=False):
        assert (
            tess.post(f"{DESK}{visit.pk}/miss/", {"reason": "Tess is ill", "sequence": 0}).status_code == 302
        )
        assert "Missed, and nothing in its place yet" in words_of(tess.get(DESK))
        form = {"day": "2026-11-26", "slot": visit.slot_id, "engineer": willow.tess.pk, "sequence": 1}
        assert tess.post(f"{DESK}{visit.pk}/reschedule/", form).status_code == 302
        assert "Missed, and nothing in its place yet" not in words_of(tess.get(DESK))
        assert "In its place:" in words_of(tess.get(f"{DESK}{visit.pk}/"))


@pytest.mark.rule("P3")
def test_remote_support_in_lieu_is_recorded_until_none_is_owed(willow: School, signed_in: SignIn) -> None:
    visit = willow.book()
    tess = signed_in("tess")
    tess.post(f"{DESK}{visit.pk}/in-lieu/", {"reason": "Snow", "sequence": 0})
    assert "120 minutes are still owed." in words_of(tess.get(f"{DESK}{visit.pk}/"))
    form = {"day": "2026-11-23", "starts": "08:00", "minutes": 50, "by": willow.tess.pk, "sequence": 1}
    assert tess.post(f"{DESK}{visit.pk}/session/", form).status_code == 302
    assert "70 minutes are still owed." in words_of(tess.get(f"{DESK}{visit.pk}/"))


@pytest.mark.rule("P3")
def test_remote_support_in_lieu_sent_twice_is_recorded_once(willow: School, signed_in: SignIn) -> None:
    tess, visit = signed_in("tess"), willow.book()
    tess.post(f"{DESK}{visit.pk}/in-lieu/", {"reason": "Snow", "sequence": 0})
    drawn = tess.get(f"{DESK}{visit.pk}/session/").context["form"]
    form = {"day": "2026-11-23", "starts": "08:00", "minutes": "30", "by": willow.tess.pk, "sequence": 1}
    form["once"] = str(drawn["once"].value())
    for _turn in range(2):
        assert tess.post(f"{DESK}{visit.pk}/session/", form).status_code == 302
    assert visit.sessions_in_lieu.count() == 1
    tess.post(f"{DESK}{visit.pk}/session/", {**form, "starts": "08:30"})  # other words are another session
    assert visit.sessions_in_lieu.count() == 2


def test_what_does_not_fit_leads_back(willow: School, signed_in: SignIn) -> None:
    visit = willow.book()
    tess = signed_in("tess")
    for action in ("depart", "reschedule", "session", "undo", "nonsense"):
        assert tess.get(f"{DESK}{visit.pk}/{action}/")["Location"] == f"{DESK}{visit.pk}/"
    for action in ("move", "hand-over", "cancel", "in-lieu"):
        assert tess.get(f"{DESK}{visit.pk}/{action}/").status_code == 200


def test_the_engineers_day_from_arriving_to_leaving(willow: School, alder: Cast, signed_in: SignIn) -> None:
    Customer.objects.filter(slug="willow").update(address="1 Willow Lane\nOtterby", phone="01632 960001")
    ticket_open(
        customer=willow.contract.customer,
        requester=alder.person("wilma"),
        subject="Projector in room 4",
        text="Dark",
        level=ServiceLevel.objects.get(key="low"),
        channel="email",
    )
    visit = willow.book()
    tess = signed_in("tess")
    assert "No visits for you today" in words_of(tess.get(f"{DESK}today/"))
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        shown = words_of(tess.get(f"{DESK}today/"))
        assert all(words in shown for words in ("1 Willow Lane", "tel:+441632960001", "Projector in room 4"))
        assert "Willow" not in words_of(signed_in("theo").get(f"{DESK}today/")).replace("Willow Lane", "")
        there = tess.post(f"{DESK}{visit.pk}/arrive/", {"sequence": 0, "then": "today"})
        assert there["Location"] == f"{DESK}today/"
        assert again(visit).state == VisitState.ON_SITE
        empty = tess.post(f"{DESK}{visit.pk}/depart/", {"sequence": 1, "work_done": " ", "then": "today"})
        assert empty.status_code == 422
        form = {"sequence": 1, "work_done": "New lamp", "signed_by": "Wilma", "then": "today"}
        assert tess.post(f"{DESK}{visit.pk}/depart/", form).status_code == 302
        assert "New lamp" in words_of(tess.get(f"{DESK}today/"))
        assert again(visit).signed_by == "Wilma"
        undone = {"sequence": 2, "reason": "Not finished"}
        assert tess.post(f"{DESK}{visit.pk}/undo/", undone).status_code == 302
        assert again(visit).state == VisitState.ON_SITE


@pytest.mark.rule("P9")
def test_the_ledger_adds_up_to_what_is_left(willow: School, signed_in: SignIn) -> None:
    visit = willow.book()
    willow.book(willow.slot("PM"))
    visit_cancel(visit=visit, sequence=0, reason="=HYPERLINK(1)")
    cass = signed_in("cass")
    page = cass.get(f"{DESK}contracts/{willow.contract.pk}/lines/?day={TUESDAY}")
    assert [line.left for line in page.context["page"].lines] == [9, 8, 9]
    assert "9 of 10 left" in words_of(page)
    file = cass.get(f"{DESK}contracts/{willow.contract.pk}/lines.csv").content.decode()
    assert "'=HYPERLINK(1)" in file
    assert file.count("\r\n") == 5


@pytest.mark.rule("P5", "P9")
def test_a_contracts_page_shows_allowances_and_next_visits(willow: School, signed_in: SignIn) -> None:
    willow.book()
    willow.book(at("13:00", "14:00"), kind="on_demand")
    for who, path in (("cass", "desk"), ("wilma", "portal")):
        client, key = signed_in(who), willow.contract.pk
        page = f"/alder/{path}/visits/contracts/{key}/"
        assert f'hx-get="{page}"' in words_of(client.get(f"/alder/{path}/contracts/{key}/"))
        shown = words_of(client.get(page))
        assert "9 of 10 left" in shown
        assert "9 visits are still to be booked" in shown
        assert "Tue 24 Nov 2026 08:30" in shown
    assert "Line by line" not in shown


@pytest.mark.rule("P2")
def test_a_reason_for_staff_is_on_no_page_of_the_school(willow: School, signed_in: SignIn) -> None:
    visit = willow.book()
    with time_machine.travel(NOW + timedelta(days=1, hours=8), tick=False):
        visit_miss(visit=visit, sequence=0, reason="Tess is ill")
        wilma = signed_in("wilma")
        for path in ("visits/", f"contracts/{willow.contract.pk}/"):
            shown = words_of(wilma.get(f"/alder/portal/{path}"))
            assert "Missed by us" in shown or path != "visits/"
            assert "is ill" not in shown


@pytest.mark.rule("P9", "I6")
def test_the_school_sees_visits_and_asks_for_one(willow: School, signed_in: SignIn) -> None:
    visit = willow.book()
    Visit.objects.filter(pk=visit.pk).update(state="done", day=date(2026, 11, 17), work_done="New switch")
    willow.book(willow.slot("PM"))
    wilma = signed_in("wilma")
    page = wilma.get("/alder/portal/visits/")
    shown = words_of(page)
    assert all(words in shown for words in ("New switch", "Tue 24 Nov 2026", page.context["left"]["url"]))
    asked = wilma.get(page.context["on_demand"].address)
    assert asked.context["form"].initial["category"] is not None
    assert asked.context["form"].initial["customer"] == willow.contract.customer_id


def test_a_package_without_visits_on_demand_says_so(signed_in: SignIn, willow: School) -> None:
    """Hillside's package, Scheduled Support, has no desk access either."""
    page = signed_in("hana").get("/alder/portal/visits/")
    assert page.context["on_demand"].address == ""
    assert page.context["on_demand"].answer.wording in page.content.decode()


def test_a_requester_sees_who_comes_and_not_what_is_left(signed_in: SignIn, willow: School) -> None:
    page = signed_in("rita").get("/alder/portal/visits/")
    assert page.context["left"] is None
    assert page.context["page"] is None


@pytest.mark.rule("P5")
def test_fair_use_is_set_for_a_package_and_for_a_school(willow: School, signed_in: SignIn) -> None:
    ada, package = signed_in("ada"), willow.contract.package
    rule = f"/alder/settings/allowances/{package.pk}/remote_session/"
    wrong = ada.post(rule, {"period": "school_year", "norm": 40, "carry_over": 0, "warn_at": "80, lots"})
    assert wrong.context["form"].errors["warn_at"]
    right = {"period": "school_year", "norm": 40, "carry_over": 0, "warn_at": "50, 90 %"}
    assert ada.post(rule, right).status_code == 302
    made = package.allowance_rules.get(kind="remote_session")
    assert (made.norm, made.warn_at) == (40, [50, 90])
    own = f"/alder/settings/contracts/{willow.contract.pk}/fair-use/remote_session/"
    assert ada.post(own, {"norm": 60, "note": "New building"}).status_code == 302
    assert "New building" in words_of(ada.get("/alder/settings/allowances/"))
    assert ada.get(f"{own}end/").status_code == 200
    assert ada.post(f"{own}end/").status_code == 302
    assert not willow.contract.fair_use_agreements.exists()
    assert ada.get(own.replace("remote_session", "scheduled_visit")).status_code == 404


@pytest.mark.rule("P9")
def test_a_ticket_shows_what_is_left(willow: School, alder: Cast, signed_in: SignIn) -> None:
    ticket = ticket_open(
        customer=willow.contract.customer,
        requester=alder.person("wilma"),
        subject="Projector in room 4",
        text="Dark",
        level=ServiceLevel.objects.get(key="low"),
        channel="email",
    )
    tess = signed_in("tess")
    shown = words_of(tess.get(f"/alder/desk/tickets/{ticket.number}/"))
    page = f"{DESK}contracts/{willow.contract.pk}/"
    assert f'hx-get="{page}"' in shown
    assert "10 of 10 left" in words_of(tess.get(page))


def test_booking_keeps_to_its_queries_with_engineers(
    willow: School, signed_in: SignIn, at_most: Callable[[int], Any]
) -> None:
    willow.book()
    tess = signed_in("tess")
    visit = willow.book(willow.slot("PM"))
    for page in (
        "new/willow/scheduled/",
        "free/willow/scheduled/",
        f"{visit.pk}/move/",
        f"{visit.pk}/",
        "today/",
    ):
        path = f"{DESK}{page}?day={TUESDAY}"
        assert tess.get(path).status_code == 200
        with at_most(15 + 1):  # one restores the scope of the test itself
            tess.get(path)


def test_who_has_an_engineer_all_the_time_need_not_ask(signed_in: SignIn, willow: School) -> None:
    """Oakfield's package is Full Managed."""
    assert signed_in("ian").get("/alder/portal/visits/").context["on_demand"].address == ""
