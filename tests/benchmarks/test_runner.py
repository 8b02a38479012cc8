"""The benchmark command: verdicts, exit status and JSON. Nothing here is timed."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from benchmarks import __main__ as runner
from benchmarks.registry import Benchmark, Direction, Ratio, benchmark, discover


def keeps() -> Iterable[Ratio]:
    yield Ratio("fast", 400, 300, Direction.AT_LEAST, "1 µs v 400 µs")
    yield Ratio("small", 0.5, 2, Direction.AT_MOST)


def misses() -> Iterable[Ratio]:
    yield Ratio("slow", 299.9, 300, Direction.AT_LEAST)


def breaks() -> Iterable[Ratio]:
    raise RuntimeError("no server")


def measures_nothing() -> Iterable[Ratio]:
    return []


def run(monkeypatch: pytest.MonkeyPatch, found: dict[str, Benchmark], *arguments: str) -> int:
    monkeypatch.setattr(runner, "discover", lambda: found)
    return runner.main(list(arguments))


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ({"a": keeps}, 0),
        ({"a": keeps, "b": misses}, 1),
        ({"a": keeps, "b": breaks}, 1),
        ({"a": measures_nothing}, 1),
    ],
)
def test_exit_status(monkeypatch: pytest.MonkeyPatch, found: dict[str, Benchmark], status: int) -> None:
    assert run(monkeypatch, found) == status


def test_only_the_named_ones_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, {"a": keeps, "b": misses}, "a") == 0
    printed = capsys.readouterr().out
    assert "fast" in printed
    assert "at least 300" in printed
    assert "slow" not in printed


def test_a_number_without_a_limit_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, {"a": lambda: [Ratio("memory", 1e9, None, Direction.AT_MOST)]}) == 0
    assert "told" in capsys.readouterr().out


def test_an_unknown_name_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(monkeypatch, {"a": keeps}, "c")
    assert stopped.value.code == 2


def test_json_holds_every_ratio_and_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    assert run(monkeypatch, {"a": keeps, "b": misses, "c": breaks}, "--json", str(file)) == 1
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["met"] is False
    assert [(row["name"], row["met"]) for row in content["results"]] == [
        ("fast", True),
        ("small", True),
        ("slow", False),
    ]
    assert content["errors"] == {"c": "RuntimeError: no server"}


def test_a_value_that_is_no_number_meets_no_limit() -> None:
    assert not Ratio("x", float("nan"), 1, Direction.AT_LEAST).met
    assert not Ratio("x", float("nan"), 1, Direction.AT_MOST).met


def test_the_benchmarks_of_the_package_are_found() -> None:
    assert {"deadlines", "elapsed"} <= set(discover())


def test_a_name_is_taken_once() -> None:
    discover()
    with pytest.raises(ValueError):
        benchmark("deadlines")(keeps)
