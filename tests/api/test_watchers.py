"""Who follows a ticket, over the API (rules I6, I7)."""

import pytest

from accounts.models import Nomination
from accounts.tenancy.scope import open_scope
from tests.api.conftest import Api, MakeToken
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.services.watching import watcher_add

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I6", "I7")]


def test_a_school_lets_its_people_follow(cast: Cast, desk: Api, school: Api, make_token: MakeToken) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        number = open_one(cast).number
        remy, hugo, rita = (cast.person(name).pk for name in ("remy", "hugo", "rita"))
    path = f"tickets/{number}/watchers"
    assert school.post(path, {"person": remy}).json()["person"]["id"] == remy
    assert school.post(path, {"person": remy}).json()["code"] == "wrong_state"
    assert school.post(path, {"person": hugo}).status_code == 422
    assert school.post(path, {"person": rita}).status_code == 409
    (listed,) = desk.get(path).json()["results"]
    assert (listed["person"]["id"], listed["cause"]) == (remy, "added")
    assert desk.delete(f"{path}/{hugo}").status_code == 404
    assert desk.delete(f"{path}/{remy}").status_code == 204
    assert desk.get(path).json()["results"] == []


def test_staff_who_follow_are_no_matter_of_the_school(cast: Cast, desk: Api, school: Api) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, theo = open_one(cast), cast.person("theo")
        watcher_add(ticket=ticket, person=theo, by=theo)
    path = f"tickets/{ticket.number}/watchers"
    assert len(desk.get(path).json()["results"]) == 1
    assert school.get(path).json()["results"] == []
    assert school.delete(f"{path}/{theo.pk}").status_code == 404


@pytest.mark.rule("T4")
def test_a_school_says_who_may_ask(cast: Cast, desk: Api) -> None:
    assert desk.get("customers/oakfield").json()["takes_only_nominated"] is False
    with open_scope(cast.staff_scope()):
        school = cast.customer()
        school.nomination = Nomination.ONLY_NOMINATED
        school.save()
    assert desk.get("customers/oakfield").json()["takes_only_nominated"] is True
