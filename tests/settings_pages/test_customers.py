"""Customers and their contracts, from the first entry to the renewal."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.models import AuditEntry, Customer, CustomerDomain
from accounts.services import customer_create
from contracts.models import Contract, Package
from contracts.services import contract_create
from sla.models import BusinessCalendar
from tests.settings_pages.cast import Cast

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)


def words_of(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def terms(cast: Cast, package: str = "cloud", **fields: object) -> dict[str, object]:
    with cast.scope():
        return {
            "package": Package.objects.get(key=package).pk,
            "calendar": BusinessCalendar.objects.get(is_default=True).pk,
            "pause_policy": "strict",
            "visits_purchased": "",
            **fields,
        }


@pytest.mark.rule("T2", "T5")
def test_a_customer_is_added_with_its_domains(cast: Cast) -> None:
    manager = cast.staff["success_manager"]
    data = {
        "name": "Elm Grove School",
        "slug": "",
        "domains": "@ElmGrove.sch.uk\nelm.org.uk, elm.org.uk",
        "nation": "scotland",
        "success_manager": manager.pk,
    }
    answer = cast.post("customer_new", data=data)
    assert answer["Location"] == cast.url("customer", "elm-grove-school")
    with cast.scope():
        school = Customer.objects.get(slug="elm-grove-school")
        assert (school.nation, school.success_manager_id) == ("scotland", manager.pk)
        assert set(CustomerDomain.objects.filter(customer=school).values_list("domain", flat=True)) == {
            "elmgrove.sch.uk",
            "elm.org.uk",
        }
    assert "No contract holds today" in words_of(cast.get("customer", school.slug))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"domains": "not a domain!"}, "is no mail domain"),
        ({"name": ""}, "This field is required"),
        ({"slug": "oakfield"}, "Another customer has this short name"),
        ({"name": "学校"}, "Give it a short name"),
    ],
)
def test_mistakes_add_no_customer(cast: Cast, change: dict[str, str], words: str) -> None:
    data = {"name": "Elm", "domains": "", "nation": "scotland", **change}
    answer = cast.post("customer_new", data=data)
    assert answer.status_code == 422
    assert words in words_of(answer)
    with cast.scope():
        assert Customer.objects.count() == 1


def test_a_customer_is_changed_and_the_trail_says_what(cast: Cast) -> None:
    data = {
        "name": "Oakfield Academy",
        "domains": "oakfield.org",
        "nation": "england-wales",
        "is_active": "on",
    }
    assert cast.post("customer_edit", cast.school.slug, data=data).status_code == 302
    with cast.scope():
        entry = AuditEntry.objects.get(action="customer.changed")
    assert entry.changes["name"] == ["Oakfield Primary School", "Oakfield Academy"]
    assert entry.changes["domains"] == [["oakfield.sch.uk"], ["oakfield.org"]]


@time_machine.travel(NOVEMBER, tick=False)
def test_customers_are_found_and_those_without_a_contract_stand_out(cast: Cast) -> None:
    with cast.scope():
        customer_create(slug="elm", name="Elm Grove", domains=("elm.sch.uk",), trust="Green Trust")
        customer_create(slug="gone", name="Gone School", is_active=False)
    found = {
        "": {"Oakfield Primary School", "Elm Grove"},
        "?q=green": {"Elm Grove"},
        "?q=oakfield.sch": {"Oakfield Primary School"},
        "?state=none": {"Elm Grove"},
        "?state=off": {"Gone School"},
    }
    for query, names in found.items():
        words = words_of(cast.get("customers", query=query))
        assert {
            name for name in ("Oakfield Primary School", "Elm Grove", "Gone School") if f">{name}<" in words
        } == names
    assert "No customer found" in words_of(cast.get("customers", query="?q=zzz"))


@pytest.mark.rule("P1")
def test_a_contract_page_says_what_the_package_covers(cast: Cast) -> None:
    words = words_of(cast.get("contract", cast.contract.pk, role="technician_1"))
    for wanted in (
        "Scheduled + On-Demand",
        "v3.2",
        "Covered with limits",
        "2.5 metres",
        "AM 08:30–10:30",
        "1 h of working time",
    ):
        assert wanted in words, wanted
    assert cast.url("contract_edit", cast.contract.pk) not in words


@pytest.mark.rule("S7")
def test_scheduled_support_says_honestly_which_hours_its_deadlines_run_in(cast: Cast) -> None:
    with cast.scope():
        Contract.objects.update(package=Package.objects.get(key="scheduled"))
    assert "Replies and fixes are measured in on-site engineer time" in words_of(
        cast.get("contract", cast.contract.pk)
    )
    with cast.scope():
        Contract.objects.update(fix_runs_in_visits=False)
    assert "Fixes run in the service hours above" in words_of(cast.get("contract", cast.contract.pk))


def test_a_contract_is_signed_corrected_and_ended(cast: Cast) -> None:
    with cast.scope():
        elm = customer_create(slug="elm", name="Elm Grove")
    answer = cast.post("contract_new", "elm", data=terms(cast, starts_on="2026-09-01", visits_purchased="12"))
    with cast.scope():
        contract = Contract.objects.select_related("package").get(customer=elm)
    assert answer["Location"] == cast.url("contract", contract.pk)
    assert (contract.package.key, contract.visits_purchased, contract.ends_on) == ("cloud", 12, None)
    data = terms(cast, "full-managed", starts_on="2026-09-01", reason="Typed wrongly")
    assert cast.post("contract_edit", contract.pk, data=data).status_code == 302
    assert cast.post("contract_end", contract.pk, data={"last_day": "2027-08-31"}).status_code == 302
    with cast.scope():
        contract = Contract.objects.get(customer=elm)
        assert (contract.package.key, contract.ends_on) == ("full-managed", date(2027, 8, 31))
    history = words_of(cast.get("contract", contract.pk))
    assert "Typed wrongly" in history
    assert "Cloud Support → Full Managed Service" in history


def test_two_contracts_on_one_day_are_refused_with_words(cast: Cast) -> None:
    answer = cast.post("contract_new", cast.school.slug, data=terms(cast, starts_on="2026-09-01"))
    assert answer.status_code == 422
    assert "already holds from 2025-09-01" in words_of(answer)


def test_an_end_before_the_start_is_refused_with_words(cast: Cast) -> None:
    answer = cast.post("contract_end", cast.contract.pk, data={"last_day": "2020-01-01"})
    assert answer.status_code == 422
    assert "starts after this day" in words_of(answer)


@pytest.mark.rule("P8")
def test_another_package_from_a_day_on_is_a_new_contract(cast: Cast) -> None:
    data = terms(cast, "cloud", starts_on="2027-01-01")
    assert cast.post("contract_renew", cast.contract.pk, data=data).status_code == 302
    with cast.scope():
        old, new = Contract.objects.select_related("package").order_by("starts_on")
    assert (old.package.key, old.ends_on) == ("scheduled-on-demand", date(2026, 12, 31))
    assert (new.package.key, new.starts_on) == ("cloud", date(2027, 1, 1))


@time_machine.travel(NOVEMBER, tick=False)
def test_renewals_that_are_due_are_counted_and_listed(cast: Cast) -> None:
    cast.post("contract_end", cast.contract.pk, data={"last_day": "2026-12-31"})
    assert "1 contract ends within 90 days" in words_of(cast.get("home"))
    assert "Oakfield Primary School" in words_of(cast.get("contracts", query="?state=renewals"))
    cast.post("contract_renew", cast.contract.pk, data=terms(cast, starts_on="2027-01-01"))
    assert "ends within 90 days" not in words_of(cast.get("home"))
    assert "No contract found" in words_of(cast.get("contracts", query="?state=renewals"))
    assert "Cloud Support" in words_of(cast.get("contracts", query="?state=coming"))
    assert "No contract found" in words_of(cast.get("contracts", query="?state=ended"))


@time_machine.travel(NOVEMBER, tick=False)
def test_lists_stay_cheap_with_many_rows(cast: Cast, django_assert_max_num_queries: object) -> None:
    with cast.scope():
        package, calendar = cast.contract.package, cast.contract.calendar
        for number in range(20):
            school = customer_create(slug=f"school-{number}", name=f"School {number}")
            contract_create(customer=school, package=package, calendar=calendar, starts_on=date(2026, 1, 1))
    cast.get("home")
    for page in ("customers", "contracts"):
        with django_assert_max_num_queries(20):  # type: ignore[operator]
            assert "School 7" in words_of(cast.get(page))
