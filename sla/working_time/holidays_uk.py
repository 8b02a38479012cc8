"""Public holidays of the United Kingdom's nations, from the `holidays` package, as plain rows.

The rows are stored and can be edited (Rule S3): this module only fills them, and an upgrade of the package
never moves a deadline by itself. Names follow GOV.UK's list of bank holidays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import metadata

import holidays

HOLIDAYS_VERSION: str = metadata.version("holidays")


class Nation(StrEnum):
    """Where one list of public holidays holds. England and Wales share theirs."""

    ENGLAND_AND_WALES = "england-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


_SUBDIVISION = {Nation.ENGLAND_AND_WALES: "ENG", Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}

_OFFICIAL_NAME = {
    "New Year Holiday": "2nd January",
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Saint Andrew's Day": "St Andrew's Day",
    "Saint Patrick's Day": "St Patrick's Day",
    "Battle of the Boyne": "Battle of the Boyne (Orangemen's Day)",
}
_OBSERVED = " (observed)"


@dataclass(frozen=True, order=True, slots=True)
class PublicHoliday:
    """One closed local day."""

    day: date
    name: str


def public_holidays(nation: Nation, years: Iterable[int]) -> tuple[PublicHoliday, ...]:
    """The nation's public holidays of these years, in order of date (Rule S3).

    A holiday that falls on a weekend stands there and again on its substitute day, since a desk may open on
    Saturdays.
    """
    found = holidays.country_holidays(
        "GB", subdiv=_SUBDIVISION[Nation(nation)], years=sorted(set(years)), language="en_GB"
    )
    return tuple(PublicHoliday(day, _official(name)) for day, name in sorted(found.items()))


def _official(names: str) -> str:
    """The name on GOV.UK; the package joins the names of two holidays on one day with a semicolon."""
    return "; ".join(_official_name(name) for name in names.split("; "))


def _official_name(name: str) -> str:
    plain = name.removesuffix(_OBSERVED)
    official = _OFFICIAL_NAME.get(plain, plain)
    return f"{official} (substitute day)" if name.endswith(_OBSERVED) else official
