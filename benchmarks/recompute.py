"""200,000 deadlines after a calendar edit, against loading as many rows into the same table with COPY."""

import time
from collections.abc import Iterable
from datetime import date

from benchmarks.clocks import NOW, make_busy_desk, tidy
from benchmarks.database import scratch_database
from benchmarks.registry import Direction, Ratio, benchmark
from benchmarks.timing import human

CLOCKS = 200_000
REPEAT = 2


@benchmark("recompute")
def recompute_after_an_edit() -> Iterable[Ratio]:
    with scratch_database() as owner_url:
        desk = make_busy_desk(CLOCKS, owner_url)
        copied = recomputed = float("inf")
        for day in range(REPEAT):  # by turns, so that whatever else the machine does slows both alike
            copied = min(copied, _copy_seconds(owner_url))
            recomputed = min(recomputed, _recompute_seconds(desk.provider_id, owner_url, day))
        previewed = _preview_seconds(desk.provider_id)
    figures = f"recompute {human(recomputed)}, COPY {human(copied)}, preview {human(previewed)}"
    yield Ratio(
        f"recompute {CLOCKS:,} clocks / COPY {CLOCKS:,} clocks",
        recomputed / copied,
        5,
        Direction.AT_MOST,
        figures,
    )


def _copy_seconds(owner_url: str) -> float:
    """The same clocks once more under other ids: indexes kept and references checked, as in any load."""
    import psycopg

    from sla.models import Clock

    columns = [field.column for field in Clock._meta.concrete_fields if field.name != "counted_at"]
    names = ", ".join(columns)
    shifted = names.replace("id", "id + 10000000", 1)
    assert columns[0] == "id"
    with (
        psycopg.connect(owner_url) as owner,
        owner.cursor().copy(
            f"COPY (SELECT {shifted} FROM sla_clock WHERE ended_at IS NULL) TO STDOUT"
        ) as out,
    ):
        rows = b"".join(out)
    tidy(owner_url)
    with psycopg.connect(owner_url) as owner:
        started = time.perf_counter()
        with owner.cursor().copy(f"COPY sla_clock ({names}) FROM STDIN") as into:
            into.write(rows)
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = time.perf_counter() - started
        owner.rollback()
    tidy(owner_url)
    return seconds


def _recompute_seconds(provider_id: int, owner_url: str, day: int) -> float:
    """One more closed day, so that every deadline moves; from the edit to its commit."""
    from accounts.tenancy.scope import Scope, open_scope
    from sla.services.calendar_edits import closure_add

    tidy(owner_url)
    started = time.perf_counter()
    with open_scope(Scope(provider_id=provider_id)):
        impact = closure_add(name="Flood", first_day=date(2026, 11, 23 + day)).impact
    seconds = time.perf_counter() - started
    assert impact.moved == CLOCKS, impact.moved
    return seconds


def _preview_seconds(provider_id: int) -> float:
    from accounts.tenancy.scope import Scope, open_scope
    from sla.services.calendar_edits import closure_add
    from sla.services.recomputation import preview

    started = time.perf_counter()
    with open_scope(Scope(provider_id=provider_id)):
        impact = preview(lambda: closure_add(name="Snow", first_day=date(2026, 11, 26)), now=NOW)
    assert impact.moved == CLOCKS, impact.moved
    return time.perf_counter() - started
