"""A school's relationship owner and IT lead decide who belongs to it and who may ask for support (rules T2, T4)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, CustomerMembership, Person, Provider
from accounts.services import contact_create
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T2", "T4")]
SignIn = Callable[[str], Client]


def page(name: str, *args: object) -> str:
    return reverse(f"portal_people:{name}", args=["alder", *args])


def nominated(cast: Cast, email: str) -> list[bool]:
    with open_scope(cast.staff_scope()):
        rows = CustomerMembership.objects.filter(person__email=email, customer__slug="oakfield")
        return [row.is_nominated for row in rows]


def test_a_colleague_is_added_nominated_invited_and_taken_out(cast: Cast, signed_in: SignIn) -> None:
    client, email = signed_in("rob"), "nora@oakfield.example"
    client.post(page("new", "oakfield"), {"name": "Nora New", "email": email})
    assert nominated(cast, email) == [True]
    with open_scope(cast.staff_scope()):
        nora = Person.objects.get(email=email)
        assert OutboundMail.objects.filter(recipients=[email], customer=None).count() == 1
    with open_scope(cast.staff_scope()):
        Provider.objects.update(nominated_users_only=True)
    assert "Take the nomination back" in client.get(page("list")).content.decode()
    client.post(page("nominate", "oakfield", nora.pk), {"nominated": "no"})
    assert nominated(cast, email) == [False]
    client.post(page("nominate", "oakfield", nora.pk), {"nominated": "yes"})
    assert nominated(cast, email) == [True]
    assert "Has Nora New left Oakfield?" in client.get(page("remove", "oakfield", nora.pk)).content.decode()
    client.post(page("remove", "oakfield", nora.pk))
    assert nominated(cast, email) == []
    with open_scope(cast.staff_scope()):
        robs = AuditEntry.objects.filter(actor=cast.person("rob"), action="person.roles")
        assert robs.count() >= 3


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("nora@gmail.com", "Use an address of your school (oakfield.example)"),
        ("nora@hillside.example", "Use an address of your school (oakfield.example)"),
        ("off@oakfield.example", "This person cannot be added here"),
        ("not an address", "Enter a valid e"),
    ],
)
def test_who_cannot_be_added(cast: Cast, signed_in: SignIn, email: str, words: str) -> None:
    with open_scope(cast.staff_scope()):
        off = contact_create(customer=cast.customer("hillside"), name="Off", email="off@oakfield.example")
        Person.objects.filter(pk=off.pk).update(is_active=False)
    answer = signed_in("ian").post(page("new", "oakfield"), {"name": "Nora", "email": email})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert nominated(cast, email) == []


@pytest.mark.parametrize("who", ["rob", "bea"])
def test_named_contacts_and_oneself_stay(cast: Cast, signed_in: SignIn, who: str) -> None:
    with open_scope(cast.staff_scope()):
        key = cast.person(who).pk
    answer = signed_in("rob").post(page("remove", "oakfield", key), follow=True)
    assert "no longer belongs" not in answer.content.decode()
    assert nominated(cast, f"{who}@oakfield.example") == [True]


def test_who_takes_a_call_is_warned_of_somebody_not_nominated(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope("birch")):
        calls = {}
        for name in ("Nat", "Rose"):
            contact_create(
                customer=cast.customer("riverside"), name=name, email=f"{name.lower()}@riverside.example"
            )
            calls[name] = CustomerMembership.objects.filter(person__name=name)[0].pk
    for name, is_warned in (("Nat", True), ("Rose", False)):
        page = signed_in("tim").get(reverse("desk:phone_call", args=["birch", calls[name]]))
        assert ("has not nominated this caller" in page.content.decode()) is is_warned


def test_of_a_trust_only_the_schools_that_one_speaks_for(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope()):
        contact_create(customer=cast.customer("hillside"), name="Rob", email="rob@oakfield.example")
        hugo = cast.person("hugo").pk
    client = signed_in("rob")
    assert "Hillside" not in client.get(page("list")).content.decode().partition("<main")[2]
    assert client.get(page("new", "hillside")).status_code == 404
    assert client.post(page("remove", "hillside", hugo)).status_code == 404
    assert client.post(page("nominate", "oakfield", hugo), {"nominated": "yes"}).status_code == 404
