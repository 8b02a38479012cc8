"""Staff, teams and people of schools: inviting, roles, keeping out, and the link that sets a password."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, CustomerMembership, Person, StaffMembership, StaffRole, Team, User
from accounts.services import contact_create, customer_create, staff_create
from accounts.tenancy.scope import Scope, open_scope
from delivery.models import MailPurpose, OutboundMail
from tests.settings_pages.cast import Cast

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Tess New",
    "email": "Tess@Concero.example",
    "phone": "",
    "roles": ["technician_1"],
    "invite": "on",
}


def roles_of(cast: Cast, person: Person) -> set[str]:
    with cast.scope():
        return set(StaffMembership.objects.filter(person=person).values_list("role", flat=True))


def link_of(cast: Cast) -> str:
    with cast.scope():
        text = OutboundMail.objects.filter(purpose=MailPurpose.SIGN_IN).latest("pk").text
    found = re.search(r"http://localhost:8000(/account/\S+)", text)
    assert found, text
    return found.group(1)


@pytest.mark.rule("T4")
def test_an_invitation_sets_a_password_once_and_lets_the_person_in(cast: Cast) -> None:
    assert cast.post("staff_new", data=NEW).status_code == 302
    with cast.scope():
        person = Person.objects.get(email="tess@concero.example")
        assert person.is_staff
        mail = OutboundMail.objects.get()
        assert mail.recipients == ["tess@concero.example"]
        assert "Hello Tess" in mail.text
    link, visitor = link_of(cast), Client()
    form = visitor.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    password = {"password1": "a long enough phrase", "password2": "a long enough phrase"}
    assert visitor.post(address, password).status_code == 302
    assert visitor.login(email="tess@concero.example", password="a long enough phrase")
    assert visitor.get(cast.url("home")).status_code == 200
    again = Client().get(link, follow=True)
    assert 'name="password1"' not in again.content.decode()


@pytest.mark.rule("T4")
def test_an_invitation_expires(cast: Cast) -> None:
    cast.post("staff_new", data=NEW)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        answer = Client().get(link_of(cast), follow=True)
    assert 'name="password1"' not in answer.content.decode()


@pytest.mark.rule("T3")
def test_somebody_with_a_password_is_sent_to_the_sign_in_page(cast: Cast) -> None:
    user = cast.staff["technician_1"].user
    assert user is not None
    user.set_password("a long enough phrase")
    user.save()
    cast.post("staff_invite", cast.staff["technician_1"].pk)
    assert link_of(cast) == "/account/login/"


@pytest.mark.rule("T3")
def test_one_credential_serves_two_providers(cast: Cast, stranger: Cast) -> None:
    data = {**NEW, "email": stranger.staff["technician_1"].email, "invite": ""}
    cast.post("staff_new", data=data)
    with cast.scope():
        person = Person.objects.get(email=data["email"])
    assert person.user_id == stranger.staff["technician_1"].user_id
    assert User.objects.filter(email=data["email"]).count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "technician_2@concero.example"}, "Another person has this e-mail address"),
        ({"roles": []}, "This field is required"),
        ({"email": "nonsense"}, "valid email address"),
    ],
)
def test_mistakes_add_nobody(cast: Cast, change: dict[str, object], words: str) -> None:
    answer = cast.post("staff_new", data={**NEW, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with cast.scope():
        assert not Person.objects.filter(name="Tess New").exists()
        assert not OutboundMail.objects.exists()


@pytest.mark.rule("T3")
def test_roles_are_changed_and_audited(cast: Cast) -> None:
    person = cast.staff["technician_1"]
    data = {
        "name": "Tom Reed",
        "email": person.email,
        "phone": "01632 960001",
        "roles": ["technician_2", "technical_lead"],
    }
    assert cast.post("staff_edit", person.pk, data=data).status_code == 302
    assert roles_of(cast, person) == {"technician_2", "technical_lead"}
    with cast.scope():
        entry = AuditEntry.objects.get(action="person.roles", object_id=person.pk)
    assert entry.changes == {"roles": [["technician_1"], ["technical_lead", "technician_2"]]}


@pytest.mark.rule("T3")
def test_nobody_gives_or_touches_more_than_they_hold(cast: Cast) -> None:
    """A success manager may manage people, but cannot climb to administrator by way of them."""
    manager = "success_manager"
    offered = cast.get("staff_new", role=manager).content.decode()
    assert 'value="technician_1"' in offered
    assert 'value="administrator"' not in offered
    refused = cast.post("staff_new", data={**NEW, "roles": ["administrator"]}, role=manager)
    assert refused.status_code == 422
    administrator = cast.staff["administrator"]
    data = {"name": "x", "email": "mine@concero.example", "roles": ["technician_1"]}
    for page in ("staff_edit", "staff_switch", "staff_invite"):
        assert cast.post(page, administrator.pk, data=data, role=manager).status_code == 403
    with cast.scope():
        assert Person.objects.get(pk=administrator.pk).email == administrator.email


def test_the_last_administrator_stays(cast: Cast) -> None:
    administrator = cast.staff["administrator"]
    data = {"name": administrator.name, "email": administrator.email, "roles": ["technician_1"]}
    answer = cast.post("staff_edit", administrator.pk, data=data)
    assert "This is the last administrator" in answer.content.decode()
    assert roles_of(cast, administrator) == {"administrator"}
    answer = cast.client("administrator").post(cast.url("staff_switch", administrator.pk), follow=True)
    assert "You cannot deactivate yourself" in answer.content.decode()
    with cast.scope():
        second = staff_create(name="Second", email="second@concero.example", roles=(StaffRole.ADMINISTRATOR,))
    assert cast.post("staff_switch", second.pk).status_code == 302
    with cast.scope():
        assert not Person.objects.get(pk=second.pk).is_active


def test_who_is_deactivated_is_out_at_once_and_can_come_back(cast: Cast) -> None:
    person = cast.staff["technician_1"]
    assert cast.get("home", role="technician_1").status_code == 200
    assert "From now on they can open nothing" in cast.get("staff_switch", person.pk).content.decode()
    cast.post("staff_switch", person.pk, data={"reason": "Left"})
    assert cast.get("home", role="technician_1").status_code == 404
    listed = cast.get("staff").content.decode()
    assert cast.url("staff_edit", person.pk) not in listed
    assert cast.url("staff_edit", person.pk) in cast.get("staff", query="?state=off").content.decode()
    cast.post("staff_invite", person.pk)
    with cast.scope():
        assert not OutboundMail.objects.exists()
        assert AuditEntry.objects.get(action="person.deactivated").reason == "Left"
    cast.post("staff_switch", person.pk)
    assert cast.get("home", role="technician_1").status_code == 200


def test_the_list_is_searched(cast: Cast) -> None:
    words = cast.get("staff", query="?q=technical").content.decode()
    assert "technical_lead@concero.example" in words
    assert "technician_1@concero.example" not in words
    assert "Nobody found" in cast.get("staff", query="?q=zzz").content.decode()


def test_teams_have_a_lead_and_members(cast: Cast) -> None:
    lead, member = cast.staff["technical_lead"], cast.staff["technician_1"]
    assert "No teams yet" in cast.get("teams").content.decode()
    data = {"name": "North", "lead": lead.pk, "members": [member.pk]}
    assert cast.post("team_new", data=data).status_code == 302
    with cast.scope():
        team = Team.objects.get()
    words = cast.get("teams").content.decode()
    assert f"Led by {lead.name}" in words
    assert cast.post("team_new", data=data).status_code == 422
    assert cast.post("team_edit", team.pk, data={"name": "North", "members": [lead.pk]}).status_code == 302
    with cast.scope():
        assert [row.person_id for row in team.members.all()] == [lead.pk]
        assert Team.objects.get().lead is None
    edited = {"name": member.name, "email": member.email, "roles": ["technician_1"], "teams": [team.pk]}
    cast.post("staff_edit", member.pk, data=edited)
    assert member.name in cast.get("teams").content.decode()


@pytest.mark.rule("T2", "T3", "T4")
def test_a_contact_is_added_invited_nominated_and_taken_out(cast: Cast) -> None:
    data = {
        "name": "Ben Manager",
        "email": "ben@oakfield.sch.uk",
        "phone": "",
        "roles": ["business_manager", "finance_contact"],
        "is_nominated": "on",
        "invite": "on",
    }
    slug = cast.school.slug
    assert cast.post("contact_new", slug, data=data).status_code == 302
    with cast.scope():
        person = Person.objects.get(email="ben@oakfield.sch.uk")
        rows = CustomerMembership.objects.filter(person=person)
        assert {(row.role, row.is_nominated) for row in rows} == {
            ("business_manager", True),
            ("finance_contact", True),
        }
        assert not person.is_staff
    assert link_of(cast).startswith("/account/password/reset/key/")
    assert "Ben Manager" in cast.get("customer", slug).content.decode()
    data |= {"roles": ["requester"], "is_nominated": ""}
    assert cast.post("contact_edit", slug, person.pk, data=data).status_code == 302
    with cast.scope():
        assert [(row.role, row.is_nominated) for row in rows.all()] == [("requester", False)]
    assert "Take Ben Manager out" in cast.get("contact_remove", slug, person.pk).content.decode()
    cast.post("contact_remove", slug, person.pk)
    with cast.scope():
        assert not rows.all().exists()
        assert Person.objects.filter(pk=person.pk).exists()
    assert cast.get("contact_edit", slug, person.pk).status_code == 404


@pytest.mark.rule("T2")
def test_a_person_of_a_trust_belongs_to_two_schools(cast: Cast) -> None:
    with cast.scope():
        other = customer_create(slug="elm", name="Elm Grove")
    data = {"name": "ignored", "email": cast.contact.email, "roles": ["requester"]}
    assert cast.post("contact_new", other.slug, data=data).status_code == 302
    with cast.scope():
        assert (
            CustomerMembership.objects.filter(person=cast.contact).values("customer").distinct().count() == 2
        )
        assert Person.objects.get(pk=cast.contact.pk).name == "Olivia Owner"


def test_staff_are_not_added_as_people_of_a_school(cast: Cast) -> None:
    data = {"name": "x", "email": cast.staff["technician_1"].email, "roles": ["requester"]}
    answer = cast.post("contact_new", cast.school.slug, data=data)
    assert "somebody of your own staff" in answer.content.decode()
    assert cast.get("contact_edit", cast.school.slug, cast.staff["technician_1"].pk).status_code == 404


def test_a_contact_is_kept_out_and_let_in_again(cast: Cast) -> None:
    for is_active in (False, True):
        cast.post("contact_switch", cast.school.slug, cast.contact.pk)
        with cast.scope():
            assert Person.objects.get(pk=cast.contact.pk).is_active is is_active


def test_people_of_schools_are_found_by_name_school_and_role(cast: Cast) -> None:
    with cast.scope():
        elm = customer_create(slug="elm", name="Elm Grove")
        contact_create(customer=elm, name="Una Elm", email="una@elm.sch.uk")
    found = {
        "?q=olivia": {"Olivia Owner"},
        "?q=elm+grove": {"Una Elm"},
        "?role=it_lead": {"Olivia Owner"},
        "": {"Olivia Owner", "Una Elm"},
        "?q=nobody": set(),
    }
    for query, names in found.items():
        words = cast.get("contacts", query=query).content.decode()
        assert {name for name in ("Olivia Owner", "Una Elm") if name in words} == names, query


def test_lists_are_cut_into_pages_that_keep_their_filters(cast: Cast) -> None:
    with open_scope(Scope(provider_id=cast.provider.pk)):
        Person.objects.bulk_create(
            Person(name=f"Extra {number:02}", email=f"extra{number}@concero.example", is_staff=True)
            for number in range(60)
        )
    first = cast.get("staff", query="?q=extra").content.decode()
    assert "1 to 50 of 60" in first
    assert "?q=extra&amp;page=2" in first
    assert "Extra 59" in cast.get("staff", query="?q=extra&page=2").content.decode()
    assert "Extra 59" in cast.get("staff", query="?q=extra&page=99").content.decode()
