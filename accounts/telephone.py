"""Telephone numbers as people write them: read, compared, written out. Pure; national numbers are British.

A field holds what somebody typed, several numbers and words about them among it. Beside it stand its *keys*, by which a
caller is found: each number in international figures between blanks, with its extension once more, ' 441632960001 '.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import (
    Leniency,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
)

REGION, COUNTRY = "GB", 44
LONGEST = 120  # letters of a field
FEWEST_DIGITS = 3  # of a number inside a house, which stands for itself
FEWEST_OF_A_PART = 4

_DIGITS = re.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True)
class Number:
    """`digits`: with the country's code and without '+', 441632960001; of an inside number, as dialled.

    `text`: as it was written. `shown`: as people here write it.
    """

    digits: str
    extension: str
    text: str
    shown: str
    is_whole: bool = True

    @property
    def plain(self) -> str:
        """For an address or a field: the same number again when it is read."""
        return f"+{self.digits}" + (f" ext {self.extension}" if self.extension else "")

    @property
    def href(self) -> str:
        """For a link that dials it."""
        plus = "+" if self.is_whole else ""
        return f"tel:{plus}{self.digits}" + (f";ext={self.extension}" if self.extension else "")


def numbers_in(text: str) -> list[Number]:
    """The numbers in a text, in its order; where there is no whole one, the figures that stand in it."""
    found = [number for number in _matched(text) if number is not None]
    if found:
        return found
    return [Number(one, "", one, one, is_whole=False) for one in _DIGITS.findall(text)]


def number_typed(text: str) -> Number | None:
    """The one whole number that this is, from a display or from somebody's fingers; None where it is not whole.

    The '+' of an address arrives as a blank where a telephone system did not quote it.
    """
    if text[:1] == " " and text[1:2].isdigit():
        text = f"+{text[1:]}"
    try:
        return _number(parse(text, REGION), text.strip())
    except NumberParseException:
        return None


def first_number(*fields: str) -> str:
    """The first number of the first of these fields that has one, as it was written; '' where none has."""
    return next((one.text for field in fields for one in numbers_in(field)), "")


def number_keys(text: str) -> str:
    """What a field's numbers are found by; '' where there is none."""
    keys = [key for one in numbers_in(text) for key in _keys(one)]
    return f" {' '.join(dict.fromkeys(keys))} " if keys else ""


def part_keys(text: str) -> list[str]:
    """What the keys of a field contain one of, that has a number with these digits in it; none for too few of them."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) < FEWEST_DIGITS:
        return []
    if len(digits) < FEWEST_OF_A_PART:
        return [f" {digits} "]
    return [digits, f" {COUNTRY}{digits[1:]}"] if digits.startswith("0") else [digits]


def exact_key(number: Number, *, with_extension: bool = False) -> str:
    """What the keys of a field contain that has this number."""
    return f" {_keys(number)[-1 if with_extension else 0]} "


def _keys(number: Number) -> list[str]:
    return [number.digits, *([f"{number.digits}x{number.extension}"] if number.extension else [])]


def _matched(text: str) -> Iterator[Number | None]:
    for match in PhoneNumberMatcher(text, REGION, leniency=Leniency.POSSIBLE):
        yield _number(match.number, match.raw_string)


def _number(number: PhoneNumber, text: str) -> Number | None:
    if is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None  # a local one, say, without the code of its town
    is_ours = number.country_code == COUNTRY
    style = PhoneNumberFormat.NATIONAL if is_ours else PhoneNumberFormat.INTERNATIONAL
    return Number(
        digits=f"{number.country_code}{'0' * _zeros(number)}{number.national_number}",
        extension=number.extension or "",
        text=text,
        shown=format_number(number, style),
    )


def _zeros(number: PhoneNumber) -> int:
    """An Italian number keeps its nought behind the country's code."""
    return (number.number_of_leading_zeros or 1) if number.italian_leading_zero else 0
