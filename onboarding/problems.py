"""What is wrong with a cell, and where it stands: pure values, made anew from what the database keeps of them."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

LONGEST_VALUE = 80


class Wrong(ValueError):
    """A cell cannot be used. `words` says what is wrong, `advice` what to do."""

    def __init__(self, words: str, advice: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.advice = advice


class Unreadable(Wrong):
    """A whole file cannot be read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. `row` and `column` as the spreadsheet counts; none for a whole sheet or file."""

    sheet: str
    wrong: str
    advice: str = ""
    row: int | None = None
    column: str = ""
    heading: str = ""
    value: str = ""

    @property
    def place(self) -> str:
        """'People, row 5, column B (E-mail)'."""
        if self.row is None and not self.column:
            return self.sheet
        if self.row is None:
            return _("%(sheet)s, column %(column)s (%(heading)s)") % asdict(self)
        if not self.column:
            return _("%(sheet)s, row %(row)s") % asdict(self)
        return _("%(sheet)s, row %(row)s, column %(column)s (%(heading)s)") % asdict(self)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def shown(value: Any) -> str:
    """A cell's value as a message quotes it: on one line and not too long."""
    text = " ".join(str("" if value is None else value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
