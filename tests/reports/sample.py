"""A quarter as a school would really have it: a hundred requests, a few misses, callouts and escalations."""

import random
from datetime import datetime, timedelta
from typing import Any

from satisfaction.models import SatisfactionQuestion
from sla.models import Apart, Clock, ClockKind
from sla.quarters import Quarter
from sla.working_time import working_time_for
from tests.reports.world import DESK_HOURS, LEVELS, World
from tickets.models import BreachReason, Category, Channel, Escalation, MissCause, Ticket

SUBJECTS = (
    "The printer in room 4 does not print",
    "No sound from the hall projector",
    "Cannot open the register on the classroom laptop",
    "New starter in the office from Monday",
    "Wi-Fi drops in the library",
    "Password forgotten after the holidays",
    "Interactive screen in Year 2 shows no picture",
    "Shared drive is full",
    "Staff laptop will not start",
    "SIMS asks for an update",
)
WORDS = {
    MissCause.HARDWARE_PARTS: "The replacement lamp took six working days to arrive.",
    MissCause.THIRD_PARTY_SOFTWARE: "The supplier released the correction a week later.",
    MissCause.WORKLOAD: "Three schools had lost their connection on the same morning.",
    MissCause.DIAGNOSIS: "The fault showed only with two of the laptops.",
}
# In turn: about two of five answer.
ANSWERS = ("good", "", "", "good", "", "all_right", "", "good", "", "", "poor", "", "good")
DESK = working_time_for(DESK_HOURS)
PROMISES = {"urgent": (1, 8), "high": (2, 16), "medium": (4, 40), "low": (8, 80)}
CATEGORIES = ("Printing", "Network and Wi-Fi", "Accounts and passwords", "Laptops and computers", "Software")


def fill_quarter(world: World, quarter: Quarter, *, requests: int = 120, seed: int = 7) -> None:
    """Requests spread over the quarter. The same seed gives the same quarter."""
    chance = random.Random(seed)
    categories = [world.category, *(_category(world, name) for name in CATEGORIES)]
    start, end = quarter.bounds("Europe/London")
    for number in range(requests):
        logged = DESK.add(start + (end - start) * chance.random(), timedelta(minutes=chance.randrange(480)))
        level = chance.choices(LEVELS, weights=(2, 8, 35, 55))[0]
        apart = chance.choices(list(Apart), weights=(92, 1, 2, 5))[0]
        if number < len(WORDS) + 1:
            apart = Apart.COUNTED
        ticket = _request(world, chance, logged, level, apart, is_late=number < len(WORDS) + 1)
        ticket.category = chance.choice([*categories, None])
        ticket.save()
        if apart == Apart.COUNTED:
            _ask(world, ticket, ANSWERS[number % len(ANSWERS)])
        if number < 2:
            Escalation.objects.create(
                customer=world.customer, ticket=ticket, from_stage=1, to_stage=2 + number,
                trigger="technician", reason="The server needs somebody with administrator rights",
                at=logged + timedelta(hours=5),
            )  # fmt: skip
    misses = Clock.objects.filter(
        state="missed", breach_reason=None, counted_at__gte=start, counted_at__lt=end
    )
    for clock, cause in zip(misses, WORDS, strict=False):
        BreachReason.objects.create(
            customer=world.customer, clock=clock, cause=cause, words=WORDS[cause], by=world.requester, at=end
        )


def _ask(world: World, ticket: Ticket, answer: str) -> None:
    assert ticket.closed_at is not None
    answered_at = ticket.closed_at + timedelta(hours=3) if answer else None
    SatisfactionQuestion.objects.create(
        customer=world.customer,
        ticket=ticket,
        person=world.requester,
        closed_at=ticket.closed_at,
        answer=answer,
        answered_at=answered_at,
        changed_at=answered_at,
    )


def _category(world: World, name: str) -> Category:
    key = name.split()[0].lower()
    return Category.objects.get_or_create(key=key, defaults={"name": name})[0]


def _request(
    world: World, chance: random.Random, logged: datetime, level: str, apart: Apart, *, is_late: bool
) -> Ticket:
    reply_hours, fix_hours = PROMISES[level]

    def after(hours: float) -> datetime:
        return DESK.add(logged, timedelta(hours=hours))

    reply_due, fix_due = after(reply_hours), after(fix_hours)
    replied = after(reply_hours * chance.uniform(0.1, 0.95))
    fixed = after(fix_hours * (chance.uniform(1.05, 1.6) if is_late else chance.uniform(0.2, 0.9)))
    common: dict[str, Any] = {"level": level, "apart": apart, "started": logged}
    return world.ticket(
        response=world.clock(ClockKind.RESPONSE, due=reply_due, ended=replied, **common),
        fix=world.clock(
            ClockKind.FIX,
            due=fix_due,
            ended=fixed,
            due_without_pauses=after(fix_hours * chance.choice([1, 1, 1, 0.6])),
            **common,
        ),
        logged=logged,
        fixed=fixed,
        closed=fixed + timedelta(days=3),
        level=level,
        channel=chance.choice([one for one in Channel if one != Channel.MONITORING]),
        subject=chance.choice(SUBJECTS),
    )
