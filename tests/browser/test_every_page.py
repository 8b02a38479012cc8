"""Every page of the site: accessible on a phone and a desk, in light and dark, and told apart by its title."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import LOOKS, faults_in_every_look, open_page, sign_in
from tests.browser.scene import NOW, Scene, build
from tests.browser.site import KEYS, Route, routes
from tests.cast import Cast
from tests.tenancy.addresses import PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]

SignIn = Callable[[str], Client]
# Who looks at an area, and pages of it that a plain address does not show.
AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "desk": (
        "ada",
        (
            "desk/tickets/{late}/",
            "desk/tickets/{waiting}/",
            "desk/tickets/{fixed}/",
            "desk/tickets/{called}/",
            "desk/queue/?view=missed",
            "desk/queue/?view=approval",
            "desk/tickets/{keys[unapproved]}/",
            "desk/queue/?view=all&q=nothing+has+these+words",
            "desk/phone/?q=rita",
            "desk/find/?q=oak",
            "desk/find/?q=nothing",
            "desk/macros/?q=nothing",
            "desk/phone/?q=nobody",
            "desk/mail/?state=ignored",
            "desk/mail/?state=rejected",
        ),
    ),
    "portal": ("ian", ("portal/requests/{fixed}/", "portal/requests/{late}/", "portal/requests/?q=nothing")),
    "desk_chat": ("lena", ()),
    "portal_chat": ("ian", ()),
    "knowledge": ("lena", ("desk/knowledge/?q=nothing",)),
    "portal_knowledge": ("ian", ()),
    "notices": (
        "lena",
        (
            "desk/notices/?q=nothing",
            "desk/notices/?state=any",
            "desk/notices/{keys[draft_notice]}/",
            "desk/notices/{keys[over_notice]}/",
        ),
    ),
    "portal_notices": ("ian", ("portal/notices/{keys[over_notice]}/", "portal/", "portal/requests/new/")),
    "complaints": ("cass", ("desk/complaints/?state=overdue",)),
    "reviews": ("cass", ("desk/reviews/?kind=school", "desk/reviews/?state=done")),
    "portal_complaints": ("ian", ()),
    "desk_satisfaction": ("cass", ("desk/satisfaction/?answer=poor", "desk/satisfaction/?quarter=2026Q2")),
    "portal_satisfaction": ("rita", ()),
    "planning": ("lena", ()),
    "visits": ("tess", ("desk/visits/?view=month", "desk/visits/?view=day&day=2026-12-25")),
    "quotes": ("cass", ("desk/quotes/{keys[quote]}/", "desk/quotes/?q=nothing")),
    "portal_quotes": ("rob", ()),
    "portal_visits": ("ian", ()),
    "portal_reports": ("ian", ()),
    "portal_schools": ("ian", ("portal/schools/?q=nothing",)),
    "desk_contracts": ("cass", ("desk/contracts/?days=365",)),
    "portal_contracts": ("ian", ()),
    "portal_people": ("ian", ()),
    "settings": (
        "ada",
        (
            "settings/tester/?level=high&customer=&day=2026-11-20&time=16:00",
            "settings/tester/?level=low&customer=oakfield&day=2026-12-23&time=15:00",
            "settings/calendar/?year=2026&day=2026-12-25",
            "settings/audit/?who=nobody",
            "settings/staff/?q=nobody",
            "settings/personal-data/?q=oakfield",
            "settings/personal-data/{keys[erased]}/erase/",
        ),
    ),
    "reports": ("cass", ("reports/hillside/2026Q3/", "reports/hillside/2026Q4/")),
}
PAGELESS = {302, 405}  # only sends on, or only takes a form


@pytest.fixture
def scene(cast: Cast, live_server: LiveServer) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=True):
        yield build(cast)


def test_no_area_and_no_page_with_a_key_goes_unseen() -> None:
    tenants = [one for one in routes() if "provider" in one.parameters and one.name not in PUBLIC]
    assert {one.name.partition(":")[0] for one in tenants} == set(AREAS)
    assert {one.name for one in tenants if "pk" in one.parameters} == set(KEYS)


def rounds() -> dict[str, list[str]]:
    """Every area once, in three rounds that may run beside each other. Each builds the scene, which takes seconds."""
    staff = [area for area, (who, _more) in AREAS.items() if who == "ada" and area != "settings"]
    return {
        "settings": ["settings"],
        "desk": staff,
        "others": [one for one in AREAS if one not in {"settings", *staff}],
    }


@pytest.mark.parametrize("areas", rounds().values(), ids=rounds())
def test_every_page_is_accessible_in_every_look(
    areas: list[str], scene: Scene, browser: Browser, live_server: LiveServer, signed_in: SignIn
) -> None:
    found: list[str] = []
    for area in areas:
        who, more = AREAS[area]
        client = signed_in(who)
        pages = _pages(area, scene, client)
        assert pages
        titles = Counter(title for title, _name in pages.values())
        found += [
            f"{count} pages of {area} are called {title}" for title, count in titles.items() if count > 1
        ]
        paths = {path: name for path, (_title, name) in pages.items()}
        paths |= {f"/alder/{one}".format(**vars(scene)): f"{area}-more-{n}" for n, one in enumerate(more)}
        with open_page(browser, LOOKS[0]) as page:
            sign_in(page, client, live_server.url)
            for path, name in paths.items():
                answer = page.goto(live_server.url + path)
                assert answer is not None
                assert answer.status == 200, path
                found += [f"{path} {fault}" for fault in faults_in_every_look(page, name)]
    assert not found, "\n".join(found)


def _pages(area: str, scene: Scene, client: Client) -> dict[str, tuple[str, str]]:
    """The pages of an area by path, each with its title and a name for its picture."""
    own = [one for one in routes() if one.name.partition(":")[0] == area]
    titles = {one: _title(one, scene, client) for one in own}
    return {one.path(scene): (title, one.name.replace(":", "-")) for one, title in titles.items() if title}


def _title(route: Route, scene: Scene, client: Client) -> str:
    """The title of a page to be looked at; empty for a file, a part of a page, and nothing without a form."""
    answer = client.get(route.path(scene))
    assert answer.status_code in {200, *PAGELESS}, (route.name, answer.status_code)
    is_page = answer.status_code == 200 and "html" in answer["Content-Type"] and b"<main" in answer.content
    found = re.search(r"<title>(.+?)</title>", answer.content.decode(), re.DOTALL) if is_page else None
    return found[1].strip() if found else ""
