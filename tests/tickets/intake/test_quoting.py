"""Quotations and signatures fold away, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.intake.quoting import fold

pytestmark = pytest.mark.rule("I1")

FOLDED = [
    ("Thanks\n\nOn Wed, Dec 20, 2023 at 13:37, A <a@b.c>\nwrote:\n> hi\n> there", "Thanks"),
    ("Diolch\n\nAr 20 Rhag 2023, ysgrifennodd A <a@b.c>:\n> hi", "Diolch"),
    ("New\n\n________________________________\nFrom: Jane\nSent: 1 May\nTo: x\nSubject: y\n\nold", "New"),
    ("New\n\nFrom: Jane\nDate: 1 May\n\nold", "New"),
    ("New\n-----Original Message-----\nold", "New"),
    ("New\n\n> old\n> older", "New"),
    ("On 12 May Jane wrote:\n> old\n\nBelow\n-- \nJane", "Below"),
    ("Hello\n\nSent from my iPhone", "Hello"),
    ("Hello\n--\nJane\n01234", "Hello"),
]
IN_SIGHT = [
    "> question\nanswer\n> another\nanswer",
    "On 12 May Jane wrote:\n> question\nanswer\n> another\nanswer",
    "---------- Forwarded message ---------\nFrom: Jane\nDate: 1 May\n\nIt is broken",
    "> only a quotation",
    "From: the office\nwe heard a noise",
    "Use -- as the separator",
]


@pytest.mark.parametrize(("text", "new"), FOLDED)
def test_what_is_quoted_folds_away(text: str, new: str) -> None:
    folded = fold(text)
    assert folded.new == new
    assert folded.quoted


@pytest.mark.parametrize("text", IN_SIGHT)
def test_what_is_not_surely_quoted_stays_in_sight(text: str) -> None:
    assert fold(text).new == text


def test_a_forwarded_outlook_message_stays_in_sight() -> None:
    text = "Please see\n\nFrom: Jane\nSent: 1 May\n\nIt is broken"
    assert fold(text, is_forward=True).new == text


PIECES = [
    "hello",
    "",
    "> q",
    ">> q",
    "On 12 May Jane <j@x> wrote:",
    "From: Jane",
    "Sent: 1 May",
    "-- ",
    "--",
    "wrote:",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_every_line_is_in_exactly_one_part(lines: list[str]) -> None:
    folded = fold("\n".join(lines))
    both = [*folded.new.split("\n"), *folded.quoted.split("\n")]
    assert sorted(line.strip() for line in both if line.strip()) == sorted(
        line.strip() for line in lines if line.strip()
    )
