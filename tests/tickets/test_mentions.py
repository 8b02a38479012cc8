"""'@name' in a note for staff tells that colleague."""

import pytest

from accounts.tenancy.scope import open_scope
from delivery.models import Notification
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.mentions import mentioned
from tickets.services.conversation import note_add, ticket_reply

NAMES = {1: "Theo Marsh", 2: "Ann Lee", 3: "Ann Lee Carr", 4: "Zoë", 5: "Sam", 6: "Sam", 7: " "}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Theo please look", {1}),
        ("cc @theo marsh, @ZOË.", {1, 4}),
        ("(@Ann Lee Carr)", {3}),
        ("@Ann Lee's switch", {2}),
        ("@Ann which of the two?", set()),
        ("@Sam both have this name", set()),
        ("@Theodora and @Nobody and @ Theo", set()),
        ("theo@school.example, a.@theo", set()),
        ("@Theo @Theo", {1}),
        ("", set()),
    ],
)
def test_known_names_after_an_at(text: str, found: set[int]) -> None:
    assert mentioned(text, NAMES) == found


def test_a_note_tells_colleagues_of_the_provider_and_nobody_else(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, tess = open_one(cast), cast.person("tess")
        text = "@Theo @Tess @Rita @Tim: have a look"  # herself, somebody of the school, another provider's
        ticket_reply(ticket=ticket, author=tess, text=text)
        assert not Notification.objects.exists()
        note = note_add(ticket=ticket, author=tess, text=text)
        told = Notification.objects.get()
        assert told.person == cast.person("theo")
        assert told.summary == f"Tess names you in a note on ticket {ticket.number}"
        assert told.path == f"/alder/desk/tickets/{ticket.number}/#message-{note.pk}"
