#!/usr/bin/env python3
"""From a clean clone to an installed one: system libraries, uv, locked packages. Needs nothing but Python.

    python3 tools/bootstrap.py                      what running needs
    python3 tools/bootstrap.py --group dev --browser    what the tests need too

Runs as root or as an ordinary user, any number of times; when nothing has changed it ends in a fraction of
a second. Without the right to install system packages it prints the exact command and goes on without them.
"""

from __future__ import annotations  # an older Python must get as far as looking for a newer one

import argparse
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".bootstrap.json"
TOOLS = ROOT / "var" / "tools"
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
UV_REQUIREMENT = "uv>=0.9,<1"
OLDEST_UV = (0, 9)

# Weasyprint loads these by name; without them every page works but no PDF can be made.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def main() -> None:
    """Install what is missing."""
    options = _parser().parse_args()
    use_a_new_enough_python()
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_system_packages(missing_system_packages(browser=options.browser))
        install_python_packages(set(options.group))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Install what Concero Desk needs on this machine.")
    parser.add_argument(
        "--group", action="append", default=[], help="a dependency group of pyproject.toml, e.g. dev"
    )
    parser.add_argument("--browser", action="store_true", help="Chromium as well, for the browser tests")
    return parser


def say(message: str) -> None:
    """Tell the person who waits what is going on."""
    print(f"setup: {message}", flush=True)


def run(command: list[str], **options: Any) -> bool:
    """Run a command and tell whether it succeeded."""
    return subprocess.run(command, check=False, **options).returncode == 0  # noqa: S603


def quietly(command: list[str]) -> bool:
    """Run a command without its output; False as well when there is no such command."""
    try:
        return run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False


# ---- Python itself


def use_a_new_enough_python() -> None:
    """Go on in a newer Python when this one is too old; end with a message when the machine has none."""
    if sys.version_info >= OLDEST_PYTHON:  # older ones can start this file too
        return
    for name in NEWER_PYTHONS:
        if quietly([name, "--version"]):
            os.execvp(name, [name, *sys.argv])  # noqa: S606
    oldest = ".".join(map(str, OLDEST_PYTHON))
    sys.exit(f"Concero Desk needs Python {oldest} or newer, for example: apt-get install python{oldest}")


# ---- System packages


def missing_system_packages(*, browser: bool) -> list[str]:
    """Return the names of Debian packages that are needed and not there."""
    if sys.platform != "linux":
        return []
    missing = [package for library, package in LIBRARIES.items() if not can_load(library)]
    if browser and not any(map(shutil.which, BROWSERS)):
        missing.append("chromium")
    return missing


def can_load(library: str) -> bool:
    """Tell whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_system_packages(packages: list[str]) -> bool:
    """Install Debian packages where we may; otherwise say how to, and go on."""
    if not packages:
        return True
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    prefix = rights_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        say(f"these system packages are missing: {' '.join(packages)}. Install them with:")
        say(f"    sudo {' '.join(command)}")
        return False
    say(f"installing {' '.join(packages)}")
    prefix = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    quiet = {"stdout": subprocess.DEVNULL}
    # A new machine has no package lists, an old one has stale ones.
    run([*prefix, "apt-get", "update"], **quiet)
    if run([*prefix, *command], **quiet):
        return True
    say(f"could not be installed. Try it yourself: sudo {' '.join(command)}")
    return False


def rights_prefix() -> list[str] | None:
    """Return the words that give a command root's rights without asking anybody, or None."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if quietly(["sudo", "-n", "true"]) else None


# ---- Python packages


def install_python_packages(groups: set[str]) -> None:
    """Make `.venv` hold the locked packages, and those of every group that was ever asked for."""
    stamp = read_stamp()
    groups |= set(stamp.get("groups", []))
    wanted = {"state": state_of_the_lock(), "groups": sorted(groups)}
    if stamp == wanted and quietly([str(VENV / "bin" / "python"), "-S", "-c", ""]):
        return
    uv = find_uv()
    say("installing the locked packages")
    command = [uv, "sync", "--locked", "--no-default-groups", "--quiet", "--python", base_python()]
    command += [word for group in wanted["groups"] for word in ("--group", group)]
    environment = {**surroundings(), "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("VIRTUAL_ENV", None)  # uv warns about another active environment
    if not run(command, cwd=ROOT, env=environment):
        sys.exit("setup: the packages could not be installed, see above.")
    STAMP.write_text(json.dumps(wanted), encoding="utf-8")


def surroundings() -> dict[str, str]:
    """Return the environment for pip and uv, which trust what the system trusts.

    Both bring certificates of their own, which know nothing of a network whose proxy signs with a certificate that
    only the system was told about.
    """
    bundle = ssl.get_default_verify_paths().cafile or CERTIFICATES
    if not Path(bundle).exists():
        return dict(os.environ)
    return {"SSL_CERT_FILE": bundle, "PIP_CERT": bundle, **os.environ}


def read_stamp() -> dict[str, Any]:
    """Return what the last complete set-up wrote."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def base_python() -> str:
    """Return the interpreter behind the one that runs, which may be that of `.venv` itself."""
    if sys.prefix == sys.base_prefix:
        return sys.executable
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")


def state_of_the_lock() -> str:
    """Hash what decides which packages belong into the environment."""
    digest = hashlib.sha256(repr((base_python(), sys.version)).encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def find_uv() -> str:
    """Return a usable uv: the system's, our own, or one that we install for ourselves."""
    own = TOOLS / "uv" / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(own)):
        if candidate and is_recent_uv(candidate):
            return candidate
    say("installing uv")
    shutil.rmtree(TOOLS / "uv", ignore_errors=True)
    # Into a folder of our own: Debian's pip refuses to touch the system's packages, and rightly so.
    if importlib.util.find_spec("pip") and pip_install(
        [sys.executable, "-m", "pip"], "--target", str(TOOLS / "uv")
    ):
        return str(own)
    if has_ensurepip() and run([sys.executable, "-m", "venv", str(TOOLS / "uv")]):
        if pip_install([str(TOOLS / "uv" / "bin" / "python"), "-m", "pip"]):
            return str(own)
        sys.exit("setup: uv could not be installed from the package index, see above.")
    sys.exit("setup: this Python has neither pip nor venv. Run: sudo apt-get install python3-venv")


def pip_install(pip: list[str], *options: str) -> bool:
    """Install uv with this pip."""
    return run(
        [
            *pip,
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
            *options,
            UV_REQUIREMENT,
        ],
        env=surroundings(),
    )


def has_ensurepip() -> bool:
    """Tell whether this Python can make environments with pip; Debian's needs a package for that."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if importlib.util.find_spec("ensurepip") is None and not install_system_packages([package]):
        return False
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def is_recent_uv(uv: str) -> bool:
    """Tell whether this uv runs and reads our lock file's format."""
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return False
    found = re.match(r"uv (\d+)\.(\d+)", answer.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_UV


if __name__ == "__main__":
    main()
