"""Ids of somebody else's rows, sent in one's own forms and addresses."""

import pytest

from accounts.models import Person, Team
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from sla.models import ServiceLevel
from tests.tenancy.attacks.tools import SignedIn, first_pk
from tests.tenancy.world import World
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]


def test_forms_of_the_desk_refuse_ids_of_another_provider(world: World, signed_in: SignedIn) -> None:
    client, number = signed_in("tess"), world.number("rita")
    with open_scope(world.cast.staff_scope("birch")):
        assignee = Person.objects.filter(is_staff=True).first()
        team, level = Team.objects.first(), ServiceLevel.objects.first()
    assert assignee is not None
    assert team is not None
    assert level is not None
    for action, data in (
        ("assign", {"assignee": assignee.pk}),
        ("assign", {"assignee": "", "team": team.pk}),
        ("level", {"level": level.pk, "reason": "mine"}),
    ):
        answer = client.post(f"/alder/desk/tickets/{number}/{action}/", data)
        assert answer.status_code == 422, data
    with open_scope(world.cast.staff_scope("alder")):
        ticket = Ticket.objects.get(number=number)
        assert ticket.assignee_id != assignee.pk
        assert (ticket.team_id, ticket.level_id) != (team.pk, level.pk)


@pytest.mark.parametrize("place", ["remy", "hugo", "rose"])
def test_another_tickets_explanation_and_clock_are_not_taken(
    world: World, signed_in: SignedIn, place: str
) -> None:
    """A technician sends the ids of another ticket, of his own provider or not, from this ticket's form."""
    client, number = signed_in("tess"), world.number("rita")
    client.post(
        f"/alder/desk/tickets/{number}/explain/",
        {"explanation": world.part(place, "explanation"), "text": "zqforged"},
    )
    clock = world.part(place, "clock")
    client.post(
        f"/alder/desk/tickets/{number}/reason/", {"clock": clock, "cause": "other", "words": "zqforged"}
    )
    for provider in ("alder", "birch"):
        with open_scope(world.cast.staff_scope(provider)):
            assert not Message.objects.filter(text__contains="zqforged").exists()
            assert not OutboundMail.objects.filter(text__contains="zqforged").exists()
    page = client.get(f"/alder/desk/tickets/{number}/deadline/{clock}/")
    assert page.status_code == 302


@pytest.mark.parametrize("school", ["hillside", "riverside"])
def test_a_request_cannot_be_logged_for_another_school(
    world: World, signed_in: SignedIn, school: str
) -> None:
    provider = "birch" if school == "riverside" else "alder"
    with open_scope(world.cast.staff_scope(provider)):
        customer = world.cast.customer(school).pk
        before = Ticket.objects.count()
    level = first_pk(world, "alder", ServiceLevel)
    data = {"customer": customer, "level": level, "subject": "zqforged", "text": "x"}
    answer = signed_in("rita").post("/alder/portal/requests/new/", data)
    assert answer.status_code == 422
    with open_scope(world.cast.staff_scope(provider)):
        assert Ticket.objects.count() == before


def test_people_of_schools_never_get_a_note_or_its_file(world: World, signed_in: SignedIn) -> None:
    for name in ("rita", "ian"):
        client = signed_in(name)
        for space in ("desk", "portal"):
            assert client.get(f"/alder/{space}/files/{world.part('rita', 'note_file')}/").status_code == 404
            assert client.get(f"/alder/{space}/messages/{world.part('rita', 'note')}/").status_code == 404
    assert signed_in("tess").get(f"/alder/desk/files/{world.part('rita', 'note_file')}/").status_code == 200
