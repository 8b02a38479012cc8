"""Telephone numbers as people write them."""

import pytest

from accounts.forms.telephone import NumbersField
from accounts.telephone import exact_key, number_keys, number_typed, numbers_in, part_keys

OAKFIELD = "441632960001"


@pytest.mark.rule("I5")
@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("01632 960001", [OAKFIELD]),
        ("(01632) 960-001", [OAKFIELD]),
        ("+44 (0)1632 960 001", [OAKFIELD]),
        ("0044 1632 960001", [OAKFIELD]),
        ("01632 960001 ext. 12", [OAKFIELD, f"{OAKFIELD}x12"]),
        ("01632960001 #12", [OAKFIELD, f"{OAKFIELD}x12"]),
        ("01632 960001 / 07700 900123 (evenings)", [OAKFIELD, "447700900123"]),
        ("office: 01632 960001; mobile 07700900123, Mrs O'Hara", [OAKFIELD, "447700900123"]),
        ("+39 06 698 12345", ["390669812345"]),
        ("ext 204", ["204"]),
        ("960001", ["960001"]),
        ("ask the caretaker", []),
        ("", []),
    ],
)
def test_a_field_is_found_by_each_of_its_numbers(written: str, keys: list[str]) -> None:
    assert number_keys(written).split() == keys
    assert NumbersField(required=False).clean(written) == written if keys or not written else True


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("01632 960001", OAKFIELD), ("+441632960001", OAKFIELD), (" 441632960001", OAKFIELD), ("960001", None),
     ("anonymous", None), ("+33 1 23 45 67 89", "33123456789"), ("9" * 40, None), ("", None)],
)  # fmt: skip
def test_what_a_display_shows_is_one_whole_number_or_none(typed: str, digits: str | None) -> None:
    number = number_typed(typed)
    assert (number.digits if number else None) == digits
    if number:
        assert exact_key(number) in number_keys(typed.replace(" 44", "+44"))


def test_part_of_a_number_is_looked_for_with_or_without_its_nought() -> None:
    keys = number_keys("01632 960001")
    for part in ("0001", "960 001", "01632 96", "1632", "0163"):
        assert any(key in keys for key in part_keys(part)), part
    assert part_keys("204") == [" 204 "]  # few digits: the whole of an inside number
    assert part_keys("12") == []


def test_a_link_dials_the_extension_too() -> None:
    assert numbers_in("01632 960001 ext 12")[0].href == "tel:+441632960001;ext=12"
