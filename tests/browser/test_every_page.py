"""Every page of the site: accessible on a phone and a desk, in light and dark, and told apart by its title."""

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
from tests.tenancy.routes import PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]

SignIn = Callable[[str], Client]
# Who looks at an area, and pages of it that a plain address does not show.
AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "desk": (
        "lena",
        (
            "desk/tickets/{late}/",
            "desk/tickets/{waiting}/",
            "desk/tickets/{fixed}/",
            "desk/tickets/{called}/",
            "desk/queue/?view=missed",
            "desk/queue/?view=all&q=nothing+has+these+words",
            "desk/phone/?q=rita",
            "desk/phone/?q=nobody",
            "desk/mail/?state=ignored",
            "desk/mail/?state=rejected",
        ),
    ),
    "portal": ("ian", ("portal/requests/{fixed}/", "portal/requests/{late}/", "portal/requests/?q=nothing")),
    "desk_chat": ("lena", ()),
    "portal_chat": ("ian", ()),
    "planning": ("lena", ()),
    "visits": ("tess", ("desk/visits/?view=month", "desk/visits/?view=day&day=2026-12-25")),
    "quotes": ("cass", ("desk/quotes/{keys[quote]}/", "desk/quotes/?q=nothing")),
    "portal_quotes": ("rob", ()),
    "portal_visits": ("ian", ()),
    "portal_reports": ("ian", ()),
    "desk_contracts": ("cass", ("desk/contracts/?days=365",)),
    "portal_contracts": ("ian", ()),
    "settings": (
        "ada",
        (
            "settings/tester/?level=high&customer=&day=2026-11-20&time=16:00",
            "settings/tester/?level=low&customer=oakfield&day=2026-12-23&time=15:00",
            "settings/calendar/?year=2026&day=2026-12-25",
            "settings/audit/?who=nobody",
            "settings/staff/?q=nobody",
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


@pytest.mark.parametrize("area", AREAS)
def test_every_page_is_accessible_in_every_look(
    area: str, scene: Scene, browser: Browser, live_server: LiveServer, signed_in: SignIn
) -> None:
    who, more = AREAS[area]
    client = signed_in(who)
    own = [one for one in routes() if one.name.partition(":")[0] == area]
    paths = {one.path(scene): one.name.replace(":", "-") for one in own if _is_page(one, scene, client)}
    assert paths
    paths |= {
        f"/alder/{one}".format(**vars(scene)): f"{area}-more-{number}" for number, one in enumerate(more)
    }
    found: list[str] = []
    titles: Counter[str] = Counter()
    with open_page(browser, LOOKS[0]) as page:
        sign_in(page, client, live_server.url)
        for path, name in paths.items():
            answer = page.goto(live_server.url + path)
            assert answer is not None
            assert answer.status == 200, path
            titles[page.title()] += "-more-" not in name
            found += [f"{path} {fault}" for fault in faults_in_every_look(page, name)]
    found += [f"{count} pages are called {title}" for title, count in titles.items() if count > 1]
    assert not found, "\n".join(found)


def _is_page(route: Route, scene: Scene, client: Client) -> bool:
    """Whether an address answers a page to be looked at, rather than a file or nothing without a form."""
    answer = client.get(route.path(scene))
    assert answer.status_code in {200, *PAGELESS}, (route.name, answer.status_code)
    return answer.status_code == 200 and "html" in answer["Content-Type"] and b"<main" in answer.content
