"""Several tickets at once: each by itself with its own reason, no ticket that one may not read, and all taken back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from accounts.permissions import STAFF_PERMISSIONS
from accounts.tenancy.scope import as_system, open_scope
from delivery.models import Notification, OutboundMail
from sla.history import histories_checked
from sla.models import ServiceLevel
from tests.cast import ALDER_STAFF, Cast
from tests.tickets.test_opening import open_one
from tickets.between import Seen, seen_of
from tickets.errors import WrongState
from tickets.models import BulkAction, BulkKind, BulkRow, Referral, Ticket, TicketReader, TicketState
from tickets.services.bulk import MOST_ROWS, UNDO_FOR, bulk_act, bulk_undo
from tickets.services.bulk_kinds import Asked
from tickets.services.confidential import ticket_make_confidential
from tickets.services.conversation import note_add, ticket_reply
from tickets.services.referrals import referral_open
from tickets.services.suppliers import supplier_named
from tickets.services.work import ticket_assign, ticket_clocks, ticket_wait

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def shown(*tickets: Ticket) -> dict[int, Seen]:
    return {one.pk: seen_of(Ticket.objects.get(pk=one.pk), one.messages.all()) for one in tickets}


def act(cast: Cast, by: str, asked: Asked, chosen: dict[int, Seen], **options: Any) -> BulkAction:
    options = {"once": uuid4(), **options}
    return bulk_act(
        asked=asked,
        chosen=chosen,
        by=cast.person(by),
        permissions=STAFF_PERMISSIONS[ALDER_STAFF[by]],
        **options,
    )


def problems(action: BulkAction) -> dict[int, str]:
    return dict(BulkRow.objects.filter(action=action).values_list("ticket_id", "problem"))


def standing(ticket: Ticket) -> dict[str, Any]:
    """Everything of a ticket and its clocks that an act could change."""
    fresh = Ticket.objects.get(pk=ticket.pk)
    own = "state assignee_id team_id level_id next_due_at next_warn_at closed_at closed_as fixed_at escalation_level"
    names = [*own.split(), "waiting_reason"]
    of_clock = [
        "state",
        "due_at",
        "warn_at",
        "ended_at",
        "wake_at",
        "warned_at",
        "breached_at",
        "allowance_minutes",
    ]
    clocks = [{name: getattr(clock, name) for name in of_clock} for clock in ticket_clocks(fresh)]
    assert histories_checked(ticket_clocks(fresh)) == {}
    referrals = list(
        Referral.objects.filter(ticket=ticket).values("ended_at", "outcome", "chase_at", "wake_at")
    )
    return {**{name: getattr(fresh, name) for name in names}, "clocks": clocks, "referrals": referrals}


def test_each_ticket_by_itself_with_its_own_reason(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        theo = cast.person("theo")
        free, stale, his = (open_one(cast) for _ in range(3))
        ticket_assign(ticket=his, assignee=theo)
        chosen = shown(free, stale, his)
    with open_scope(cast.staff_scope(name="theo")):
        note_add(ticket=stale, author=theo, text="I have called them")
    with open_scope(cast.staff_scope(name="tess")):
        action = act(cast, "tess", Asked(BulkKind.ASSIGN, owner=theo), chosen)
        told = problems(action)
        assert (action.done, action.failed) == (1, 2)
        assert told[free.pk] == ""
        assert "Something came in" in told[stale.pk]
        assert told[his.pk] == "Theo owns it already."
        assert Ticket.objects.get(pk=free.pk).assignee == theo
        assert Ticket.objects.get(pk=stale.pk).assignee is None
        assert Notification.objects.filter(person=theo, key__startswith=f"assigned:{free.pk}:").count() == 1


@pytest.mark.rule("T6", "T1")
def test_a_ticket_that_one_may_not_read_is_as_one_that_is_not_there(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="lena")):
        secret = open_one(cast)
        chosen = shown(secret)
        ticket_make_confidential(ticket=secret, reason="A child")
    with open_scope(cast.staff_scope("birch", "bill")):
        foreign = Ticket.objects.order_by("pk").first()
    gone = {(foreign.pk if foreign else 10**9): Seen(0, 0), 10**9 + 1: Seen(0, 0)}
    with open_scope(cast.staff_scope(name="tess")):
        action = act(cast, "tess", Asked(BulkKind.CLOSE, closed_as="spam"), chosen | gone)
        assert (action.done, action.failed) == (0, 3)
        assert not BulkRow.objects.filter(action=action).exists()
        with as_system():
            assert Ticket.objects.get(pk=secret.pk).state == TicketState.NEW
            assert not BulkRow.objects.filter(action=action).exists()


@pytest.mark.rule("S6")
def test_the_same_rights_as_for_one_ticket(cast: Cast, morning: time_machine.Traveller) -> None:
    with open_scope(cast.staff_scope(name="lena")):
        ticket, other = open_one(cast), open_one(cast, level="Low")
        morning.move_to(MONDAY + timedelta(minutes=30))  # the first reply was due at 08:30
        spam = Asked(BulkKind.CLOSE, closed_as="spam")
        action = act(cast, "tess", spam, shown(ticket, other))
        assert "Only a lead or a manager" in problems(action)[ticket.pk]
        assert problems(action)[other.pk] == ""
        assert act(cast, "lena", spam, shown(ticket)).done == 1
        with pytest.raises(PermissionDenied):
            bulk_act(asked=spam, chosen=shown(ticket), by=cast.person("tess"), permissions=(), once=uuid4())


@pytest.mark.parametrize(
    "asked",
    [Asked(BulkKind.CLOSE, closed_as="fixed"), Asked(BulkKind.CLOSE, closed_as="unresolved"),
     Asked(BulkKind.LEVEL, reason="x"), Asked(BulkKind.CLOSE)],
)  # fmt: skip
def test_what_the_school_must_be_told_is_not_done_to_many(cast: Cast, asked: Asked) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        with pytest.raises(ValidationError):
            act(cast, "tess", asked, shown(ticket))
        with pytest.raises(ValidationError):
            act(cast, "tess", Asked(BulkKind.ASSIGN), {})
        with pytest.raises(ValidationError):
            act(cast, "tess", Asked(BulkKind.ASSIGN), {pk: Seen(0, 0) for pk in range(MOST_ROWS + 1)})
        with pytest.raises(ValidationError):
            act(cast, "tess", Asked(BulkKind.ASSIGN, owner=cast.person("rita")), shown(ticket))
        assert not BulkAction.objects.exists()


def _untouched(cast: Cast, ticket: Ticket) -> None:
    """As it came in."""


def _answered(cast: Cast, ticket: Ticket) -> None:
    ticket_reply(ticket=ticket, author=cast.person("tess"), text="On our way")


def _waiting(cast: Cast, ticket: Ticket) -> None:
    ticket_wait(ticket=ticket, waiting_for="customer", reason="Which room?")


def _with_a_third_party(cast: Cast, ticket: Ticket) -> None:
    referral_open(ticket=ticket, supplier=supplier_named(name="Janet"), by=cast.person("tess"))


def _owned(cast: Cast, ticket: Ticket) -> None:
    ticket_assign(ticket=ticket, assignee=cast.person("lena"))


@pytest.mark.rule("S6", "S13")
@pytest.mark.parametrize("kind", list(BulkKind))
@pytest.mark.parametrize("before", [_untouched, _answered, _waiting, _with_a_third_party, _owned])
def test_what_is_taken_back_stands_exactly_as_before(
    cast: Cast, morning: time_machine.Traveller, kind: BulkKind, before: Callable[[Cast, Ticket], None]
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        theo = cast.person("theo")
        asked = {
            BulkKind.ASSIGN: Asked(kind, owner=theo),
            BulkKind.LEVEL: Asked(kind, level=ServiceLevel.objects.get(name="Low"), reason="One room"),
            BulkKind.CLOSE: Asked(kind, closed_as="withdrawn"),
        }
        tickets = [open_one(cast, level="High") for _ in range(2)]
        for one in tickets:
            before(cast, one)
        was = [standing(one) for one in tickets]
        mails = OutboundMail.objects.count()
        action = act(cast, "tess", asked[kind], shown(*tickets))
        assert action.done == 2
        assert all(standing(one) != first for one, first in zip(tickets, was, strict=True))
        morning.shift(UNDO_FOR)
        bulk_undo(action=action, by=cast.person("tess"))
        assert list(BulkRow.objects.values_list("undone", "undo_problem")) == [(True, "")] * 2
        assert [standing(one) for one in tickets] == was
        # No school and no colleague is left with what does not hold.
        assert OutboundMail.objects.count() == mails
        assert not Notification.objects.filter(person=theo).exists()
        told = AuditEntry.objects.filter(object_id=tickets[0].pk, object_type="tickets.ticket")
        assert (
            told.filter(
                action__in=["ticket.assigned", "ticket.level_changed", "ticket.closed", "ticket.close_undone"]
            ).count()
            >= 2
        )


def test_what_somebody_has_changed_since_stays(cast: Cast, morning: time_machine.Traveller) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        tess, theo = cast.person("tess"), cast.person("theo")
        left, changed = open_one(cast), open_one(cast)
        action = act(cast, "tess", Asked(BulkKind.ASSIGN, owner=theo), shown(left, changed))
        ticket_reply(ticket=changed, author=tess, text="On our way")
        with pytest.raises(WrongState, match="Only Tess"):
            bulk_undo(action=action, by=theo)
        bulk_undo(action=action, by=tess)
        assert Ticket.objects.get(pk=left.pk).assignee is None
        assert Ticket.objects.get(pk=changed.pk).assignee == theo
        assert "changed since" in BulkRow.objects.get(ticket=changed).undo_problem
        with pytest.raises(WrongState, match="already"):
            bulk_undo(action=action, by=tess)
        late = act(cast, "tess", Asked(BulkKind.ASSIGN, owner=theo), shown(left))
        morning.shift(UNDO_FOR + timedelta(seconds=1))
        with pytest.raises(WrongState, match="10 minutes"):
            bulk_undo(action=late, by=tess)
        assert Ticket.objects.get(pk=left.pk).assignee == theo


@pytest.mark.rule("T6")
def test_whom_a_slip_let_read_a_confidential_ticket_reads_it_no_longer(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        secret, theo = open_one(cast), cast.person("theo")
        ticket_make_confidential(ticket=secret, reason="A child")
        action = act(cast, "tess", Asked(BulkKind.ASSIGN, owner=theo), shown(secret))
        readers = TicketReader.objects.filter(ticket=secret, person=theo, ended_at__isnull=True)
        assert readers.exists()
        bulk_undo(action=action, by=cast.person("tess"))
        assert not readers.exists()
        assert BulkRow.objects.get().undone


def test_the_same_sending_happens_once(cast: Cast) -> None:
    once = uuid4()
    with open_scope(cast.staff_scope(name="tess")):
        ticket, theo = open_one(cast), cast.person("theo")
        chosen = shown(ticket)
        first = act(cast, "tess", Asked(BulkKind.ASSIGN, owner=theo), chosen, once=once)
        again = act(cast, "tess", Asked(BulkKind.ASSIGN, owner=theo), chosen, once=once)
        assert first == again
        assert (again.done, again.failed, BulkRow.objects.count()) == (1, 0, 1)
        bulk_undo(action=again, by=cast.person("tess"))
        assert Ticket.objects.get(pk=ticket.pk).assignee is None
