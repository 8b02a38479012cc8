"""Public holidays against the dates that GOV.UK publishes (Rule S3)."""

from datetime import date

import holidays
import pytest

from sla.working_time import Nation, public_holidays

pytestmark = pytest.mark.rule("S3")


def weekdays(nation: Nation, year: int) -> list[str]:
    days = [row.day for row in public_holidays(nation, [year]) if row.day.weekday() < 5]
    return [f"{day:%d %b}" for day in days]


@pytest.mark.parametrize(
    ("nation", "year", "expected"),
    [
        (Nation.ENGLAND_AND_WALES, 2026, "01 Jan, 03 Apr, 06 Apr, 04 May, 25 May, 31 Aug, 25 Dec, 28 Dec"),
        (Nation.ENGLAND_AND_WALES, 2027, "01 Jan, 26 Mar, 29 Mar, 03 May, 31 May, 30 Aug, 27 Dec, 28 Dec"),
        (
            Nation.SCOTLAND,
            2026,
            "01 Jan, 02 Jan, 03 Apr, 04 May, 25 May, 15 Jun, 03 Aug, 30 Nov, 25 Dec, 28 Dec",
        ),
        (Nation.SCOTLAND, 2027, "01 Jan, 04 Jan, 26 Mar, 03 May, 31 May, 02 Aug, 30 Nov, 27 Dec, 28 Dec"),
        (
            Nation.NORTHERN_IRELAND,
            2026,
            "01 Jan, 17 Mar, 03 Apr, 06 Apr, 04 May, 25 May, 13 Jul, 31 Aug, 25 Dec, 28 Dec",
        ),
        (
            Nation.NORTHERN_IRELAND,
            2027,
            "01 Jan, 17 Mar, 26 Mar, 29 Mar, 03 May, 31 May, 12 Jul, 30 Aug, 27 Dec, 28 Dec",
        ),
    ],
)
def test_working_days_lost(nation: Nation, year: int, expected: str) -> None:
    assert ", ".join(weekdays(nation, year)) == expected


def test_names_are_the_official_ones() -> None:
    names = {row.day: row.name for row in public_holidays(Nation.SCOTLAND, [2026, 2027])}
    assert names[date(2026, 1, 2)] == "2nd January"
    assert names[date(2026, 5, 4)] == "Early May bank holiday"
    assert names[date(2026, 11, 30)] == "St Andrew's Day"
    assert names[date(2027, 1, 4)] == "2nd January (substitute day)"
    assert names[date(2026, 12, 28)] == "Boxing Day (substitute day)"


def test_a_holiday_on_a_saturday_stands_beside_its_substitute() -> None:
    rows = {row.day: row.name for row in public_holidays(Nation.ENGLAND_AND_WALES, [2026])}
    assert rows[date(2026, 12, 26)] == "Boxing Day"


def test_two_holidays_on_one_day_are_one_row() -> None:
    rows = [row for row in public_holidays(Nation.SCOTLAND, [2023]) if row.day == date(2023, 1, 2)]
    assert [row.name for row in rows] == ["2nd January; New Year's Day (substitute day)"]


def test_england_and_wales_agree() -> None:
    for year in range(2000, 2040):
        england = holidays.country_holidays("GB", subdiv="ENG", years=year, language="en_GB")
        wales = holidays.country_holidays("GB", subdiv="WLS", years=year, language="en_GB")
        assert dict(england) == dict(wales)
