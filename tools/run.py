"""`make run`: the whole desk on this machine, in one terminal, until Ctrl-C.

Migrates, starts the web, fills an empty desk with the demo while the web already answers, starts worker and
beat, and prints how to sign in. A part that ends by itself ends everything: nothing is restarted silently.
When this process is killed the kernel ends its children.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import FrameType

from concero_desk.embedded.paths import PROJECT_ROOT
from concero_desk.embedded.processes import die_with_parent
from concero_desk.environment import read_environment

PYTHON = sys.executable
STOP_SECONDS = 15.0
WEB_SECONDS = 60.0
WATCH_SECONDS = 0.5
QUIET = ("--log-level", "warning", "--lifespan", "off")
SERVERS_SECONDS = 10.0
"""How often the embedded servers are looked after; their own supervisors do the rest."""


class Stopped(Exception):
    """Somebody asked by Ctrl-C or SIGTERM."""


class Desk:
    """The processes of one desk."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.environment = self._environment(port, os.environ)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @staticmethod
    def _environment(port: int, given: Mapping[str, str]) -> dict[str, str]:
        own = {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
        if port != 8000 and not given.get("BASE_URL"):
            own["BASE_URL"] = f"http://localhost:{port}"
        return {**given, **own}

    def start(self, name: str, *command: str) -> None:
        """Start a part in a session of its own, so that Ctrl-C reaches this process alone."""
        self.processes[name] = subprocess.Popen(  # noqa: S603 - fixed words
            [PYTHON, "-m", *command],
            cwd=PROJECT_ROOT,
            env=self.environment,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def manage(self, *command: str) -> None:
        """Run a management command to its end.

        :raises SystemExit: it failed; its own message has been shown.
        """
        name = f"manage.py {command[0]}"
        self.start(name, "manage", *command)
        while (status := self.processes[name].poll()) is None:
            self.check(except_for=name)
            time.sleep(0.05)
        del self.processes[name]
        if status != 0:
            raise SystemExit(f"'{name}' failed with status {status}.")

    def check(self, except_for: str = "") -> None:
        """End everything when a part has ended.

        :raises SystemExit: naming the part.
        """
        for name, process in self.processes.items():
            if name != except_for and process.poll() is not None:
                raise SystemExit(f"The {name} ended with status {process.returncode}; stopping the rest.")

    def wait_for_web(self) -> None:
        """Wait until the web answers.

        :raises SystemExit: it does not.
        """
        deadline = time.monotonic() + WEB_SECONDS
        while not self._web_answers():
            self.check()
            if time.monotonic() > deadline:
                raise SystemExit(f"The web does not answer on port {self.port}.")
            time.sleep(0.1)

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Ask every part to end, wait, and end by force what does not."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for name, process in self.processes.items():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"The {name} does not stop: killed.", flush=True)
            _kill_session(process.pid)  # the helpers of a part that was killed are still there
            process.wait()


def _kill_session(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _refuse_a_port_in_use(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SystemExit(
                f"Port {port} cannot be used ({error.strerror}). Choose another: make run PORT=8001"
            ) from None


def _look_after_servers() -> None:
    """Start an embedded server again whose supervisor was killed; when that fails, say so."""
    from concero_desk.embedded.errors import EmbeddedServerError
    from concero_desk.startup import start_servers

    try:
        start_servers()
    except EmbeddedServerError as error:
        print(error, flush=True)


def _serve(desk: Desk, *, demo: bool, mail_port: int | None) -> None:
    desk.manage("migrate", "--verbosity=0")
    address = ("--host", "127.0.0.1", "--port", str(desk.port))
    stop = ("--timeout-graceful-shutdown", "3")
    desk.start("web", "uvicorn", "concero_desk.asgi:application", *address, *QUIET, *stop)
    desk.wait_for_web()
    print(
        f"Concero Desk answers on {desk.environment.get('BASE_URL', f'http://localhost:{desk.port}')}",
        flush=True,
    )
    celery = ("celery", "--quiet", "--app", "concero_desk")
    desk.start("worker", *celery, "worker", "--concurrency", "3", "--loglevel", "WARNING")
    desk.start("beat", *celery, "beat", "--loglevel", "WARNING", "--pidfile=")
    if mail_port is not None:
        desk.start("mail listener", "manage", "listen_mail", "--port", str(mail_port))
    if demo:
        desk.manage("demo", "--if-empty")
        desk.manage("demo", "--sign-ins")
    print("Ctrl-C stops everything.", flush=True)
    looked = time.monotonic()
    while True:
        desk.check()
        time.sleep(WATCH_SECONDS)
        if time.monotonic() - looked > SERVERS_SECONDS:
            _look_after_servers()
            looked = time.monotonic()


def _ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


def main() -> None:
    """Run until asked to stop; exit with 0 then, with 1 and a reason when a part fails."""
    parser = argparse.ArgumentParser(description="Run the whole desk on this machine until Ctrl-C.")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty desk empty")
    parser.add_argument("--mail-port", type=int, help="also take mail in by SMTP on this port")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concero_desk.settings")
    port = read_environment().port
    _refuse_a_port_in_use(port)
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, _ask_to_stop)
    desk = Desk(port)
    try:
        _serve(desk, demo=not options.no_demo, mail_port=options.mail_port)
    except Stopped:
        print("\nStopping …", flush=True)
    finally:
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, signal.SIG_IGN)
        desk.stop()


if __name__ == "__main__":
    main()
