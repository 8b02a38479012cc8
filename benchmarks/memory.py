"""What each process needs at most while a desk works, against one that has only loaded the project."""

import os
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.registry import Direction, Ratio, benchmark

ROOT = Path(__file__).resolve().parent.parent
TICKETS, MESSAGES, PAGES = 2_000, 1_000, 100
PORT = 8765
PAGE = f"http://127.0.0.1:{PORT}/concero/desk/queue/"
BARE = "a process that has only loaded the project"
LOAD = "import django, signal; django.setup(); signal.pause()"
# How many times as much our own processes may need; the servers' memory is told only.
LIMITS = {"web": 2, "worker of two processes": 4, "beat": 2, "intake": 2}
# The session of a technician, as signing in makes it.
SIGN_IN = """
from benchmarks.desks import desk_here
desk = desk_here("")
print("session", desk.client(desk.staff).cookies["sessionid"].value)
"""
# Messages of people whom the desk knows, into a folder that is named by the environment.
WRITE = """
import os, pathlib
from accounts.models import CustomerMembership
from accounts.tenancy.scope import open_scope
from benchmarks.desks import desk_here
from tests.tickets.intake.mails import mail
desk = desk_here("")
with open_scope(desk.staff):
    people = list(CustomerMembership.objects.values_list("person__email", flat=True).order_by("pk"))
for number in range(int(os.environ["MESSAGES"])):
    made = mail(people[number % len(people)], subject=f"Message {number}", to="support@example.org")
    (pathlib.Path(os.environ["FOLDER"]) / f"{number:05}.eml").write_bytes(made.as_bytes())
"""


class Watch:
    """Samples the memory of groups of processes, each with its descendants; keeps the largest sum of each.

    A page that several share counts in parts (PSS), so that a sum is what the machine has to have.
    """

    def __init__(self) -> None:
        self.peaks: dict[str, int] = {}
        self._roots: dict[str, int] = {}
        self._over = threading.Event()

    def add(self, name: str, pid: int) -> None:
        self._roots[name] = pid

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._sample)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _sample(self) -> None:
        while not self._over.wait(0.2):
            for name, pid in list(self._roots.items()):
                total = sum(proportional_bytes(one) for one in _family(pid))
                self.peaks[name] = max(total, self.peaks.get(name, 0))


@benchmark("memory")
def memory_of_each_process() -> Iterable[Ratio]:
    peaks = _peaks()
    bare = peaks.pop(BARE)
    for name, peak in sorted(peaks.items(), key=lambda pair: -pair[1]):
        figures = f"{peak / 1e6:.0f} MB at its peak, {bare / 1e6:.0f} MB to load the project"
        yield Ratio(f"memory: {name} / bare", peak / bare, LIMITS.get(name), Direction.AT_MOST, figures)


def _peaks() -> dict[str, int]:
    import json

    from concero_desk.embedded import postgres, valkey
    from tests.delivery.mail_server import mail_server
    from tests.plugins import template

    watch = Watch()
    # The two servers stop when this process ends, so that the folder may still be in use when it is removed.
    folders = tempfile.TemporaryDirectory(prefix="desk-", ignore_cleanup_errors=True)
    with folders as folder, mail_server() as smtp:
        places = {name: Path(folder) / name for name in ("postgres", "valkey", "media", "mails")}
        places["mails"].mkdir()
        urls = postgres.ensure_running(places["postgres"])
        environment = {
            **os.environ,
            "DESK_MODE": "tryout",
            "DATABASE_URL": urls.app,
            "DATABASE_OWNER_URL": urls.owner,
            "REDIS_URL": valkey.ensure_running(places["valkey"], fast=True),
            "MEDIA_ROOT": str(places["media"]),
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}?security=none",
            "DJANGO_SETTINGS_MODULE": "concero_desk.settings",
            "MESSAGES": str(MESSAGES),
            "FOLDER": str(places["mails"]),
        }
        template.migrate(environment)
        _manage(environment, "demo", "--tickets", str(TICKETS), "--provider", "concero")
        _manage(environment, "shell", "-c", WRITE)
        session = _manage(environment, "shell", "-c", SIGN_IN).split("session ")[1].split()[0]
        for name in ("postgres", "valkey"):
            watch.add(name, int(json.loads((places[name] / "pids.json").read_text())["server"]))
        with watch.running(), _daemons(environment, watch):
            for _ in range(PAGES):
                _get(session)
            mails = str(places["mails"])
            intake = _start(environment, "manage.py", "intake", "--mailbox", "concero", mails)
            watch.add("intake", intake.pid)
            assert intake.wait() == 0
    return watch.peaks


@contextmanager
def _daemons(environment: dict[str, str], watch: Watch) -> Iterator[None]:
    celery = ("-m", "celery", "--app", "concero_desk")
    commands = {
        BARE: ("-c", LOAD),
        "web": (
            "-m",
            "uvicorn",
            "concero_desk.asgi:application",
            "--port",
            str(PORT),
            "--log-level",
            "error",
        ),
        "worker of two processes": (*celery, "worker", "--concurrency", "2", "--loglevel", "ERROR"),
        "beat": (*celery, "beat", "--loglevel", "ERROR", "--pidfile="),
    }
    started = {name: _start(environment, *command) for name, command in commands.items()}
    try:
        for name, process in started.items():
            watch.add(name, process.pid)
        yield
    finally:
        for process in started.values():
            process.terminate()
        for process in started.values():
            process.wait(timeout=30)


def _get(session: str) -> None:
    """A queue page; waits for the web process at the first."""
    request = urllib.request.Request(PAGE, headers={"Cookie": f"sessionid={session}"})
    for attempt in range(120):
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                assert b"table--queue" in response.read()
            return
        except urllib.error.URLError:
            if attempt == 119:
                raise
            threading.Event().wait(0.5)


def _start(environment: dict[str, str], *command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def _manage(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, stdout=-1, text=True
    ).stdout


def _family(pid: int) -> list[int]:
    """A process and all that come from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
