"""Changes that schools tell us of: told in the portal, seen on the ticket for so many days (Rule E5)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.tenancy.scope import open_scope
from contracts.models import ReportedChange
from contracts.reported_changes import changes_readable, recent_changes
from contracts.services.changes import change_settings_save, reported_change_add
from tests.cast import Cast
from tests.tickets.test_opening import open_one

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.rule("E5")
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), tick=False):
        yield


def told(cast: Cast, who: str = "rita", **more: Any) -> ReportedChange:
    with open_scope(cast.scope(who)):
        words = {"what": "A new router", "system": "Office", "made_by": "Broadband Ltd", "works": "yes"}
        school = "hillside" if who in {"hugo", "hana"} else "oakfield"
        return reported_change_add(
            customer=cast.customer(school), by=cast.person(who), **{**words, "changed_on": TODAY, **more}
        )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"what": " "}, "what"),
        ({"system": ""}, "system"),
        ({"made_by": ""}, "made_by"),
        ({"works": "perhaps"}, "works"),
        ({"changed_on": date(2026, 11, 24)}, "changed_on"),
    ],
)
def test_what_is_refused(cast: Cast, given: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        told(cast, **given)
    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize(
    ("days", "changed_on", "is_recent"),
    [
        (None, date(2026, 10, 24), True),  # thirty days
        (None, date(2026, 10, 23), False),
        (1, date(2026, 11, 22), True),
        (1, date(2026, 11, 21), False),
    ],
)
def test_recent(cast: Cast, days: int | None, changed_on: date, is_recent: bool) -> None:
    change = told(cast, changed_on=changed_on)
    with open_scope(cast.scope("ada")):
        if days is not None:
            change_settings_save(recent_days=days)
        assert recent_changes(change.customer_id, TODAY).exists() == is_recent


@pytest.mark.rule("T2")
def test_who_reads_it(cast: Cast) -> None:
    told(cast)
    readers = set()
    for name in ("rita", "remy", "ian", "rob", "fay", "hugo", "hana", "tess"):
        with open_scope(cast.scope(name)):
            if changes_readable(cast.person(name)).exists():
                readers.add(name)
    assert readers == {"rita", "ian", "rob", "tess"}


def test_from_the_portal_to_the_ticket(cast: Cast, signed_in: SignIn) -> None:
    rita, path = signed_in("rita"), "/alder/portal/contracts/changes/"
    with open_scope(cast.scope("tess")):
        ticket, foreign = open_one(cast), cast.customer("hillside")
        own = cast.customer("oakfield")
    data = {"what": "A new router", "system": "Office", "made_by": "Broadband Ltd", "works": "no"}
    data["changed_on"] = "2026-11-20"
    assert rita.post(path, {**data, "customer": foreign.pk}).status_code == 422  # another school
    assert rita.post(path, {**data, "customer": own.pk}).status_code == 302
    beside = signed_in("tess").get(f"/alder/desk/tickets/{ticket.number}/beside/").content.decode()
    assert "A new router" in beside
    assert "It does not work" in beside


def test_staff_record_what_they_hear(cast: Cast, signed_in: SignIn) -> None:
    tess, path = signed_in("tess"), "/alder/desk/contracts/changes/oakfield/"
    with open_scope(cast.scope("tess")):
        own, other = cast.customer("oakfield").pk, cast.customer("hillside").pk
    data = {"what": "Moved", "system": "Displays", "made_by": "Caretaker", "works": "unknown"}
    data["changed_on"] = "2026-11-23"
    assert tess.post(path, {**data, "customer": other}).status_code == 422  # the page is of one school
    assert tess.post(path, {**data, "customer": own}).status_code == 302
    assert "Moved" in tess.get(path).content.decode()
