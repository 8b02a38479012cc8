"""How often we answer an address by machine: two mail systems must not go on answering each other (rules I2, I3, T5).

Signs of automatic mail can be missing: a machine may answer ours with another subject, without references and without
a header that says what it is. What it cannot do is answer before we have written. So a message that came in after our
last automatic mail to its sender gets none while the quiet time lasts; several sent before are answered each.
"""

from collections.abc import Sequence
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
    AnsweredAddress.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["provider", "address"],
        update_fields=["answered_at", "counted_from", "count"],
    )
    return allowed


def _fresh(address: str, now: datetime) -> AnsweredAddress:
    return AnsweredAddress(address=address, answered_at=now, counted_from=now, count=0)
