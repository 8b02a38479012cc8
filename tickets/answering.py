"""How often we answer an address by machine: two mail systems must not go on answering each other (rules I2, I3, T5).

Signs of automatic mail can be missing: a machine may answer ours with another subject, without references and without
a header that says what it is. What it cannot do is answer before we have written. So a message that came in after our
last automatic mail to its sender gets none while the quiet time lasts; several sent before are answered each.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tickets.models import AnsweredAddress

QUIET_TIME = timedelta(minutes=5)
COUNTED = timedelta(days=1)
MOST = 30  # automatic mails to one address within COUNTED, whatever they answer


@dataclass(frozen=True, slots=True)
class Question:
    """A message that would be answered: the address it came from, in lower case, and when it came in (aware)."""

    address: str
    received_at: datetime


def answers_claim(questions: Sequence[Question], *, now: datetime | None = None) -> list[bool]:
    """For each message whether it may be answered by machine. Those that may are counted as answered.

    The caller has locked the senders, so that no other transaction asks for them at the same time.
    """
    now = now or timezone.now()
    known = AnsweredAddress.objects.filter(address__in={one.address for one in questions})
    rows = {row.address: row for row in known}
    last = {address: row.answered_at for address, row in rows.items()}
    allowed, changed = [], {}
    for one in questions:
        row = rows.setdefault(one.address, _fresh(one.address, now))
        if now - row.counted_from >= COUNTED:
            row.counted_from, row.count = now, 0
        answered_at = last.get(one.address)
        is_quiet = (
            answered_at is not None and now - answered_at < QUIET_TIME and one.received_at > answered_at
        )
        may = not is_quiet and row.count < MOST
        if may:
            row.answered_at, row.count = now, row.count + 1
            changed[one.address] = row
        allowed.append(may)
    _store(changed.values())
    return allowed


def passing_on_times(
    addresses: Collection[str], *, answers: Question | None = None, now: datetime | None = None
) -> dict[str, datetime]:
    """When what somebody of a school wrote may be passed on to each of these addresses; whoever is left out gets none.

    They are counted as answered by machine. What came by mail (`answers`) right after our last automatic mail to its
    sender may itself be a machine's: it goes out when that sender's quiet time has passed, so that two machines that
    follow one ticket get one mail in each. A person's quick answer is late by that, and never lost.
    """
    now = now or timezone.now()
    wanted = sorted({*addresses, *([answers.address] if answers else [])})
    rows = {row.address: row for row in AnsweredAddress.objects.filter(address__in=wanted)}
    sender = rows.get(answers.address) if answers else None
    at = now
    if sender and answers and answers.received_at > sender.answered_at:
        at = max(now, sender.answered_at + QUIET_TIME)
    times = {}
    for address in sorted(addresses):
        row = rows.setdefault(address, _fresh(address, now))
        if now - row.counted_from >= COUNTED:
            row.counted_from, row.count = now, 0
        if row.count < MOST:
            row.answered_at, row.count = at, row.count + 1
            times[address] = at
    _store([rows[address] for address in times])
    return times


def _store(rows: Collection[AnsweredAddress]) -> None:
    AnsweredAddress.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["provider", "address"],
        update_fields=["answered_at", "counted_from", "count"],
    )


def _fresh(address: str, now: datetime) -> AnsweredAddress:
    return AnsweredAddress(address=address, answered_at=now, counted_from=now, count=0)
