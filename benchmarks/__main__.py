"""Run benchmarks, print a table, write JSON, and fail if a limit is missed."""

import argparse
import json
import os
import platform
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.registry import Benchmark, Ratio, discover


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one benchmark gave: its ratios, or the error that ended it."""

    benchmark: str
    seconds: float
    ratios: tuple[Ratio, ...]
    error: str = ""

    @property
    def met(self) -> bool:
        return not self.error and bool(self.ratios) and all(ratio.met for ratio in self.ratios)


def run(name: str, function: Benchmark) -> Outcome:
    """Run one benchmark; an error is an outcome, so that the others still run."""
    started = time.perf_counter()
    try:
        ratios = tuple(function())
    except Exception as error:
        traceback.print_exc()
        return Outcome(name, time.perf_counter() - started, (), f"{type(error).__name__}: {error}")
    return Outcome(name, time.perf_counter() - started, ratios)


def table(outcomes: list[Outcome]) -> str:
    """The outcomes as aligned text."""
    rows = [("benchmark", "ratio", "limit", "verdict", "detail")]
    for outcome in outcomes:
        if outcome.error:
            rows.append((outcome.benchmark, "-", "-", "ERROR", outcome.error))
        for ratio in outcome.ratios:
            limit = "-" if ratio.limit is None else f"{ratio.direction} {ratio.limit:,g}"
            verdict = "told" if ratio.limit is None else "met" if ratio.met else "MISSED"
            rows.append((ratio.name, f"{ratio.value:,.4g}", limit, verdict, ratio.detail))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[4]]) for row in rows
    ]
    return "\n".join(lines)


def as_json(outcomes: list[Outcome]) -> dict[str, Any]:
    """The outcomes and the machine they were measured on."""
    results = [
        {"benchmark": outcome.benchmark, "met": ratio.met, **asdict(ratio)}
        for outcome in outcomes
        for ratio in outcome.ratios
    ]
    return {
        "machine": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "processors": os.cpu_count(),
        },
        "met": all(outcome.met for outcome in outcomes),
        "results": results,
        "seconds": {outcome.benchmark: round(outcome.seconds, 3) for outcome in outcomes},
        "errors": {outcome.benchmark: outcome.error for outcome in outcomes if outcome.error},
    }


def main(arguments: list[str] | None = None) -> int:
    """0: every limit is kept; 1: one is missed or a benchmark failed; 2: wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help="benchmarks to run; all if left out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results there")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    options = parser.parse_args(arguments)
    found = discover()
    if options.list:
        print("\n".join(found))
        return 0
    unknown = sorted(set(options.names) - set(found))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are: {', '.join(found)}")
    outcomes = [run(name, function) for name, function in found.items() if name in (options.names or found)]
    print(table(outcomes))
    if options.json:
        options.json.write_text(json.dumps(as_json(outcomes), indent=2) + "\n", encoding="utf-8")
    return 0 if all(outcome.met for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
