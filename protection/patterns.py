"""What to look for in texts when somebody is erased: patterns of PostgreSQL's regular expressions (Rule T7)."""

import re
from collections.abc import Iterable

LEAST_DIGITS = 9
MOST_DIGITS = 10  # without country code and leading zero a number is the same however it was written


def patterns_of(names: Iterable[str], emails: Iterable[str], phones: Iterable[str]) -> list[str]:
    """Whole names of two words or more, addresses, and telephone numbers however they are spaced.

    A single word is no pattern: 'Grace' or 'Mark' stands in many sentences that are about somebody or something else.
    """
    found = [_words(name) for name in names if len(name.split()) > 1]
    found += [_words(email) for email in emails if "@" in email]
    found += [one for phone in phones for part in phone.split(",") if (one := _number(part))]
    return list(dict.fromkeys(found))


def _words(text: str) -> str:
    """Whole words only, whatever space stands between them."""
    parts = ["".join(one if one.isalnum() else f"\\{one}" for one in word) for word in text.split()]
    return r"\m" + r"\s+".join(parts) + r"\M"


def _number(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if len(digits) < LEAST_DIGITS:
        return ""
    return r"[\s().-]*".join(digits[-MOST_DIGITS:])
