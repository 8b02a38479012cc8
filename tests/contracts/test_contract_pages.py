"""The pages of contracts: variations from the form to the queue, the page for staff and school, what is due."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Customer, Person
from accounts.tenancy.scope import open_scope
from contracts.models import Contract, ContractDocument, Obligation, ObligationReview, Variation
from contracts.obligations import obligations_of
from contracts.services import contract_end, obligation_review, variation_add
from contracts.services.variations import VariedValue
from sla.models import ServiceLevel
from tests.cast import Cast
from tickets.models import Ticket
from tickets.services.opening import ticket_open

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> object:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def words_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def key_of(cast: Cast, school: str = "oakfield") -> int:
    with open_scope(cast.staff_scope()):
        return Contract.objects.get(customer__slug=school).pk


def posted(cast: Cast, **fields: Any) -> dict[str, Any]:
    with open_scope(cast.staff_scope()):
        common = {
            "level": ServiceLevel.objects.get(key="urgent").pk,
            "number": "0.5",
            "holds_from": "2026-11-23",
            "holds_until": "",
            "extent": "new",
            "note": "As agreed with the governors",
            "approved_by": cast.person("rob").pk,
        }
    return {**common, **fields}


@pytest.mark.rule("P8", "S13", "I3")
def test_a_variation_is_shown_before_it_moves_open_requests_and_holds_for_new_ones(
    cast: Cast, signed_in: SignIn
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = ticket_open(
            customer=cast.customer(),
            requester=cast.person("rita"),
            subject="No internet",
            text="Nothing works",
            channel="portal",
            level=ServiceLevel.objects.get(key="urgent"),
        )
    cass, address = signed_in("cass"), f"/alder/settings/contracts/{key_of(cast)}/variations/response/"
    shown = cass.post(address, posted(cast))
    assert "Nothing is saved yet" in words_of(shown)
    assert "1 deadline of an open request moves; 0 no longer missed; 0 newly missed." in words_of(shown)
    with open_scope(cast.staff_scope()):
        assert not Variation.objects.exists()
    done = cass.post(address, posted(cast, confirm="yes"))
    assert done["Location"] == f"/alder/desk/contracts/{key_of(cast)}/"
    with open_scope(cast.staff_scope(name="tess")):
        moved = Ticket.objects.select_related("response_clock").get(pk=ticket.pk)
        assert moved.response_clock is not None
        assert moved.next_due_at == moved.response_clock.due_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
        later = ticket_open(
            customer=cast.customer(),
            requester=cast.person("rita"),
            subject="No internet again",
            text="Nothing works",
            channel="portal",
            level=ServiceLevel.objects.get(key="urgent"),
        )
        assert later.promise_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    page = words_of(cass.get(done["Location"]))
    for wanted in (
        "Reply time, Urgent",
        "within 30 min of working time",
        "As agreed with the governors",
        "Rob",
    ):
        assert wanted in page
    history = words_of(cass.get(f"/alder/desk/tickets/{ticket.number}/deadline/{ticket.response_clock_id}/"))
    assert "Variation of the contract: Reply time from 2026-11-23" in history
    assert f"/alder/desk/contracts/{key_of(cast)}/" in words_of(
        cass.get(f"/alder/desk/tickets/{ticket.number}/")
    )


@pytest.mark.rule("P8")
@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"holds_until": "2026-11-01"}, "holds_until", "The last day is before the first."),
        ({"holds_from": "2020-01-01"}, "holds_from", "The contract begins on 2024-09-01."),
        ({"level": "999999"}, "level", "Select a valid choice"),
        ({"approved_by": ""}, "approved_by", "This field is required."),
    ],
)
def test_mistakes_are_told_at_their_field(
    cast: Cast, signed_in: SignIn, change: dict[str, str], field: str, words: str
) -> None:
    address = f"/alder/settings/contracts/{key_of(cast)}/variations/response/"
    answer = signed_in("cass").post(address, posted(cast, **change))
    assert answer.status_code == 422
    assert words in answer.context["form"].errors[field][0]
    with open_scope(cast.staff_scope()):
        assert not Variation.objects.exists()


@pytest.mark.rule("P8")
def test_an_overlap_is_told_at_its_field_and_a_line_is_ended_and_withdrawn_by_others(
    cast: Cast, signed_in: SignIn
) -> None:
    cass, address = signed_in("cass"), f"/alder/settings/contracts/{key_of(cast)}/variations/response/"
    assert cass.post(address, posted(cast)).status_code == 302
    again = cass.post(address, posted(cast, holds_from="2027-01-01"))
    assert "already holds from 2026-11-23" in again.context["form"].errors["holds_from"][0]
    with open_scope(cast.staff_scope()):
        first = Variation.objects.get().pk
    ended = cass.post(
        f"/alder/settings/variations/{first}/replace/", posted(cast, holds_until="2026-12-31", confirm="yes")
    )
    assert ended.status_code == 302
    assert cass.get(f"/alder/settings/variations/{first}/replace/").status_code == 404
    with open_scope(cast.staff_scope()):
        second = Variation.objects.get(replaces=first)
        rob = cast.person("rob").pk
    taken = cass.post(
        f"/alder/settings/variations/{second.pk}/withdraw/", {"note": "Wrong school", "approved_by": rob}
    )
    assert taken.status_code == 302
    page = words_of(cass.get(f"/alder/desk/contracts/{key_of(cast)}/"))
    assert "Takes back" in page
    assert "Agreed otherwise than in the package" not in page


@pytest.mark.rule("P8")
def test_the_terms_of_another_day(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope(name="cass")):
        contract = Contract.objects.select_related("package__version").get(customer__slug="oakfield")
        value = VariedValue(level=ServiceLevel.objects.get(key="urgent"), number=30)
        variation_add(
            contract=contract,
            varied="response",
            value=value,
            holds_from=date(2027, 1, 4),
            approved_by=cast.person("cass"),
        )
    for address in (f"desk/contracts/{contract.pk}/timeline/", f"portal/contracts/{contract.pk}/"):
        client = signed_in("cass" if address.startswith("desk") else "ian")
        for day, wanted in (("2027-01-03", False), ("2027-01-04", True), ("nonsense", False)):
            page = words_of(client.get(f"/alder/{address}?on={day}"))
            assert ("Agreed otherwise than in the package" in page) is wanted, (address, day)
    assert "does not hold on this day" in words_of(
        signed_in("ian").get(f"/alder/portal/contracts/{contract.pk}/?on=2020-01-01")
    )


@pytest.mark.rule("T3", "E6")
def test_the_school_reads_its_contract_contacts_and_obligations(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope(name="cass")):
        Person.objects.filter(name="Cass").update(phone="01632 960123")
        Contract.objects.filter(customer__slug="oakfield").update(notes="Handle with care")
    page = words_of(signed_in("bea").get(f"/alder/portal/contracts/{key_of(cast)}/"))
    for wanted in ("Cass", "tel:+441632960123", "mailto:cass@alder.example", "Fay", "Acceptable use policy"):
        assert wanted in page, wanted
    for hidden in ("Handle with care", "Review due", "/settings/"):
        assert hidden not in page, hidden
    assert "Contract" in words_of(signed_in("ian").get("/alder/portal/"))
    assert '"/alder/portal/contracts/"' not in words_of(signed_in("rita").get("/alder/portal/"))
    assert signed_in("fay").get(f"/alder/portal/contracts/{key_of(cast)}/").status_code == 403


@pytest.mark.rule("E6")
def test_a_review_is_a_new_line_and_an_overdue_one_is_shown(cast: Cast, signed_in: SignIn) -> None:
    cass = signed_in("cass")
    with open_scope(cast.staff_scope(name="cass")):
        policy = Obligation.objects.get(name="Acceptable use policy")
        obligation_review(
            customer=cast.customer(),
            obligation=policy,
            state="met",
            reviewed_on=date(2025, 11, 23),
            today=MONDAY.date(),
        )
        before = Obligation.objects.count()
    overdue = {
        one["contract"].customer.slug: one["count"]
        for one in cass.get("/alder/desk/contracts/").context["overdue"]
    }
    assert overdue == {"oakfield": before - 1, "hillside": before}
    address = f"/alder/settings/customers/oakfield/obligations/{policy.pk}/"
    wrong = cass.post(address, {"state": "met", "reviewed_on": "2026-12-24"})
    assert "This day has not come yet." in wrong.context["form"].errors["reviewed_on"]
    done = cass.post(
        address, {"state": "partly", "reviewed_on": "2026-11-20", "note": "Pupils have not signed"}
    )
    assert done["Location"] == f"/alder/desk/contracts/{key_of(cast)}/"
    page = words_of(cass.get(done["Location"]))
    assert "Pupils have not signed" in page
    assert "1 earlier review" in page
    with open_scope(cast.staff_scope()):
        assert ObligationReview.objects.count() == 2
    assert signed_in("tess").post(address, {}).status_code == 403


@pytest.mark.rule("E6")
@pytest.mark.parametrize(("day", "is_overdue"), [(22, True), (23, False)])
def test_a_review_is_due_again_after_its_months(cast: Cast, day: int, is_overdue: bool) -> None:
    with open_scope(cast.staff_scope(name="cass")):
        policy, school = Obligation.objects.get(name="Acceptable use policy"), cast.customer()
        looked_at = date(2025, 11, day)
        obligation_review(
            customer=school, obligation=policy, state="met", reviewed_on=looked_at, today=MONDAY.date()
        )
        lines = {one.obligation.name: one for one in obligations_of(school.pk, MONDAY.date())}
    assert lines["Acceptable use policy"].is_overdue is is_overdue
    assert lines["Warranties"].is_overdue


@pytest.mark.rule("E6")
def test_an_administrator_adds_an_obligation_and_a_manager_may_not(cast: Cast, signed_in: SignIn) -> None:
    data = {"name": "Data protection officer", "wording": "Name one.", "review_months": "6"}
    assert signed_in("cass").post("/alder/settings/obligations/new/", data).status_code == 403
    assert signed_in("ada").post("/alder/settings/obligations/new/", data).status_code == 302
    again = signed_in("ada").post("/alder/settings/obligations/new/", data)
    assert "There is such an obligation already." in again.context["form"].errors["name"]
    assert "Name one." in words_of(signed_in("ian").get(f"/alder/portal/contracts/{key_of(cast)}/"))


def test_documents_are_downloads_and_leave_with_a_reason(
    cast: Cast, signed_in: SignIn, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    cass, address = signed_in("cass"), f"/alder/settings/contracts/{key_of(cast)}/documents/new/"
    page = SimpleUploadedFile("../signed.html", b"<script>alert(1)</script>", "text/html")
    assert cass.post(address, {"title": "Signed agreement", "file": page}).status_code == 302
    assert cass.post(address, {"title": "Nothing"}).status_code == 422
    settings.ATTACHMENT_LIMIT = 10
    big = SimpleUploadedFile("big.pdf", b"x" * 11, "application/pdf")
    refused = cass.post(address, {"title": "Big", "file": big})
    assert "big.pdf is larger than" in refused.context["form"].errors["file"][0]
    with open_scope(cast.staff_scope()):
        document = ContractDocument.objects.get()
        path = document.file.path
    for who, door in (("cass", "desk"), ("ian", "portal")):
        answer = signed_in(who).get(f"/alder/{door}/contracts/documents/{document.pk}/")
        assert answer["Content-Disposition"] == 'attachment; filename="signed.html"'
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert signed_in("hana").get(f"/alder/portal/contracts/documents/{document.pk}/").status_code == 404
    assert Path(path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        gone = cass.post(f"/alder/settings/documents/{document.pk}/remove/", {"reason": "Wrong school"})
    assert gone.status_code == 302
    with open_scope(cast.staff_scope()):
        assert not ContractDocument.objects.exists()
    assert not Path(path).exists()


def test_renewals_due_are_listed_for_ninety_days_unless_another_span_is_asked(
    cast: Cast, signed_in: SignIn
) -> None:
    with open_scope(cast.staff_scope(name="cass")):
        for school, last in (("oakfield", date(2027, 2, 21)), ("hillside", date(2027, 2, 22))):
            contract_end(contract=Contract.objects.get(customer__slug=school), last_day=last)
        Customer.objects.filter(slug="hillside").update(success_manager=None)
    cass = signed_in("cass")
    assert "90 days" in words_of(cass.get("/alder/desk/contracts/"))
    found = {
        query: [
            one["contract"].customer.slug
            for one in cass.get(f"/alder/desk/contracts/{query}").context["renewals"]
        ]
        for query in ("", "?days=180", "?days=180&mine=on", "?days=30")
    }
    assert found == {
        "": ["oakfield"],
        "?days=180": ["oakfield", "hillside"],
        "?days=180&mine=on": ["oakfield"],
        "?days=30": [],
    }


def test_pages_stay_within_their_queries(
    cast: Cast, signed_in: SignIn, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    with open_scope(cast.staff_scope(name="cass")):
        contract = Contract.objects.select_related("package__version").get(customer__slug="oakfield")
        for key in ("urgent", "high", "medium", "low"):
            level = ServiceLevel.objects.get(key=key)
            variation_add(
                contract=contract,
                varied="response",
                value=VariedValue(level=level, number=30),
                holds_from=MONDAY.date(),
                approved_by=cast.person("rob"),
            )
    pages = {
        "cass": (
            "desk/contracts/",
            f"desk/contracts/{contract.pk}/",
            f"desk/contracts/{contract.pk}/timeline/",
        ),
        "ian": ("portal/contracts/", f"portal/contracts/{contract.pk}/"),
    }
    for who, addresses in pages.items():
        client = signed_in(who)
        client.get(f"/alder/{addresses[0]}")
        for address in addresses:
            with at_most(15):
                assert client.get(f"/alder/{address}").status_code == 200
