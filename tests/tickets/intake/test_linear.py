"""Reading takes time in proportion to the size of a text, whoever wrote it and however it was meant."""

import time
from collections.abc import Callable

import pytest

from tests.tickets.intake.mails import mail
from tickets.intake.parsing import mail_parse
from tickets.intake.quoting import fold
from tickets.intake.recognition import recognise

pytestmark = pytest.mark.rule("I1")
MEGABYTE = 1024 * 1024
WROTE = "On Mon, 23 Nov 2026 at 08:30, A <a@b.example> wrote:\n"
PATTERNS = (
    ">",
    "> > ",
    ">\n",
    "> a\nb\n",
    "\n",
    " ",
    WROTE,
    "On Mon, 23 Nov 2026 at 08:30,\nA <a@b.example>\nwrote:\n> x\n",
    "On ",
    "On 23 ",
    "On 23 wrote: ",
    "From: a\nTo: b\n",
    "From: a\nSent: b\n",
    "____________\n\n",
    "-- \n",
    "Sent from my iPhone\n",
    "Your message ",
    "*",
)


def cost(work: Callable[[], object]) -> float:
    """Processor seconds, the least of three."""
    spent = []
    for _ in range(3):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


@pytest.mark.parametrize(
    ("pattern", "size"), [*((one, 200_000) for one in PATTERNS), (">", MEGABYTE), (WROTE, MEGABYTE)]
)
def test_four_times_the_text_takes_about_four_times_as_long(pattern: str, size: int) -> None:
    """A ratio of two sizes, not a speed: sixteen would be a square."""
    small, large = (pattern * (size // len(pattern) // parts) for parts in (4, 1))
    assert cost(lambda: fold(large)) < 9 * cost(lambda: fold(small)) + 0.02


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_machines_write_is_looked_for_in_bounded_text(pattern: str) -> None:
    subject = (pattern.replace("\n", " ") * 300)[:3_900]
    raws = [mail(subject=subject, text=pattern * (size // len(pattern))) for size in (100_000, 400_000)]
    small, large = (mail_parse(raw.as_bytes()) for raw in raws)
    assert cost(lambda: recognise(large)) < 3 * cost(lambda: recognise(small)) + 0.02
