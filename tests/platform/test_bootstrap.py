"""`make setup`: idempotent, quick when there is nothing to do, plain words where it may not act."""

import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from concero_desk.embedded.paths import PROJECT_ROOT
from tools import bootstrap


def set_up(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/bootstrap.py", *options]
    return subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)


def test_a_second_run_does_nothing_and_is_quick() -> None:
    set_up("--group", "dev")
    started = time.monotonic()
    assert set_up().stdout == ""
    assert time.monotonic() - started < 1.5


def test_packages_of_an_earlier_wish_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands = _pretend_uv(monkeypatch, tmp_path)
    bootstrap.install_python_packages({"dev"})
    bootstrap.install_python_packages({"bench"})
    assert [word for word in commands[-1] if word in {"dev", "bench"}] == ["bench", "dev"]


def test_an_unchanged_lock_needs_no_uv_and_a_changed_one_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands = _pretend_uv(monkeypatch, tmp_path)
    bootstrap.install_python_packages(set())
    bootstrap.install_python_packages(set())
    assert len(commands) == 1
    monkeypatch.setattr(bootstrap, "state_of_the_lock", lambda: "another")
    bootstrap.install_python_packages(set())
    assert len(commands) == 2


def _pretend_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Record uv's commands instead of running them."""
    commands: list[list[str]] = []

    def record(command: list[str], **_: object) -> bool:
        commands.append(command)
        return True

    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(bootstrap, "find_uv", lambda: "uv")
    monkeypatch.setattr(bootstrap, "run", record)
    monkeypatch.setattr(bootstrap, "quietly", lambda _command: True)
    return commands


def test_without_rights_it_says_the_exact_command_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "can_load", lambda library: "harfbuzz" not in library)
    monkeypatch.setattr(bootstrap, "rights_prefix", lambda: None)
    assert bootstrap.missing_system_packages(browser=False) == ["libharfbuzz-subset0"]
    assert bootstrap.install_system_packages(["libharfbuzz-subset0"]) is False
    words = capsys.readouterr().out
    assert "sudo apt-get install --yes --no-install-recommends libharfbuzz-subset0" in words


def test_with_rights_the_package_lists_are_fetched_first(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def record(command: list[str], **_: object) -> bool:
        commands.append(command)
        return True

    monkeypatch.setattr(bootstrap, "run", record)
    monkeypatch.setattr(bootstrap, "rights_prefix", lambda: ["sudo", "-n"])
    monkeypatch.setattr("tools.bootstrap.shutil.which", lambda _name: "/usr/bin/apt-get")
    assert bootstrap.install_system_packages(["chromium"])
    assert [command[-1] for command in commands] == ["update", "chromium"]
    assert all(command[:2] == ["sudo", "-n"] for command in commands)


def test_chromium_is_wanted_for_browser_tests_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "can_load", lambda _library: True)
    monkeypatch.setattr("tools.bootstrap.shutil.which", lambda _name: None)
    assert bootstrap.missing_system_packages(browser=False) == []
    assert bootstrap.missing_system_packages(browser=True) == ["chromium"]


def test_an_old_python_gives_way_to_a_newer_one_or_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("tools.bootstrap.sys.version_info", (3, 9, 2))
    monkeypatch.setattr("tools.bootstrap.os.execvp", lambda name, _words: started.append(name))
    monkeypatch.setattr(bootstrap, "quietly", lambda command: command[0] == "python3.12")
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer"):  # execvp returns only in this test
        bootstrap.use_a_new_enough_python()
    assert started == ["python3.12"]


@pytest.mark.parametrize(
    ("answer", "good"), [("uv 0.13.9 (x86)", True), ("uv 1.0.0", True), ("uv 0.4.1", False)]
)
def test_only_a_uv_that_reads_our_lock_is_used(tmp_path: Path, answer: str, good: bool) -> None:
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    assert bootstrap.is_recent_uv(str(program)) is good
    assert bootstrap.is_recent_uv(str(tmp_path / "none")) is False


def test_it_imports_nothing_but_the_standard_library() -> None:
    imported = [value for value in vars(bootstrap).values() if isinstance(value, ModuleType)]
    assert {module.__name__.split(".")[0] for module in imported} <= sys.stdlib_module_names
