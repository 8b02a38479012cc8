"""Whom a note names: '@Theo' or '@Theo Marsh', among the names that are known. Knows no framework."""

import re
from collections import Counter
from collections.abc import Mapping

# Not in 'theo@school.example'.
_AT = re.compile(r"(?<![\w.+-])@(?=\w)")


def mentioned(text: str, names: Mapping[int, str]) -> set[int]:
    """The ids whose name follows an '@': the whole name, or a first name that only one of them has.

    The longest name wins, so that '@Ann Lee Carr' is not Ann Lee; upper and lower case are the same.
    """
    known = _ways_to_name(names)
    return {found for at in _AT.finditer(text) if (found := _named(text[at.end() :].casefold(), known))}


def _ways_to_name(names: Mapping[int, str]) -> dict[str, int]:
    whole = {pk: " ".join(name.casefold().split()) for pk, name in names.items() if name.strip()}
    first = Counter(name.split(" ")[0] for name in whole.values())
    short = {name.split(" ")[0]: pk for pk, name in whole.items() if first[name.split(" ")[0]] == 1}
    how_many = Counter(whole.values())
    return {**short, **{name: pk for pk, name in whole.items() if how_many[name] == 1}}


def _named(rest: str, known: Mapping[str, int]) -> int | None:
    fitting = [name for name in known if re.match(re.escape(name) + r"(?!\w)", rest)]
    return known[max(fitting, key=len)] if fitting else None
