"""What a benchmark is and where it is registered."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import benchmarks


class Direction(StrEnum):
    """Which side of the limit is good."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measured number with the limit that it has to keep.

    Measure both sides in the same process run, so that the number means the same on any machine. `detail`
    says what was compared and the absolute figures behind it. A number without a limit is told, never missed.
    """

    name: str
    value: float
    limit: float | None
    direction: Direction
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether the limit is kept; a value that is not a number never is."""
        if self.limit is None:
            return True
        if self.direction is Direction.AT_LEAST:
            return self.value >= self.limit
        return self.value <= self.limit


Benchmark = Callable[[], Iterable[Ratio]]

_registered: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Register a function under a name that the command line takes; ValueError if the name is taken."""

    def register(function: Benchmark) -> Benchmark:
        if name in _registered:
            raise ValueError(f"Two benchmarks are called {name!r}.")
        _registered[name] = function
        return function

    return register


def discover() -> dict[str, Benchmark]:
    """Import every module of the package and return what they registered.

    Importing a module must be cheap: peers and Django are imported inside the functions.
    """
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name != "__main__":
            importlib.import_module(f"benchmarks.{module.name}")
    return dict(sorted(_registered.items()))
