"""A batch asks once for what its messages share, and each message still meets what the one before it did."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from delivery import hints
from tests.cast import Cast
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.mails import mail
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
READS = ("SELECT", "WITH")
# Not of a message: its ticket's number, and the batch's own look at it afterwards.
A_TICKET_EACH = ("tickets_next_number",)


def numbered(number: int) -> bytes:
    return mail(message_id=f"<{number}@oakfield.example>", subject=f"Number {number}").as_bytes()


def reads_of(take: Take, first: int, count: int) -> int:
    with CaptureQueriesContext(connection) as asked:
        outcomes = take(*(numbered(first + one) for one in range(count)))
    assert {one.outcome for one in outcomes} == {"ticket"}
    statements = [one["sql"] for one in asked if one["sql"].lstrip().startswith(READS)]
    return sum(not any(name in sql for name in A_TICKET_EACH) for sql in statements)


@pytest.mark.rule("I1")
def test_a_batch_reads_no_more_than_a_single_message(cast: Cast, take: Take) -> None:
    take(numbered(0))
    assert reads_of(take, 100, 20) <= reads_of(take, 200, 1) + 1


@pytest.mark.rule("I2")
def test_the_same_message_twice_in_a_batch_is_one_ticket(cast: Cast, take: Take) -> None:
    first, second = take(numbered(1), numbered(1) + b"\n\nanother footer")
    assert (first.outcome, second.outcome) == ("ticket", "duplicate")
    assert first.ticket == second.ticket


@pytest.mark.rule("T4")
def test_a_new_person_is_known_from_their_second_message_on(cast: Cast, take: Take) -> None:
    fresh = [
        mail(sender="Nina New <nina@oakfield.example>", message_id=f"<{one}@oakfield.example>").as_bytes()
        for one in range(3)
    ]
    assert [one.outcome for one in take(*fresh)] == ["ticket"] * 3
    with open_scope(cast.staff_scope()):
        nina = Person.objects.get(email="nina@oakfield.example")
        assert Ticket.objects.filter(requester=nina).count() == 3


def test_a_batch_hints_once(cast: Cast, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(hints, "_publish", lambda queue, _provider, rows: told.append((queue, len(rows))))
    take(*(numbered(one) for one in range(5)))
    assert told == [("mail", 5)]
