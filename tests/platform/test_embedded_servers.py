"""Embedded PostgreSQL and Valkey: shared, stopped by the last one out, and whole again after any kill."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from concero_desk.embedded import postgres, valkey
from concero_desk.embedded.paths import PROJECT_ROOT, socket_directory
from concero_desk.embedded.processes import NOBODY, wait_until
from tests.platform.clients import (
    Client,
    accepts_connections,
    is_alive,
    kill_all,
    kill_family,
    pids,
    row_count,
    stop_server,
    valkey_answers,
    wait_until_gone,
    write_row,
)

pytestmark = pytest.mark.faults

RECOVERY_SECONDS = 20.0


def test_processes_share_one_server_and_the_last_one_out_stops_it(directory: Path) -> None:
    first, second = Client("postgres", directory), Client("postgres", directory)
    assert first.url() == second.url()
    running = pids(directory)
    first.leave()
    write_row(postgres.urls(directory).owner)
    assert is_alive(running["server"])
    second.leave()
    wait_until_gone(*running.values())
    again = Client("postgres", directory)
    assert row_count(again.url()) == 1
    again.leave()


def test_many_first_starters_make_one_cluster(directory: Path) -> None:
    starters = [Client("postgres", directory) for _ in range(4)]
    assert len({starter.url() for starter in starters}) == 1
    postmasters = [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(directory / "data") in (process.info["cmdline"] or [])
    ]
    assert len(postmasters) == 1
    for starter in starters:
        starter.leave()


def test_killed_server_comes_back_by_itself_with_its_rows(directory: Path) -> None:
    client = Client("postgres", directory)
    url = client.url()
    write_row(url)
    os.kill(pids(directory)["server"], signal.SIGKILL)
    assert wait_until(lambda: not accepts_connections(url), seconds=5)
    assert wait_until(lambda: accepts_connections(url), seconds=RECOVERY_SECONDS)
    assert row_count(url) == 1
    client.leave()


def test_killed_supervisor_takes_the_server_along_and_the_next_caller_starts_both(directory: Path) -> None:
    client = Client("postgres", directory)
    write_row(client.url())
    before = pids(directory)
    os.kill(before["supervisor"], signal.SIGKILL)
    following = Client("postgres", directory)
    assert row_count(following.url()) == 1
    assert not is_alive(before["server"])
    assert pids(directory)["supervisor"] != before["supervisor"]
    following.leave()
    client.leave()


def test_server_stops_after_its_last_user_is_killed(directory: Path) -> None:
    client = Client("postgres", directory)
    client.url()
    running = pids(directory)
    client.kill()
    wait_until_gone(*running.values())


def test_everything_killed_at_once_loses_no_row(directory: Path) -> None:
    client = Client("postgres", directory)
    write_row(client.url())
    kill_family(pids(directory)["supervisor"])
    client.kill()
    again = Client("postgres", directory)
    assert row_count(again.url()) == 1
    again.leave()


def test_a_stale_process_file_naming_a_living_stranger_is_no_obstacle(directory: Path) -> None:
    client = Client("postgres", directory)
    write_row(client.url())
    left = (directory / "data" / "postmaster.pid").read_text().splitlines()
    kill_family(pids(directory)["supervisor"])
    client.kill()
    (directory / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left[1:]]) + "\n")
    again = Client("postgres", directory)
    assert row_count(again.url()) == 1
    again.leave()


def test_a_first_start_killed_half_way_is_made_good(directory: Path) -> None:
    half = directory / "data.new"
    client = Client("postgres", directory)
    assert wait_until((half / "PG_VERSION").exists, seconds=RECOVERY_SECONDS)
    launcher = psutil.Process(client.process.pid)
    kill_all([*launcher.children(recursive=True), *_supervisors(directory), launcher])
    client.process.communicate()
    again = Client("postgres", directory)
    write_row(again.url())
    again.leave()


def _supervisors(directory: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(directory) in (process.info["cmdline"] or [])
    ]


def test_a_long_or_unusual_path_still_gets_a_private_socket(directory: Path) -> None:
    awkward = directory / ("a, b & 100% #" + "x" * 80)
    client = Client("postgres", awkward)
    write_row(client.url())
    sockets = socket_directory(awkward)
    assert len(str(sockets)) < 80
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    client.leave()
    stop_server(awkward)


def test_it_listens_on_no_network_address(directory: Path) -> None:
    for kind in ("postgres", "valkey"):
        client = Client(kind, directory / kind)
        client.url()
        server = psutil.Process(pids(directory / kind)["server"])
        assert server.net_connections(kind="inet") == []
        client.leave()
        stop_server(directory / kind)


def test_roles_are_the_weak_ones(directory: Path) -> None:
    client = Client("postgres", directory)
    client.url()
    with psycopg.connect(postgres.urls(directory).app) as app:
        rights = app.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname LIKE 'hd%'"
        ).fetchall()
        assert rights == [(False, False, False)] * 2
        assert app.execute("SELECT similarity('École', 'école')").fetchone() == (1.0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (id int)")
    client.leave()


def test_the_fast_server_of_the_tests_is_another_one() -> None:
    assert postgres.TEST_DIRECTORY != postgres.DIRECTORY
    with psycopg.connect(postgres.ensure_test_running().app) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)


def test_an_unusable_directory_is_refused_in_plain_words(directory: Path) -> None:
    directory.mkdir(parents=True)
    (directory / "data").mkdir()
    (directory / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(AssertionError, match="was written by PostgreSQL 9"):
        Client("postgres", directory).url()


def test_valkey_survives_any_kill_with_its_queue(directory: Path) -> None:
    client = Client("valkey", directory)
    url = client.url()
    redis.Redis.from_url(url).rpush("queue", *range(100))
    os.kill(pids(directory)["server"], signal.SIGKILL)
    assert wait_until(lambda: valkey_answers(url), seconds=RECOVERY_SECONDS)
    kill_family(pids(directory)["supervisor"])
    client.kill()
    again = Client("valkey", directory)
    assert redis.Redis.from_url(again.url()).llen("queue") == 100
    running = pids(directory)
    again.leave()
    wait_until_gone(*running.values())


def test_valkeys_address_suits_redis_and_celery() -> None:
    url = valkey.url()
    assert redis.Redis.from_url(url).connection_pool.connection_kwargs["path"].endswith("/valkey.sock")
    assert valkey.broker_url(url) == url.replace("unix://", "redis+socket://").replace(
        "db=0", "virtual_host=0"
    )
    assert valkey.broker_url("redis://queue:6379/1") == "redis://queue:6379/1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
class TestAsRoot:
    def test_where_namespaces_are_forbidden_the_server_runs_as_nobody(self, directory: Path) -> None:
        refusing = directory.parent / "bin"
        refusing.mkdir()
        (refusing / "unshare").write_text("#!/bin/sh\nexit 1\n")
        (refusing / "unshare").chmod(0o755)
        environment = {**os.environ, "PATH": f"{refusing}:{os.environ['PATH']}"}
        client = Client("postgres", directory, env=environment)
        write_row(client.url())
        server = pids(directory)["server"]
        assert psutil.Process(server).uids().real == NOBODY
        os.kill(pids(directory)["supervisor"], signal.SIGKILL)
        wait_until_gone(server)
        # The data now belong to nobody; namespaces being allowed again changes nothing for them.
        again = Client("postgres", directory)
        assert row_count(again.url()) == 1
        again.leave()
        client.leave()

    def test_an_ordinary_user_needs_no_help(self, directory: Path) -> None:
        python = _python_of_everyone()
        shutil.chown(directory.parent, NOBODY, NOBODY)
        environment = {
            **os.environ,
            "PYTHONPATH": f"{PROJECT_ROOT}:{Path(pytest.__file__).parent.parent}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        client = Client("postgres", directory, python=python, user=NOBODY, group=NOBODY, env=environment)
        write_row(client.url())
        assert psutil.Process(pids(directory)["server"]).uids().real == NOBODY
        client.leave()


def _python_of_everyone() -> str:
    """Return a Python of our version that user nobody may run: root's own may lie out of reach."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    nobody = pwd.getpwuid(NOBODY)
    for candidate in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        probe = [candidate, "-c", f"open({__file__!r})"]
        try:
            if subprocess.run(probe, user=nobody.pw_uid, check=False, capture_output=True).returncode == 0:
                return candidate
        except OSError:
            continue
    pytest.skip("no Python that an ordinary user may run")
