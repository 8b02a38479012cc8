"""Starting server processes: as which user, and tied to the life of their supervisor."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from concero_desk.embedded.errors import EmbeddedServerError

NOBODY = 65534
_PR_SET_PDEATHSIG = 1


def die_with_parent(sent: signal.Signals) -> Callable[[], None] | None:
    """Return a ``preexec_fn`` that asks the kernel for the signal ``sent`` when the parent dies (Linux).

    Without it a supervisor that is killed with SIGKILL leaves a server behind that nobody stops.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def request() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(sent))
        if os.getppid() != parent:  # the parent died before the request
            os.kill(os.getpid(), sent)

    return request


def unprivileged_prefix(data: Path, stop: signal.Signals) -> list[str]:
    """Return the command words that let PostgreSQL, which refuses root, run for root on ``data``.

    The server runs as the owner of its data. Root's own data are used from a user namespace in which root
    is called nobody; where namespaces are forbidden (most containers) the data are given to nobody. The
    capability to pass closed directories goes with it, because a clone under /root is out of nobody's
    reach.
    """
    if os.geteuid() != 0:
        return []
    owner = data.stat().st_uid
    if owner == 0 and _may_make_namespaces():
        return ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
    if owner == 0:
        give_away(data, NOBODY)
        owner = NOBODY
    if shutil.which("setpriv") is None:
        raise EmbeddedServerError(
            "PostgreSQL does not run as root. Install util-linux (setpriv), or work as an ordinary user."
        )
    identity = [f"--reuid={owner}", f"--regid={data.stat().st_gid}", "--clear-groups"]
    reach = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return ["setpriv", *identity, *reach, f"--pdeathsig={stop.name.removeprefix('SIG')}", "--"]


def give_away(tree: Path, uid: int) -> None:
    """Give a directory tree to a user and the group of the same number, never following symbolic links."""
    os.chown(tree, uid, uid)
    for folder, folders, files in os.walk(tree):
        for name in (*folders, *files):
            os.chown(Path(folder) / name, uid, uid, follow_symlinks=False)


def _may_make_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    probe = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0  # noqa: S603 - fixed words


def is_running_in(pid: int, directory: Path) -> bool:
    """Tell whether the process lives, is no zombie, and has ``directory`` (resolved) as its own."""
    process = Path("/proc") / str(pid)
    try:
        state = (
            process.joinpath("stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()[0]
        )
        return state not in {"Z", "X"} and process.joinpath("cwd").readlink() == directory
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    """Ask again and again until the condition holds (True) or the time is up (False)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
