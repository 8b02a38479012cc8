"""The queue's three counts: fine, due soon, missed. Each open ticket is one of them, told in working time (S11)."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from sla.models import Apart, Clock
from sla.services.clocks import clock_set_apart
from sla.steps import tell_changed
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Ticket
from tickets.queue import VIEWS, Filters, due_counts, fixed_views, open_tickets, view_counts
from tickets.services.conversation import ticket_reply

pytestmark = [pytest.mark.django_db, pytest.mark.rule("S11")]

# Urgent, logged on Friday at 16:00: reply due on Monday at 08:30, three quarters of its hour gone at 08:15.
MOMENTS = [
    (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "fine"),
    (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), "fine"),
    (datetime(2026, 11, 23, 8, 14, tzinfo=UTC), "fine"),
    (datetime(2026, 11, 23, 8, 15, tzinfo=UTC), "soon"),
    (datetime(2026, 11, 23, 8, 30, tzinfo=UTC), "soon"),
    (datetime(2026, 11, 23, 8, 31, tzinfo=UTC), "missed"),
]
# Logged on Friday at 15:40: three quarters are gone at 16:25, the desk closes at 16:30, the reply is due at 08:10.
LATE_ON_FRIDAY = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def counted(person: Person, now: datetime) -> dict[str, int]:
    """How many tickets each fixed view holds; in each of them the parts make the whole."""
    found = view_counts(fixed_views(Filters()), person, now)
    assert found["fine"].total == found["open"].fine
    assert found["soon"].total == found["open"].soon
    assert found["missed"].total == found["open"].missed
    return {key: split.total for key, split in found.items()}


@pytest.mark.parametrize(("now", "part"), MOMENTS)
def test_a_ticket_is_in_one_part_and_the_parts_make_the_whole(cast: Cast, now: datetime, part: str) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        open_one(cast)
        counts = counted(cast.person("tess"), now)
        school = due_counts([cast.customer().pk], now)[cast.customer().pk]
    assert {key for key in ("fine", "soon", "missed") if counts[key]} == {part}
    assert counts["fine"] + counts["soon"] + counts["missed"] == counts["open"] == 1
    assert (school.missed, school.soon) == (counts["missed"], counts["soon"])


def test_due_soon_lasts_through_a_closed_desk(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        open_one(cast, logged_at=LATE_ON_FRIDAY)
        assert counted(cast.person("tess"), SATURDAY)["soon"] == 1


def test_an_answer_takes_the_ticket_out_of_due_soon(cast: Cast) -> None:
    now = datetime(2026, 11, 23, 8, 20, tzinfo=UTC)
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="On our way.", at=now)
        stored, fix = Ticket.objects.get(pk=ticket.pk), ticket.fix_clock
        assert fix is not None
        assert stored.next_warn_at == fix.warn_at
        assert counted(cast.person("tess"), now)["soon"] == 0


def test_a_moved_deadline_moves_the_warning_point(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        later = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        assert ticket.response_clock_id is not None
        Clock.objects.filter(pk=ticket.response_clock_id).update(warn_at=later, due_at=later.replace(hour=10))
        tell_changed([ticket.response_clock_id])
        moved = Ticket.objects.get(pk=ticket.pk)
        assert (moved.next_warn_at, moved.next_due_at) == (later, later.replace(hour=10))


def test_what_has_no_limit_is_fine(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        assert ticket.response_clock is not None
        assert ticket.fix_clock is not None
        for clock in (ticket.response_clock, ticket.fix_clock):
            clock_set_apart(clock=clock, apart=Apart.EXEMPT, cause="A trial")
            tell_changed([clock.pk])
        counts = counted(cast.person("tess"), datetime(2026, 12, 20, tzinfo=UTC))
    assert (counts["fine"], counts["soon"], counts["missed"]) == (1, 0, 0)


def test_due_soon_is_read_from_its_index(cast: Cast) -> None:
    now = MOMENTS[3][0]
    with open_scope(cast.staff_scope(name="tess")):
        open_one(cast)
        rows = open_tickets(VIEWS["soon"], Filters(), cast.person("tess"), now).order_by()
        statement, parameters = rows.values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {statement}", parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ticket_due_soon" in plan, plan
