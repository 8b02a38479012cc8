"""Articles by the words that somebody types. Nothing of them is kept: they may tell of a child."""

import re
from collections.abc import Collection

from django.db import connection

LEAST_LETTERS, MOST_WORDS = 3, 16
_WORD = re.compile(r"[^\W_]{2,40}")


def words_typed(*texts: str) -> list[str]:
    """The different words of what was typed, in their order, at most MOST_WORDS; none before one has three letters."""
    found = list(dict.fromkeys(_WORD.findall(" ".join(texts).replace("\x00", " ").lower())))[:MOST_WORDS]
    return found if any(len(word) >= LEAST_LETTERS for word in found) else []


def article_ids(words: Collection[str], *, packages: Collection[str], limit: int) -> list[int]:
    """Ids of published articles for the open scope that fit these words, the best first (migration 0002).

    For a school's people those for all schools, and those for one of these `packages`; for staff all of them.
    """
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT knowledge_search(%s, %s, %s)", [list(words), list(packages), limit])
        return [key for (key,) in cursor.fetchall()]
