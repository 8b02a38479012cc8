"""Remote sessions of a ticket count for fair use, and are never refused (rules P5, P9)."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Direction, Message
from visits.models import AllowanceEntry, AllowanceKind, RemoteSession

pytestmark = [pytest.mark.django_db, pytest.mark.rule("P5", "P9")]


def test_a_session_is_noted_once_and_counted(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    form = tess.get(path).context["forms"]["remote"]
    data = {"minutes": "25", "note": "Reset the router", "once": str(form["once"].value())}
    for _turn in range(2):  # a form that is sent twice
        assert tess.post(f"{path}remote/", data).status_code == 302
    with open_scope(cast.staff_scope()):
        session = RemoteSession.objects.get()
        assert (session.minutes, session.note) == (25, f"CON-{ticket.number}: Reset the router")
        line = AllowanceEntry.objects.get(session=session)
        assert (line.kind, line.quantity) == (AllowanceKind.REMOTE_SESSION, -1)
        note = Message.objects.get(ticket=ticket, text__contains="25 minutes")
        assert note.direction == Direction.NOTE


@pytest.mark.parametrize("minutes", ["0", "-5", "2000", "", "soon"])
def test_a_length_that_cannot_be_is_told_at_its_field(
    cast: Cast, signed_in: Callable[[str], Client], minutes: str
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
    answer = signed_in("tess").post(
        f"/alder/desk/tickets/{ticket.number}/remote/", {"minutes": minutes, "note": ""}
    )
    assert answer.status_code == 422
    assert answer.context["forms"]["remote"].errors["minutes"]
    with open_scope(cast.staff_scope()):
        assert not RemoteSession.objects.exists()
