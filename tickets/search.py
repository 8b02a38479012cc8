"""Tickets by words of their subject.

The operators that a trigram index serves are not leakproof, so PostgreSQL does not use such an index under row-level
security: at 200,000 tickets a search read them all. `tickets_search` (migration 0005) passes the wall for the look-up
alone: it takes the tenant from the open scope, keeps to its customers, and answers with ids. Its further arguments only
narrow. What is shown is then read by these ids, behind the wall as ever.
"""

from collections.abc import Collection

from django.db import connection
from django.db.models import BigIntegerField, Func, Value

# The newest so many tickets that fit. Whoever finds more needs more words.
HITS = 300


def tickets_found(
    words: str,
    *,
    only_open: bool = False,
    requester_id: int | None = None,
    whole_schools: Collection[int] = (),
) -> list[int]:
    """Ids of at most HITS tickets of the open scope with these words in their subject, the newest first.

    With `requester_id` only that person's and all of `whole_schools` (Rule T2). The words are looked for as they stand,
    in upper or lower case; `%` and `_` mean themselves. Outside any scope the answer is empty.
    """
    pattern = f"%{connection.ops.prep_for_like_query(words)}%"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tickets_search(%s, %s, %s, %s, %s)",
            [pattern, only_open, requester_id, sorted(whole_schools), HITS],
        )
        return [key for (key,) in cursor.fetchall()]


class TicketsFound(Func):
    """The ids that `tickets_found` gives of open tickets, as a part of another query: `pk__in=TicketsFound(words)`."""

    function = "tickets_search"
    template = "(SELECT %(function)s(%(expressions)s))"
    output_field = BigIntegerField()

    def __init__(self, words: str) -> None:
        pattern = f"%{connection.ops.prep_for_like_query(words)}%"
        super().__init__(Value(pattern), Value(True), Value(None), Value([]), Value(HITS))
