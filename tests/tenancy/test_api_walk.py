"""Every address of the API x method x token x object: foreign ones are not there, and no foreign word comes back."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from api.reference import document
from contracts.models import Contract
from quotes.models import Quote
from tests.api.conftest import Api, token_for
from tests.tenancy.places import PLACES
from tests.tenancy.sql import undone
from tests.tenancy.world import World, foreign_words
from tickets.models import CallBack
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7", "T1", "T2", "T3")]

# Whose token, kept to which school; and of which places it may see the objects.
TOKENS = {
    "desk": ("tess", "", {"rita", "remy", "hugo"}),
    "oakfield": ("ian", "oakfield", {"rita", "remy"}),
    "hillside": ("hana", "hillside", {"hugo"}),
    "birch": ("tim", "", {"rose"}),
}
STRANGERS = {"nobody": "", "bare": "tess"}
# Inside one school these are for some people alone.
FOR_SOME = {"chats"}


def _operations() -> Iterator[tuple[str, str]]:
    """Method and path of every operation of the document, below /api/v1/."""
    for path, methods in document()["paths"].items():
        for method in methods:
            yield method, path.removeprefix("/api/v1/")


OPERATIONS = list(_operations())


def objects_of(world: World, place: str) -> dict[str, Any]:
    """What stands in for each parameter of an address, by the address's first word."""
    found = PLACES[place]
    with open_scope(world.cast.staff_scope(found.provider)):
        return {
            "tickets": world.number(place),
            "attachments": world.part(place, "attachment"),
            "contracts": Contract.objects.get(customer__slug=found.school).pk,
            "customers": found.school,
            "people": Person.objects.get(name__iexact=found.requester).pk,
            "call-backs": CallBack.objects.get(ticket=world.tickets[place], done_at__isnull=True).pk,
            "chats": world.part(place, "chat"),
            "quotes": Quote.objects.filter(customer__slug=found.school, state="sent").order_by("pk")[0].pk,
            "visits": Visit.objects.filter(customer__slug=found.school).order_by("pk")[0].pk,
        }


def test_the_document_names_every_kind_of_object(world: World) -> None:
    kinds = {path.split("/")[0] for _method, path in OPERATIONS if "{" in path}
    assert kinds == set(objects_of(world, "rita"))


@pytest.mark.parametrize("name", TOKENS)
def test_the_walk(world: World, name: str) -> None:
    person, school, inside = TOKENS[name]
    api = Api(token_for(world.cast, person, school))
    forbidden = [word for word in foreign_words(world, person) if word]
    wrong = []
    for place in PLACES:
        objects = objects_of(world, place)
        for method, path in OPERATIONS:
            filled = re.sub(r"\{\w+\}", str(objects.get(path.split("/")[0])), path)
            with undone():
                answer = getattr(api, method)(filled)
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            is_foreign = "{" in path and place not in inside
            if is_foreign and answer.status_code not in {404, 403 if method == "post" else 404}:
                wrong.append(f"{method} {filled}: {answer.status_code} for what is foreign")
            is_for_some = school and path.split("/")[0] in FOR_SOME
            hidden = {404} if is_for_some or method == "delete" else set()  # what is to go need not be there
            if not is_foreign and answer.status_code not in {200, 201, 403, 409, 422} | hidden:
                wrong.append(f"{method} {filled}: {answer.status_code}")
            wrong += [f"{method} {filled}: shows {word}" for word in forbidden if word.encode() in content]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_gets_in_without_a_permission(world: World, name: str) -> None:
    api = Api(token_for(world.cast, "tess", scopes=[]) if STRANGERS[name] else "")
    objects = objects_of(world, "rita")
    for method, path in OPERATIONS:
        filled = re.sub(r"\{\w+\}", str(objects.get(path.split("/")[0])), path)
        expected = 401 if name == "nobody" else 200 if path == "token" else 403
        assert getattr(api, method)(filled).status_code == expected, filled


def test_a_school_reads_no_note_and_no_file_of_one(world: World) -> None:
    api = Api(token_for(world.cast, "ian", "oakfield"))
    assert api.get(f"attachments/{world.part('rita', 'attachment')}").status_code == 200
    assert api.get(f"attachments/{world.part('rita', 'note_file')}").status_code == 404
