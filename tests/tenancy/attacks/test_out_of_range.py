"""Numbers, years and characters that no column holds: an answer, never an error of ours."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.tenancy.attacks.tools import SignedIn, quiet
from tests.tenancy.routes import ROUTES
from tests.tenancy.sql import undone
from tests.tenancy.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]

HUGE = (2**31, 2**63, 10**30)


@pytest.mark.parametrize("number", HUGE)
def test_numbers_beyond_any_column_are_not_found(world: World, signed_in: SignedIn, number: int) -> None:
    staff, school = quiet(signed_in("ada")), quiet(signed_in("rob"))
    for name in sorted(ROUTES):
        kwargs = {"provider": "alder", **ROUTES[name].of(world, "rita")}
        if not any(isinstance(value, int) for value in kwargs.values()) or name == "settings:shutdown":
            continue
        path = reverse(
            name, kwargs={key: number if isinstance(value, int) else value for key, value in kwargs.items()}
        )
        client = school if name.startswith("portal") else staff
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in {404, 405}, path


@pytest.mark.parametrize("year", [0, 1, 9999, 10000, 10**30])
def test_years_that_no_calendar_has_are_no_error_of_ours(
    world: World, signed_in: SignedIn, year: int
) -> None:
    client = quiet(signed_in("ada"))
    for query in ("/alder/settings/calendar/shutdown/{}/", "/alder/settings/calendar/?year={}"):
        assert client.get(query.format(year)).status_code < 500, query


NASTY = ["\x00", "²", "'\"><script>", "9" * 40, "%s%(x)s{0}", "\ud7ff\uffff", "../../etc/passwd", "A" * 9000]
QUERIES = [
    "/alder/desk/queue/?q={}",
    "/alder/desk/queue/?view={}",
    "/alder/desk/queue/?after={}",
    "/alder/desk/queue/?customer={}",
    "/alder/desk/phone/?q={}",
    "/alder/settings/people/?q={}",
    "/alder/settings/customers/?q={}",
    "/alder/settings/contracts/?q={}",
    "/alder/settings/audit/?q={}&page={}",
    "/alder/settings/mail/?q={}&state={}",
    "/alder/settings/tester/?at={}&level={}",
    "/alder/settings/calendar/?year={}&customer={}&calendar={}",
]


@pytest.mark.parametrize("text", NASTY)
def test_odd_characters_in_queries_are_no_error_of_ours(world: World, signed_in: SignedIn, text: str) -> None:
    staff, school = quiet(signed_in("ada")), quiet(signed_in("rita"))
    wrong = []
    for query in [*QUERIES, "/alder/portal/requests/?q={}", "/alder/portal/requests/?page={}"]:
        path = query.replace("{}", quote(text))
        with undone():
            answer = (school if "/portal/" in query else staff).get(path)
        if answer.status_code >= 500 or b"'\"><script>" in answer.content:
            wrong.append(f"{answer.status_code} {query}")
    assert not wrong


@pytest.mark.parametrize("text", ["\x00", "²", "9" * 40, "0001-01-01T00:00", "9999-12-31T23:59"])
def test_odd_characters_in_forms_are_no_error_of_ours(world: World, signed_in: SignedIn, text: str) -> None:
    staff, school, number = quiet(signed_in("ada")), quiet(signed_in("rita")), world.number("rita")
    names = [
        "text",
        "subject",
        "reason",
        "words",
        "version",
        "level",
        "assignee",
        "team",
        "clock",
        "explanation",
    ]
    names += [
        "cause",
        "waiting_for",
        "to_stage",
        "closed_as",
        "apart",
        "customer",
        "category",
        "call_back_at",
    ]
    data = dict.fromkeys(names, text) | {"phone": "1"}
    call = {"subject": "a", "text": "b", "phone": "1", "call_back_at": text}
    membership = ROUTES["desk:phone_call"].of(world, "rita")["membership"]
    actions = [
        "reply",
        "fix",
        "note",
        "take",
        "assign",
        "level",
        "wait",
        "resume",
        "reopen",
        "close",
        "escalate",
    ]
    posts = [
        (staff, f"/alder/desk/tickets/{number}/{one}/", data)
        for one in [*actions, "apart", "reason", "explain"]
    ]
    posts += [
        (staff, f"/alder/desk/phone/{membership}/", call),
        (school, "/alder/portal/requests/new/", data),
    ]
    posts += [
        (school, f"/alder/portal/requests/{number}/{one}/", data) for one in ("add", "reopen", "escalate")
    ]
    wrong = []
    for client, path, form in posts:
        with undone():
            status = client.post(path, form).status_code
        if status >= 500:
            wrong.append(f"{status} {path}")
    assert not wrong
