"""The live state of the promises on the first pages of desk and portal (Rule R2)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client

from accounts.panels import HOME_PANELS, Panel
from accounts.tenancy.access import Door
from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from sla.services.on_site_time import OnSite, on_site_times_set
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.services.conversation import ticket_reply

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R2")]

SignedIn = Callable[[str], Client]
# Urgent requests of Friday 16:00: replies due on Monday at 08:30, fixes at 15:30, warnings at 08:15 and 13:30.
LATER = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def quarter(cast: Cast) -> object:
    """Two requests of Oakfield, one answered in time and one not; one of Hillside that nobody has answered."""
    with time_machine.travel(LATER, tick=False) as traveller:
        with open_scope(cast.staff_scope(name="tess")):
            answered, _late = open_one(cast), open_one(cast)
            answered_at = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
            ticket_reply(ticket=answered, author=cast.person("tess"), text="On our way.", at=answered_at)
            days = (date(2026, 11, 20), date(2026, 11, 23))  # Hillside's promises run in visits
            visits = [OnSite(day, time(8), time(16, 30)) for day in days]
            on_site_times_set(customer_id=cast.customer("hillside").pk, times=visits, cause="Visits booked")
            open_one(cast, who="hugo", school="hillside")
        sweep(now=LATER, queues=["clocks"])
        yield traveller


def test_the_desk_sees_the_whole_desk(quarter: object, signed_in: SignedIn) -> None:
    page = signed_in("tess").get("/alder/desk/").content.decode()
    panel = page.split("Promises this quarter")[1].split("</section>")[0]
    assert "1 of 3, target 95%" in panel
    assert "more than the target allows" in panel


def test_those_who_lead_a_school_see_their_schools_promises(quarter: object, signed_in: SignedIn) -> None:
    page = signed_in("ian").get("/alder/portal/").content.decode()
    panel = page.split("Promises to Oakfield this quarter")[1].split("</section>")[0]
    assert "1 of 2, target 95%" in panel
    assert "1 open request is late. 1 is due soon." in " ".join(panel.split())
    assert "Hillside" not in page


@pytest.mark.parametrize("name", ["rita", "fay", "hugo"])
def test_nobody_else_does(quarter: object, signed_in: SignedIn, name: str) -> None:
    assert "Promises to" not in signed_in(name).get("/alder/portal/").content.decode()


def test_a_late_fix_is_owned_up_to(quarter: object, signed_in: SignedIn) -> None:
    with time_machine.travel(LATER.replace(hour=16), tick=False):
        sweep(now=LATER.replace(hour=16), queues=["clocks"])
        page = signed_in("rita").get("/alder/portal/").content.decode()
    assert "We are late with the fix, and are sorry" in page


def test_the_first_page_of_a_lead_keeps_to_its_queries(
    quarter: object,
    cast: Cast,
    signed_in: SignedIn,
    at_most: Callable[[int], AbstractContextManager[None]],
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        for _ in range(10):
            open_one(cast)
    client = signed_in("ian")
    client.get("/alder/portal/")
    with at_most(15):
        client.get("/alder/portal/")


def test_a_panel_with_nothing_to_say_is_left_out(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HOME_PANELS, "_panels", [])
    HOME_PANELS.add(Panel(Door.DESK, 1, "no/such/template.html", lambda request: None))
    HOME_PANELS.add(Panel(Door.PORTAL, 1, "no/such/template.html", lambda request: {}))
    assert signed_in("tess").get("/alder/desk/").status_code == 200
