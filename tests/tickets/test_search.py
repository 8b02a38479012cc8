"""Tickets by words: through the index, and no further than the scope and the person may see."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Customer
from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tickets.models import Channel, Ticket
from tickets.search import HITS, tickets_found
from tickets.selectors import visible_tickets_with
from tickets.services.opening import ticket_open
from tickets.services.work import ticket_close

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]

SUBJECT = "The Projector is 100% dark"


def open_by(cast: Cast, name: str, school: str, subject: str = SUBJECT) -> int:
    """A ticket of somebody of the cast."""
    with open_scope(cast.staff_scope("birch" if school == "riverside" else "alder")):
        customer = Customer.objects.get(slug=school)
        requester = cast.person(name)
        return ticket_open(
            customer=customer, requester=requester, subject=subject, text="Please", channel=Channel.PORTAL
        ).pk


def found_by(cast: Cast, name: str, words: str = "projector") -> set[int]:
    with open_scope(cast.scope(name)):
        return {row.pk for row in visible_tickets_with(words, cast.person(name))}


def test_everybody_finds_what_they_may_see_and_nothing_else(cast: Cast) -> None:
    ritas, remys = open_by(cast, "rita", "oakfield"), open_by(cast, "remy", "oakfield")
    hugos, roses = open_by(cast, "hugo", "hillside"), open_by(cast, "rose", "riverside")
    assert found_by(cast, "rita") == {ritas}
    assert found_by(cast, "ian") == {ritas, remys}
    assert found_by(cast, "hana") == {hugos}
    assert found_by(cast, "tess") == {ritas, remys, hugos}
    assert found_by(cast, "tim") == {roses}


def test_the_scope_is_the_border_whatever_the_arguments_say(cast: Cast) -> None:
    ritas, hugos = open_by(cast, "rita", "oakfield"), open_by(cast, "hugo", "hillside")
    with open_scope(cast.staff_scope()):
        hillside = cast.customer("hillside").pk
    with open_scope(cast.scope("ian")):
        assert tickets_found("projector") == [ritas]
        assert tickets_found("projector", requester_id=0, whole_schools=[hillside]) == []
    with open_scope(cast.staff_scope()):
        assert tickets_found("projector") == [hugos, ritas]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_search('%%', false, NULL, '{}', 500)")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("PROJECTOR", 1),
        ("100% dark", 1),
        ("100_ dark", 0),
        ("%", 1),
        ("_", 0),
        ("pr", 1),
        ("dark projector", 0),
    ],
)
def test_words_mean_what_they_say(cast: Cast, words: str, found: int) -> None:
    open_by(cast, "rita", "oakfield")
    with open_scope(cast.staff_scope()):
        assert len(tickets_found(words)) == found


def test_the_limit_cuts_the_oldest_that_the_asker_may_see(cast: Cast) -> None:
    mine = [open_by(cast, "rita", "oakfield") for _ in range(3)]
    open_by(cast, "remy", "oakfield")
    with open_scope(cast.scope("rita")):
        rita = cast.person("rita").pk
        with connection.cursor() as cursor:
            cursor.execute("SELECT tickets_search('%%dark%%', false, %s, '{}', 2)", [rita])
            assert [row[0] for row in cursor.fetchall()] == [mine[2], mine[1]]
    assert HITS <= 500


def test_the_queue_finds_open_tickets_only(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    one, other = open_by(cast, "rita", "oakfield"), open_by(cast, "remy", "oakfield")
    with open_scope(cast.staff_scope()):
        ticket_close(ticket=Ticket.objects.get(pk=other), closed_as="spam")
        assert tickets_found("projector", only_open=True) == [one]
        number = Ticket.objects.get(pk=one).number
    page = signed_in("tess").get("/alder/desk/queue/?q=projector").content.decode()
    assert f"/desk/tickets/{number}/" in page
    assert page.count('class="row__subject"') == 1


def test_an_index_serves_the_search() -> None:
    """Without it a search reads every ticket of the installation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'ticket_words'")
        (definition,) = cursor.fetchone()
    assert "gin (subject gin_trgm_ops)" in definition
