"""From a cell to a value and back: texts, days, yes and no, choices. Each reader raises Wrong with what to do."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import slug_re, validate_email
from django.utils.translation import gettext as _

from accounts.telephone import LONGEST, numbers_in
from contracts.forms.customers import DOMAIN
from onboarding.problems import Wrong

Read = Callable[[Any], Any]

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_VISITS = 366  # a year, as on the page of a contract

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_BRITISH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
# No spreadsheet and no page can hold these; line breaks and tabs stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Formula:
    """A cell that holds a formula. What it would come to is the spreadsheet's business, not ours."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def folded(text: str) -> str:
    """The text as a sheet gives it back: no control characters, plain line ends, no white space around."""
    lines = _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def alike(text: str) -> str:
    """What two names have in common that a person would call the same."""
    return " ".join(text.split()).casefold()


def plain(cell: Any) -> str:
    """A cell as text. Raises Wrong for a formula."""
    if isinstance(cell, Formula):
        raise Wrong(_("This is a formula."), _("Copy the cell and paste it as a value."))
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return folded(str(cell))


def text(longest: int, *, lines: bool = False) -> Read:
    """Words of at most so many letters; on one line, unless `lines`."""

    def read(cell: Any) -> str:
        words = plain(cell)
        if not lines:
            words = " ".join(words.split())
        if len(words) > longest:
            raise Wrong(
                _("This is longer than %(longest)d letters.") % {"longest": longest}, _("Shorten it.")
            )
        return words

    return read


def numbers(cell: Any) -> str:
    """Telephone numbers, one or several."""
    words: str = text(LONGEST)(cell)
    if words and not numbers_in(words):
        raise Wrong(_("There is no telephone number in this."), _("Write it like 01632 960001."))
    return words


def slug(cell: Any) -> str:
    """A school's short name."""
    words = plain(cell)
    if not slug_re.fullmatch(words) or len(words) > 50:
        raise Wrong(
            _("This is no short name."),
            _("Use letters, figures and hyphens, fifty at most, e.g. oakfield-primary."),
        )
    return words


def e_mail(cell: Any) -> str:
    """An address, in small letters."""
    words = plain(cell).lower()
    try:
        validate_email(words)
    except ValidationError as error:
        raise Wrong(_("This is no e-mail address."), _("Write it like anna@oakfield.sch.uk.")) from error
    return words


def domain(cell: Any) -> str:
    """A mail domain."""
    words = plain(cell).lower().removeprefix("@")
    if not DOMAIN.fullmatch(words):
        raise Wrong(_("This is no mail domain."), _("Write it like oakfield.sch.uk."))
    return words


def day(cell: Any) -> date:
    """A local day: a real date of the spreadsheet, 2026-09-01 or 01/09/2026. Never month before day."""
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise Wrong(_("This has a time of day."), _("Enter the day alone, e.g. 2026-09-01."))
        return _in_range(cell.date())
    if isinstance(cell, date):
        return _in_range(cell)
    words = plain(cell)
    if found := _ISO.fullmatch(words):
        year, month, number = (int(part) for part in found.groups())
    elif found := _BRITISH.fullmatch(words):
        number, month, year = (int(part) for part in found.groups())
    else:
        raise Wrong(_("This is no date."), _("Write it like 2026-09-01 or 01/09/2026 (day first)."))
    try:
        return _in_range(date(year, month, number))
    except ValueError as error:
        if isinstance(error, Wrong):
            raise
        raise Wrong(
            _("There is no such day."),
            _("Write the day first, then the month: 31/12/2026, or year first: 2026-12-31."),
        ) from error


def _in_range(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        limits = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise Wrong(_("The year is not between %(first)d and %(last)d.") % limits, _("Look at the year."))
    return found


def yes_no(cell: Any) -> bool:
    words = plain(cell).lower()
    if words not in _YES | _NO:
        raise Wrong(_("This is neither yes nor no."), _("Write yes or no."))
    return words in _YES


def visits(cell: Any) -> int:
    """A number of visits."""
    words = plain(cell)
    if not words.isascii() or not words.isdigit() or int(words[:9]) > MOST_VISITS:
        raise Wrong(
            _("This is no number of visits."),
            _("Enter a whole number from 0 to %(most)d.") % {"most": MOST_VISITS},
        )
    return int(words)


def one_of(choices: Iterable[tuple[Any, Any]]) -> Read:
    """One of the choices (value, label), by its label or its key."""
    pairs = list(choices)

    def read(cell: Any) -> Any:
        found = _found(pairs, plain(cell))
        if found is None:
            raise Wrong(_("This is not one of the choices."), _one_of_words(pairs))
        return found

    return read


def some_of(choices: Iterable[tuple[Any, Any]]) -> Read:
    """Some of the choices, with semicolons or commas between them; in the order of the choices."""
    pairs = list(choices)

    def read(cell: Any) -> tuple[Any, ...]:
        chosen = set()
        for part in re.split(r"[;,\n]", plain(cell)):
            if not part.strip():
                continue
            found = _found(pairs, part)
            if found is None:
                wrong = _("'%(part)s' is not one of the choices.") % {"part": part.strip()[:40]}
                raise Wrong(wrong, _one_of_words(pairs))
            chosen.add(found)
        return tuple(value for value, _label in pairs if value in chosen)

    return read


def _found(pairs: list[tuple[Any, Any]], words: str) -> Any:
    wanted = alike(words)
    matching = (value for value, label in pairs if wanted in (alike(str(label)), alike(str(value))))
    return next(matching, None)


def _one_of_words(pairs: list[tuple[Any, Any]]) -> str:
    return _("Write one of: %(choices)s.") % {"choices": "; ".join(str(label) for _value, label in pairs)}


def labelled(value: Any, labels: Mapping[Any, Any]) -> str:
    """Choices as a cell shows them."""
    values = value if isinstance(value, tuple | list) else (value,)
    return "; ".join(str(labels[one]) for one in values)
