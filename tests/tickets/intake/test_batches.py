"""A batch asks once for what its messages share, and each message still meets what the one before it did."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Person
from accounts.tenancy.scope import open_scope
from delivery import hints
from delivery.models import OutboundMail
from sla.models import Clock
from tests.cast import Cast
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.mails import mail
from tickets import mailing
from tickets.models import InboundMail, Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
READS = ("SELECT", "WITH")
WRITES = ("INSERT", "UPDATE")
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


def writes_of(take: Take, first: int, count: int) -> int:
    with CaptureQueriesContext(connection) as asked:
        take(*(numbered(first + one) for one in range(count)))
    return sum(one["sql"].lstrip().startswith(WRITES) for one in asked)


@pytest.mark.rule("I1")
def test_a_batch_writes_with_as_many_statements_as_a_single_message(cast: Cast, take: Take) -> None:
    take(numbered(0))
    assert writes_of(take, 100, 20) == writes_of(take, 200, 1) > 0


@pytest.mark.rule("I2", "S14")
def test_one_message_that_we_cannot_handle_holds_up_none_of_its_batch(
    cast: Cast, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mailing.acknowledgement

    def fragile(*, ticket: Ticket, **more: object) -> object:
        if ticket.subject == "Number 2":
            raise RuntimeError("our own mistake, after the tickets were written")
        return real(ticket=ticket, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(mailing, "acknowledgement", fragile)
    ends = take(*(numbered(one) for one in range(5)))
    assert [one.outcome for one in ends] == ["ticket", "ticket", "quarantined", "ticket", "ticket"]
    with open_scope(cast.staff_scope()):
        tickets = Ticket.objects.order_by("number")
        assert [one.subject for one in tickets] == ["Number 0", "Number 1", "Number 3", "Number 4"]
        assert [one.number - tickets[0].number for one in tickets] == [0, 1, 2, 3]
        for rows in (
            Message.objects,
            OutboundMail.objects,
            AuditEntry.objects.filter(action="ticket.opened"),
        ):
            assert rows.count() == len(tickets)
        assert Clock.objects.count() == 2 * len(tickets)
        assert not InboundMail.objects.filter(wake_at__isnull=False).exists()


@pytest.mark.rule("I1")
def test_an_answer_joins_the_ticket_that_its_own_batch_opens(cast: Cast, take: Take) -> None:
    answer = mail(
        subject="And another thing", message_id="<more@oakfield.example>", In_Reply_To="<7@oakfield.example>"
    )
    ends = take(numbered(6), numbered(7), answer, numbered(8))
    assert [one.outcome for one in ends] == ["ticket", "ticket", "reply", "ticket"]
    assert ends[2].ticket == ends[1].ticket
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(subject="Number 7").messages.count() == 2


@pytest.mark.rule("I1")
def test_a_file_above_the_limit_holds_up_none_of_its_batch(
    cast: Cast, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.ATTACHMENT_LIMIT", 1_000)
    heavy = mail(message_id="<heavy@oakfield.example>")
    heavy.add_attachment(bytes(1_001), maintype="image", subtype="jpeg", filename="photo.jpg")
    ends = take(numbered(1), heavy, numbered(2))
    assert [one.outcome for one in ends] == ["ticket", "quarantined", "ticket"]
    assert ends[1].reason == "too_large"
