"""For the demo: what schools answered to 'How did we do?' about a year of closed requests. Nothing here sends mail."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from accounts.tenancy.scope import current_scope
from demo.records import TicketRecord
from demo.writing import rows_write
from satisfaction.models import USUAL_GAP, SatisfactionQuestion
from satisfaction.selectors import ASKED_OF
from satisfaction.services.asking import MAILED_AFTER

_COLUMNS = [
    "provider_id",
    "customer_id",
    "ticket_id",
    "person_id",
    "closed_at",
    "mailed_at",
    "answer",
    "comment",
    "answered_at",
    "changed_at",
    "failures",
    "last_failure",
]
GAP = timedelta(days=USUAL_GAP)
ANSWERS_BY_MAIL, ANSWERS_IN_PORTAL = 0.44, 0.08
CHOICES = ("good", "all_right", "poor")
USUAL, AFTER_A_MISS = (80, 15, 5), (42, 32, 26)  # of a hundred answers
COMMENTS = {
    "good": (
        "Quick and friendly, thank you.",
        "Sorted before the lesson began.",
        "Explained so that I understood it.",
        "Thank you for ringing back.",
    ),
    "all_right": (
        "It works now, but I had to ask twice.",
        "Fine in the end. An earlier word on when would have helped.",
        "Fixed, although not on the first visit.",
    ),
    "poor": (
        "It went wrong again on the next day.",
        "We waited far too long and nobody told us why.",
        "I had to explain it to three different people.",
    ),
}
SAYS_MORE = {"good": 0.25, "all_right": 0.5, "poor": 0.85}


def answers_write(tickets: Sequence[TicketRecord], *, seed: int, now: datetime) -> None:
    """Ask about those that were closed, inside the provider's open scope. The tickets have their ids."""
    closed = [one for one in tickets if one.closed_as in ASKED_OF and one.channel != "monitoring"]
    rows_write(SatisfactionQuestion, _COLUMNS, _rows(closed, seed, now))


def _rows(tickets: Sequence[TicketRecord], seed: int, now: datetime) -> Iterator[Sequence[object]]:
    provider = current_scope().provider_id
    chance = Random(f"{seed}:satisfaction:{tickets[0].number if tickets else 0}")  # noqa: S311 - can be repeated
    mailed: dict[int, datetime] = {}
    for ticket in sorted(tickets, key=lambda one: (one.closed_at or now, one.number)):
        assert ticket.closed_at is not None
        person, mailed_at = ticket.requester.person_id, ticket.closed_at + MAILED_AFTER
        last = mailed.get(person)
        is_mailed = mailed_at <= now and (last is None or last <= mailed_at - GAP)
        if is_mailed:
            mailed[person] = mailed_at
        answer, answered_at = _answer(chance, ticket, now, is_mailed=is_mailed)
        comment = chance.choice(COMMENTS[answer]) if answer and chance.random() < SAYS_MORE[answer] else ""
        yield (
            provider, ticket.school.customer_id, ticket.id, person, ticket.closed_at,
            mailed_at if is_mailed else None, answer, comment, answered_at, answered_at, 0, "",
        )  # fmt: skip


def _answer(
    chance: Random, ticket: TicketRecord, now: datetime, *, is_mailed: bool
) -> tuple[str, datetime | None]:
    """What was answered and when; nothing by most. Who waited too long is seldom happy."""
    assert ticket.closed_at is not None
    answered_at = ticket.closed_at + timedelta(minutes=chance.randrange(20, 4000))
    answers = chance.random() < (ANSWERS_BY_MAIL if is_mailed else ANSWERS_IN_PORTAL)
    was_missed = any(clock.state == "missed" for clock in ticket.clocks)
    (choice,) = chance.choices(CHOICES, AFTER_A_MISS if was_missed else USUAL)
    return (choice, answered_at) if answers and answered_at < now else ("", None)
