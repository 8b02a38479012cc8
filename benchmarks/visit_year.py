"""A year of visits is planned in one run: 200 schools, 25 engineers, a visit each fortnight (rules P2, S3)."""

import time
import tracemalloc
from collections.abc import Iterable

from benchmarks.registry import Direction, Ratio, benchmark
from benchmarks.timing import human

SCHOOLS, ENGINEERS, VISITS = 200, 25, 23
SMALLER = 10
REPEAT = 3


@benchmark("visit_year")
def year_of_visits() -> Iterable[Ratio]:
    from tests.visits.planning.checker import broken_rules, wrong_numbers
    from tests.visits.planning.years import year
    from visits.planning import Problem, plan

    def seconds(problem: Problem) -> float:
        started = time.process_time()
        plan(problem)
        return time.process_time() - started

    large = year(schools=SCHOOLS, engineers=ENGINEERS, visits=VISITS)
    small = year(schools=SCHOOLS // SMALLER, engineers=ENGINEERS // SMALLER + 1, visits=VISITS)
    best = {"large": float("inf"), "small": float("inf")}
    for _turn in range(REPEAT):
        best["large"] = min(best["large"], seconds(large))
        best["small"] = min(best["small"], seconds(small))
    yield Ratio(
        f"plan {SCHOOLS} schools and {ENGINEERS} engineers / {SMALLER} times a desk of {SCHOOLS // SMALLER}",
        best["large"] / best["small"] / SMALLER,
        5,
        Direction.AT_MOST,
        f"{human(best['large'])} for {SCHOOLS * VISITS:,} visits, {human(best['small'])} for the smaller desk",
    )
    tracemalloc.start()
    found = plan(large)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    detail = f"{peak / 1e6:.1f} MB more than before"
    yield Ratio("memory of that plan in MB", peak / 1e6, None, Direction.AT_MOST, detail)
    faults = broken_rules(large, found.assignments) + wrong_numbers(large, found)
    yield Ratio("hard rules that it breaks", len(faults), 0, Direction.AT_MOST, "; ".join(faults[:3]))
    missing = sum(gap.visits for gap in found.gaps)
    yield Ratio("visits that it does not deliver", missing, 0, Direction.AT_MOST, f"of {SCHOOLS * VISITS:,}")
