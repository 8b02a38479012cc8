"""Quotes from the question to the school's decision: who may do what in which state (rules P1, P7, T3)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import CustomerMembership
from accounts.tenancy.scope import open_scope
from delivery.models import Notification, OutboundMail
from quotes.models import Quote, QuoteState, QuoteStepKind
from quotes.services import (
    Line,
    quote_accept,
    quote_ask,
    quote_decline,
    quote_revise,
    quote_send,
    quote_withdraw,
    quote_write,
)
from quotes.totals import line_total, totals_of
from tests.cast import Cast

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LINES = [
    Line("Projector lamp", Decimal("2"), Decimal("149.99")),
    Line("Fitting", Decimal("1.5"), Decimal("60")),
]


@pytest.fixture
def desk(cast: Cast) -> Iterator[Cast]:
    """Monday morning, as the success manager."""
    with time_machine.travel(NOW, tick=False), open_scope(cast.scope("cass")):
        yield cast


def ask(cast: Cast) -> Quote:
    return quote_ask(
        customer=cast.customer("oakfield"), subject="New lamps", wanted="Two lamps", by=cast.person("tess")
    )


def write(cast: Cast, quote: Quote, **more: Any) -> Quote:
    values: dict[str, Any] = {
        "subject": "New lamps",
        "words": "Fitted in the holidays.",
        "valid_until": date(2026, 12, 18),
        "vat_percent": Decimal("20"),
        "lines": LINES,
        "expected_version": quote.version,
    }
    return quote_write(quote=quote, by=cast.person("cass"), **{**values, **more})


def sent(cast: Cast) -> Quote:
    return quote_send(quote=write(cast, ask(cast)), by=cast.person("cass"))


def in_state(cast: Cast, state: str) -> Quote:
    if state == "draft":
        return write(cast, ask(cast))
    quote = sent(cast)
    if state == "accepted":
        return quote_accept(quote=quote, by=cast.person("rob"))
    if state == "declined":
        return quote_decline(quote=quote, by=cast.person("rob"))
    return (
        quote_withdraw(quote=quote, by=cast.person("cass"), reason="Wrong") if state == "withdrawn" else quote
    )


ACTS: dict[str, Callable[[Cast, Quote], Quote]] = {
    "write": write,
    "send": lambda cast, quote: quote_send(quote=quote, by=cast.person("cass")),
    "withdraw": lambda cast, quote: quote_withdraw(quote=quote, by=cast.person("cass"), reason="Dearer now"),
    "revise": lambda cast, quote: quote_revise(quote=quote, by=cast.person("cass"), reason="One lamp more"),
    "accept": lambda cast, quote: quote_accept(quote=quote, by=cast.person("rob"), purchase_order="PO 7"),
    "decline": lambda cast, quote: quote_decline(quote=quote, by=cast.person("rob"), reason="Too dear"),
}
ALLOWED = {
    "draft": {"write": "draft", "send": "sent", "withdraw": "withdrawn"},
    "sent": {"withdraw": "withdrawn", "revise": "withdrawn", "accept": "accepted", "decline": "declined"},
    "accepted": {},
    "declined": {"revise": "declined"},
    "withdrawn": {"revise": "withdrawn"},
}


@pytest.mark.rule("P1")
@pytest.mark.parametrize("state", ALLOWED)
def test_each_state_allows_what_its_row_says(desk: Cast, state: str) -> None:
    for name, act in ACTS.items():
        quote = in_state(desk, state)
        if name in ALLOWED[state]:
            act(desk, quote)
            assert Quote.objects.get(pk=quote.pk).state == ALLOWED[state][name], name
        else:
            with pytest.raises(ValidationError) as refused:
                act(desk, quote)
            assert "moved_on" in {one.code for one in refused.value.error_list}, name
            assert Quote.objects.get(pk=quote.pk).state == state, name


@pytest.mark.rule("P1")
def test_the_success_manager_hears_of_the_question_and_of_the_answer(desk: Cast) -> None:
    quote = quote_accept(quote=sent(desk), by=desk.person("rob"), purchase_order="PO 7")
    told = (
        Notification.objects.filter(person=desk.person("cass")).order_by("pk").values_list("key", "summary")
    )
    assert [key for key, summary in told] == [f"quote-asked:{quote.pk}", f"quote-accepted:{quote.pk}"]
    assert "Oakfield" in told[1][1]
    kinds = [QuoteStepKind(step.kind) for step in quote.steps.all()]
    assert kinds == [QuoteStepKind.ASKED, QuoteStepKind.WRITTEN, QuoteStepKind.SENT, QuoteStepKind.ACCEPTED]


@pytest.mark.rule("T3")
def test_it_goes_to_the_relationship_owner_with_every_line_and_the_sum(desk: Cast) -> None:
    quote = sent(desk)
    mail = OutboundMail.objects.get()
    assert mail.recipients == [desk.person("rob").email]
    for words in (
        "Projector lamp: 2 x £149.99 = £299.98",
        "Fitting: 1.5 x £60.00 = £90.00",
        "together £467.98",
    ):
        assert words in mail.text
    assert f"/alder/portal/quotes/{quote.pk}/" in mail.text
    assert "Friday 18 December 2026" in mail.text


@pytest.mark.rule("T3")
@pytest.mark.parametrize("name", ["bea", "ian", "fay", "rita", "hana", "cass", "tess"])
def test_nobody_but_the_relationship_owner_decides(desk: Cast, name: str) -> None:
    quote = sent(desk)
    for decide in (quote_accept, quote_decline):
        with pytest.raises(PermissionDenied):
            decide(quote=quote, by=desk.person(name))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lines": []}, "at least one line"),
        ({"lines": [*LINES, Line("Discount", Decimal(1), Decimal(-1000))]}, "discounts"),
        ({"valid_until": None}, "until which day"),
        ({"valid_until": date(2026, 11, 22)}, "until which day"),
    ],
)
def test_what_is_not_complete_is_not_sent(desk: Cast, change: dict[str, Any], words: str) -> None:
    quote = write(desk, ask(desk), **change)
    with pytest.raises(ValidationError, match=words):
        quote_send(quote=quote, by=desk.person("cass"))
    assert not OutboundMail.objects.exists()


@pytest.mark.rule("T3")
def test_a_school_without_a_relationship_owner_is_named_before_anything_is_sent(desk: Cast) -> None:
    quote = write(desk, ask(desk))
    CustomerMembership.objects.filter(person=desk.person("rob")).delete()
    with pytest.raises(ValidationError, match=r"Oakfield.* has no relationship owner"):
        quote_send(quote=quote, by=desk.person("cass"))


def test_the_last_day_counts_and_the_day_after_does_not(desk: Cast) -> None:
    quote, late = sent(desk), sent(desk)
    with time_machine.travel(datetime(2026, 12, 18, 23, 0, tzinfo=UTC)):
        quote_accept(quote=quote, by=desk.person("rob"))
    with (
        time_machine.travel(datetime(2026, 12, 19, 0, 1, tzinfo=UTC)),
        pytest.raises(ValidationError) as refused,
    ):
        quote_accept(quote=late, by=desk.person("rob"))
    assert {one.code for one in refused.value.error_list} == {"run_out"}


def test_a_new_one_takes_the_lines_along_and_there_is_only_one_in_its_place(desk: Cast) -> None:
    old = sent(desk)
    new = quote_revise(quote=old, by=desk.person("cass"), reason="One lamp more")
    assert [line.amount for line in new.priced] == [line.amount for line in old.priced]
    assert (new.state, new.number) == (QuoteState.DRAFT, old.number + 1)
    with pytest.raises(ValidationError):
        quote_revise(quote=old, by=desk.person("cass"), reason="Again")


def test_two_who_write_at_once_do_not_overwrite_each_other(desk: Cast) -> None:
    quote = ask(desk)
    write(desk, quote, words="Mine")
    with pytest.raises(ValidationError, match="Somebody else"):
        write(desk, quote, words="Yours")
    assert Quote.objects.get(pk=quote.pk).words == "Mine"


def pounds(pence: int) -> Decimal:
    return Decimal(pence) / 100


@given(st.lists(st.tuples(st.integers(1, 100_000), st.integers(-1_000_000, 1_000_000)), max_size=20))
def test_the_sum_is_that_of_the_printed_lines(rows: list[tuple[int, int]]) -> None:
    """Quantities in hundredths, prices in pence."""
    amounts = [line_total(pounds(quantity), pounds(price)) for quantity, price in rows]
    totals = totals_of(amounts, Decimal("20"))
    assert totals.net == sum(amounts, Decimal(0))
    assert totals.gross - totals.net == totals.vat
    assert abs(totals.vat - totals.net / 5) <= Decimal("0.005")
    for (quantity, price), amount in zip(rows, amounts, strict=True):
        assert abs(amount - pounds(quantity) * pounds(price)) <= Decimal("0.005")
