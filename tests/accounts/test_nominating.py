"""Who of a school may ask for support: what was agreed with the school, else what the provider has (Rule T4)."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEntry, Customer, CustomerMembership, CustomerRole, Nomination, Provider
from accounts.nominating import asking_rows, nominated_only
from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tickets.intake.matching import Senders, sender_match
from tickets.models import QuarantineReason

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T4")]


@pytest.mark.parametrize(
    ("agreed", "of_provider", "only"),
    [
        (Nomination.AS_PROVIDER, False, False),
        (Nomination.AS_PROVIDER, True, True),
        (Nomination.ONLY_NOMINATED, False, True),
        (Nomination.ONLY_NOMINATED, True, True),
        (Nomination.EVERYBODY, False, False),
        (Nomination.EVERYBODY, True, False),
    ],
)
def test_who_may_ask(cast: Cast, agreed: str, of_provider: bool, only: bool) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        Provider.objects.update(nominated_users_only=of_provider)
        Customer.objects.filter(slug="oakfield").update(nomination=agreed)
        provider, school = Provider.objects.get(), cast.customer()
        assert nominated_only(school, provider=provider) is only
        CustomerMembership.objects.filter(person=cast.person("rita")).update(is_nominated=False)
        CustomerMembership.objects.filter(person=cast.person("ian")).update(is_nominated=False)
        for name, asks in (("rita", not only), ("remy", True), ("ian", True)):
            rows = CustomerMembership.objects.filter(person=cast.person(name)).select_related("customer")
            assert bool(asking_rows(rows, provider=provider)) is asks, name
        senders = Senders()
        senders.look_up(["rita@oakfield.example", "new@oakfield.example"])
        for address in ("rita@oakfield.example", "new@oakfield.example"):
            match = sender_match(address=address, name="", provider=provider, senders=senders)
            assert (match.refusal == QuarantineReason.NOT_NOMINATED) is only, address


def test_schools_of_one_person_are_judged_each_by_its_own(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        Customer.objects.filter(slug="oakfield").update(nomination=Nomination.ONLY_NOMINATED)
        rita = cast.person("rita")
        CustomerMembership.objects.filter(person=rita).update(is_nominated=False)
        CustomerMembership.objects.create(
            customer=cast.customer("hillside"), person=rita, role=CustomerRole.REQUESTER
        )
        rows = CustomerMembership.objects.filter(person=rita).select_related("customer")
        found = asking_rows(rows, provider=Provider.objects.get())
        assert [row.customer.slug for row in found] == ["hillside"]


def test_it_is_set_on_the_customers_page_and_seen_by_phone_and_school(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    data = {"name": "Oakfield", "nation": "england-wales", "is_active": "on", "domains": "oakfield.example"}
    ada = signed_in("ada")
    answer = ada.post(
        "/alder/settings/customers/oakfield/edit/", {**data, "nomination": Nomination.ONLY_NOMINATED}
    )
    assert answer.status_code == 302
    assert "Only people whom the school" in ada.get("/alder/settings/customers/oakfield/").content.decode()
    with open_scope(cast.staff_scope()):
        assert AuditEntry.objects.get(action="customer.changed").changes["nomination"] == ["", "nominated"]
        rows = CustomerMembership.objects.filter(person=cast.person("rita"))
        rows.update(is_nominated=False)
        call = f"/alder/desk/phone/{rows.get().pk}/"
    assert "has not nominated this caller" in signed_in("tess").get(call).content.decode()
    assert "whom you nominate here" in signed_in("rob").get("/alder/portal/people/").content.decode()
    refused = ada.post("/alder/settings/customers/oakfield/edit/", {**data, "nomination": "nobody"})
    assert refused.status_code == 422
