"""The queue narrowed by owner, package and marks: on its page, in counts and in saved views, for whoever asks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.marks import marks
from tickets.models import Audience, DraftKind, Ticket, TicketTimer, TimerKind
from tickets.queue import ME, NOBODY, VIEWS, Filters, open_tickets, view_counts
from tickets.saved_views import filters_of, shown_by
from tickets.services.confidential import ticket_make_confidential
from tickets.services.conversation import ticket_reply
from tickets.services.drafts import draft_save
from tickets.services.escalation import ticket_escalate
from tickets.services.referrals import referral_open
from tickets.services.saved_views import saved_view_keep
from tickets.services.suppliers import supplier_named
from tickets.services.work import ticket_assign, ticket_wait

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
AtMost = Callable[[int], AbstractContextManager[None]]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def found(filters: Filters, person: Person) -> set[int]:
    return set(open_tickets(VIEWS["open"], filters, person, MONDAY).values_list("pk", flat=True))


def test_owners_are_me_nobody_and_anybody(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        tess, theo = cast.person("tess"), cast.person("theo")
        mine, his, left, free = (open_one(cast) for _ in range(4))
        ticket_assign(ticket=mine, assignee=tess)
        ticket_assign(ticket=his, assignee=theo)
        ticket_assign(ticket=left, assignee=cast.person("cass"))
        Person.objects.filter(pk=cast.person("cass").pk).update(is_active=False)
        assert found(Filters(owner=ME), tess) == {mine.pk}
        assert found(Filters(owner=ME), theo) == {his.pk}
        assert found(Filters(owner=str(theo.pk)), tess) == {his.pk}
        assert found(Filters(owner=NOBODY), tess) == {left.pk, free.pk}
        assert found(Filters(owner="gone²"), tess) == {mine.pk, his.pk, left.pk, free.pk}


def test_a_package_is_meant_in_all_its_editions(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        tess, ticket = cast.person("tess"), open_one(cast)
        assert ticket.contract is not None
        key = ticket.contract.package.key
        assert found(Filters(package=key), tess) == {ticket.pk}
        assert found(Filters(package="cloud"), tess) == set()


def test_each_mark_finds_the_ticket_that_carries_it(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        tess = cast.person("tess")
        made = {one.key: open_one(cast) for one in marks() if one.key not in {"visit", "complaint", "review"}}
        for key, ticket in made.items():
            if key != "unread":
                ticket_reply(ticket=ticket, author=tess, text="We are on it")
        draft_save(ticket=made["draft"], person=tess, kind=DraftKind.NOTE, text="To be said")
        ticket_wait(ticket=made["waiting"], waiting_for="customer", reason="Which room?")
        ticket_escalate(ticket=made["escalated"], to_stage=3, trigger="technician", reason="Beyond me")
        ticket_make_confidential(ticket=made["confidential"], reason="A child")
        referral_open(ticket=made["third_party"], supplier=supplier_named(name="Janet"), by=tess, waits=False)
        for kind, key in ((TimerKind.OWNER, "no_owner"), (TimerKind.UPDATE, "update_due")):
            TicketTimer.objects.update_or_create(
                ticket=made[key],
                kind=kind,
                defaults={"customer": made[key].customer, "since": MONDAY, "rung": 1},
            )
        for key, ticket in made.items():
            assert found(Filters(mark=key), tess) == {ticket.pk}, key
        assert found(Filters(mark="draft"), cast.person("theo")) == set()
        assert found(Filters(mark="visit"), tess) == found(Filters(mark="complaint"), tess) == set()
        assert found(Filters(mark="gone"), tess) == {ticket.pk for ticket in made.values()}


def test_a_shared_view_means_each_of_its_readers(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="lena")):
        lena = cast.person("lena")
        ticket_assign(ticket=open_one(cast), assignee=lena)
        kept = saved_view_keep(
            view=None,
            name="My waiting ones",
            icon="inbox",
            audience=Audience.SHARED,
            team=None,
            base="open",
            chosen={"owner": ME, "mark": "unread", "package": ""},
            by=lena,
            permissions=frozenset({"share_views"}),  # type: ignore[arg-type]
        )
        assert kept.chosen == {"owner": "me", "mark": "unread"}
        assert filters_of(kept.chosen) == Filters(owner="me", mark="unread")
        counts = {
            name: view_counts({"kept": shown_by(kept)}, cast.person(name), MONDAY)["kept"].total
            for name in ("lena", "tess")
        }
    assert counts == {"lena": 1, "tess": 0}


@pytest.mark.parametrize(
    ("query", "shown"),
    [("owner=me", False), ("owner=nobody", True), ("owner=nonsense", True), ("package=cloud", False),
     ("mark=unread", True), ("mark=draft", False), ("mark=third_party", False), ("mark=complaint", False)],
)  # fmt: skip
def test_the_page_is_narrowed_in_as_few_queries(
    cast: Cast, signed_in: SignIn, at_most: AtMost, query: str, shown: bool
) -> None:
    with open_scope(cast.staff_scope()):
        ticket: Ticket = open_one(cast)
    tess = signed_in("tess")
    tess.get("/alder/desk/queue/")
    with at_most(10):
        page = tess.get(f"/alder/desk/queue/?{query}").content.decode()
    assert (f"/desk/tickets/{ticket.number}/" in page) is shown
    for words in (
        "Full Managed Service</option>",
        "Theo</option>",
        "Nobody</option>",
        "Third party</option>",
    ):
        assert words in page
    assert page.count(">Full Managed Service</option>") == 1
