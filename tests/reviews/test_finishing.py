"""The outcome of a review: by whom, told to whom, and seen on which pages (rules S12, T2, T6)."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEntry, CustomerMembership
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from reviews.models import Review, ReviewOutcome
from reviews.services import review_finish
from tests.cast import Cast
from tests.reviews.scene import NOW, open_ticket
from tickets.models import Ticket, TicketReader
from tickets.tags import tags_of, with_tags

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.rule("S12")
LIST = "/alder/desk/reviews/"
FIGURES = {
    "minutes": 3660,
    "ninth": 1320,
    "median": 360,
    "tickets": 40,
    "category": "Printing",
    "level": "Medium",
}
MANY = {"recent": 11, "own": 42, "by_size": None, "people": 38}
WORDS = "The laptop is worn out. We recommend a new one."


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def of_ticket(cast: Cast, **more: Any) -> Review:
    with open_scope(cast.scope("lena")):
        ticket = open_ticket(cast, **more)
        return Review.objects.create(
            customer=ticket.customer, kind="ticket", ticket=ticket, figures=FIGURES, found_at=NOW
        )


def of_school(cast: Cast) -> Review:
    with open_scope(cast.staff_scope()):
        return Review.objects.create(
            customer=cast.customer("hillside"), kind="school", figures=MANY, found_at=NOW
        )


def finish(cast: Cast, review: Review, outcome: str = "upgrade", *, who: str = "cass", **more: str) -> Review:
    with open_scope(cast.scope(who)):
        given = {"found": "A worn-out drive", "words": WORDS, **more}
        return review_finish(review=review, by=cast.person(who), outcome=outcome, **given)


def mails(cast: Cast) -> list[OutboundMail]:
    with open_scope(cast.staff_scope()):
        return list(OutboundMail.objects.order_by("pk"))


def path(review: Review) -> str:
    return f"{LIST}{review.pk}/"


@pytest.mark.parametrize("outcome", [ReviewOutcome.STEPS, ReviewOutcome.TRAINING, ReviewOutcome.UPGRADE])
def test_the_outcome_is_recorded_and_told_to_the_schools_it_lead(cast: Cast, outcome: str) -> None:
    review = finish(cast, of_ticket(cast), outcome)
    assert (review.outcome, review.done_at, review.words) == (outcome, NOW, WORDS)
    (mail,) = mails(cast)
    assert mail.recipients == ["ian@oakfield.example"]
    assert str(ReviewOutcome(outcome).label) in mail.text
    assert WORDS in mail.text
    assert "A slow laptop" in mail.text
    assert "A worn-out drive" not in mail.text  # what was found is the staff's
    with open_scope(cast.staff_scope()):
        assert AuditEntry.objects.filter(action="review.finished", object_id=review.pk).count() == 1


def test_without_an_it_lead_the_relationship_owner_is_told(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        CustomerMembership.objects.filter(person=cast.person("ian")).delete()
    finish(cast, of_ticket(cast))
    assert mails(cast)[0].recipients == ["rob@oakfield.example"]


def test_of_a_school_the_mail_speaks_of_its_requests(cast: Cast) -> None:
    finish(cast, of_school(cast), "training", words="We offer a session for new staff.")
    (mail,) = mails(cast)
    assert mail.recipients == ["hana@hillside.example"]
    assert "more urgent requests lately than is usual" in mail.text


def test_nothing_needed_tells_nobody_unless_words_are_written(cast: Cast) -> None:
    assert finish(cast, of_ticket(cast), "nothing", words="").told is None
    assert mails(cast) == []
    assert finish(cast, of_ticket(cast), "nothing").told is not None
    assert len(mails(cast)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "holiday"}, "outcome"),
        ({"found": " "}, "found"),
        ({"words": " "}, "words"),
        ({"outcome": "training", "words": ""}, "words"),
    ],
)
def test_what_is_missing_is_named(cast: Cast, given: dict[str, str], field: str) -> None:
    review = of_ticket(cast)
    with pytest.raises(ValidationError) as problem:
        finish(cast, review, **given)
    assert list(problem.value.message_dict) == [field]
    assert mails(cast) == []


def test_with_nobody_at_the_school_to_tell_it_says_whom_to_add(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        CustomerMembership.objects.exclude(person=cast.person("rita")).delete()
    review = of_ticket(cast)
    with pytest.raises(ValidationError, match="neither an IT lead nor a relationship owner"):
        finish(cast, review)
    assert finish(cast, review, "nothing", words="").outcome == "nothing"


def test_the_second_to_finish_hears_that_somebody_was_first(cast: Cast) -> None:
    review = of_ticket(cast)
    finish(cast, review)
    with pytest.raises(ValidationError) as problem:
        finish(cast, review, who="lena")
    assert problem.value.code == "moved_on"
    assert len(mails(cast)) == 1


@pytest.mark.rule("T6")
def test_of_a_confidential_ticket_the_school_is_told_nothing_from_here(cast: Cast, signed_in: SignIn) -> None:
    review = of_ticket(cast)
    with open_scope(cast.scope("lena")):
        lena, ticket = cast.person("lena"), Ticket.objects.get(pk=review.ticket_id or 0)
        TicketReader.objects.create(
            customer=ticket.customer, ticket=ticket, person=lena, reason="A test", added_by=lena, added_at=NOW
        )
        Ticket.objects.filter(pk=ticket.pk).update(is_confidential=True)
    with pytest.raises(ValidationError, match="confidential"):
        finish(cast, review, who="lena")
    for name, status in (("lena", 200), ("cass", 404), ("ada", 404)):
        assert signed_in(name).get(path(review)).status_code == status, name
        assert ("A slow laptop" in signed_in(name).get(LIST).content.decode()) == (status == 200)
        assert ("A slow laptop" in signed_in(name).get(f"{LIST}reviews.csv").content.decode()) == (
            status == 200
        )
    assert "write to it on the ticket" in signed_in("lena").get(path(review)).content.decode()
    assert finish(cast, review, who="lena", words="").told is None
    assert mails(cast) == []


@pytest.mark.rule("T2")
def test_only_leads_and_managers_come_in(cast: Cast, signed_in: SignIn) -> None:
    review = of_ticket(cast)
    for name in ("tess", "theo", "ian", "rita"):
        for address in (LIST, f"{LIST}reviews.csv", path(review)):
            assert signed_in(name).get(address).status_code == 403, (name, address)
        assert signed_in(name).post(path(review), {"outcome": "nothing", "found": "-"}).status_code == 403
    assert "Reviews" not in signed_in("tess").get("/alder/desk/").content.decode()
    assert "1 waits for an outcome" in signed_in("cass").get("/alder/desk/").content.decode()


def test_the_page_says_why_and_takes_the_outcome(cast: Cast, signed_in: SignIn) -> None:
    review, client = of_ticket(cast), signed_in("cass")
    page = client.get(path(review)).content.decode()
    assert "Open 61 working hours; 9 of 10 of this kind are fixed within 22" in page
    assert "Ian" in page
    assert f"/alder/desk/tickets/{review.ticket.number if review.ticket else 0}/" in page
    refused = client.post(path(review), {"outcome": "training", "found": "New staff", "words": ""})
    assert refused.status_code == 422
    assert "New staff" in refused.content.decode()
    saved = client.post(
        path(review), {"outcome": "training", "found": "New staff", "words": "A session"}, follow=True
    )
    assert "Recorded. Ian is told by mail." in saved.content.decode()
    assert "Told to Ian" in saved.content.decode()


def test_the_list_is_narrowed_and_says_when_nothing_fits(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("lena")
    assert "Nothing out of the ordinary yet" in client.get(LIST).content.decode()
    slow, busy = of_ticket(cast), of_school(cast)
    finish(cast, busy, "nothing", words="")
    with open_scope(cast.staff_scope()):
        school = cast.customer("hillside").pk
    shown = {
        "": {slow, busy},
        "?state=open": {slow},
        "?state=done": {busy},
        "?kind=school": {busy},
        f"?school={school}": {busy},
        "?state=open&kind=school": set(),
    }
    for query, expected in shown.items():
        page = client.get(LIST + query).content.decode()
        assert {one for one in (slow, busy) if path(one) in page} == expected, query
    assert "No review fits" in page
    rows = list(csv.reader(io.StringIO(client.get(f"{LIST}reviews.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert "4.2 are normal" in "".join("".join(row) for row in rows)


def test_the_queue_tags_a_ticket_while_its_review_is_open(cast: Cast) -> None:
    review = of_ticket(cast)

    def kinds() -> set[str]:
        with open_scope(cast.scope("tess")):
            (ticket,) = with_tags(Ticket.objects.filter(pk=review.ticket_id or 0))
            return {tag.kind for tag in tags_of(ticket)}

    assert "review" in kinds()
    finish(cast, review)
    assert "review" not in kinds()


def test_the_list_asks_as_much_for_many_as_for_few(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for _number in range(8):
        of_ticket(cast)
    client = signed_in("cass")
    client.get(LIST)
    with django_assert_max_num_queries(11):
        client.get(LIST)
    one = path(of_ticket(cast))
    with django_assert_max_num_queries(12):
        client.get(one)
