"""The cache that processes share, on the embedded server; and what holds while it is lost."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from concero_desk.cache import SharedCache
from concero_desk.embedded import valkey
from tests.cast import PASSWORD, Cast

SHARED = "concero_desk.cache.SharedCache"
LIMITED = 6  # more wrong passwords than one address may send


def params(**more: object) -> dict[str, object]:
    return {
        "KEY_PREFIX": f"test-{uuid4()}",
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3},
        **more,
    }


@pytest.mark.parametrize(
    ("queue", "cache"),
    [
        ("redis://h:6379", "redis://h:6379?db=1"),
        ("redis://:p%40ss@h:6379/0", "redis://:p%40ss@h:6379/0?db=1"),
        ("rediss://u:p@h/15?ssl_cert_reqs=none", "rediss://u:p@h/15?ssl_cert_reqs=none&db=14"),
        ("unix:///run/valkey.sock?db=3", "unix:///run/valkey.sock?db=4"),
    ],
)
def test_the_cache_has_a_database_of_its_own_beside_the_queue(queue: str, cache: str) -> None:
    def number(url: str) -> int:
        found = redis.ConnectionPool.from_url(url).connection_kwargs.get("db", 0)
        return int(found)

    assert valkey.cache_url(queue) == cache
    assert abs(number(cache) - number(queue)) == 1
    assert 0 <= number(cache) <= 15


def test_what_one_process_counts_another_knows() -> None:
    location, same = valkey.cache_url(settings.REDIS_URL), params()
    one, other = SharedCache(location, same), SharedCache(location, same)
    assert one.add("code", "y", timeout=60)
    assert not other.add("code", "n", timeout=60)
    other.set("tries", [1.5], timeout=60)
    assert one.get("tries") == [1.5]
    assert one.incr("number") if one.add("number", 1) else False
    assert other.touch("number", 60)
    assert other.delete("number")
    assert one.get("number", "gone") == "gone"
    queue = redis.Redis.from_url(settings.REDIS_URL)
    assert not list(queue.scan_iter(f"*{same['KEY_PREFIX']}*")), "the cache writes into the queue's database"


@pytest.fixture
def dumb() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=5) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("way", ["gone", "dumb"])
def test_without_it_a_process_counts_by_itself_and_says_so_once(
    dumb: str, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    cache = SharedCache("redis://127.0.0.1:1" if way == "gone" else dumb, params())
    start = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            cache.get("tries")
    assert time.monotonic() - start < 2
    assert len(caplog.records) == 1
    cache.set("tries", 3)
    assert cache.get("tries") == 3


def test_it_comes_back_once_the_server_does(monkeypatch: pytest.MonkeyPatch) -> None:
    location, same = valkey.cache_url(settings.REDIS_URL), params()
    cache = SharedCache(location, same)
    cache._quiet_until = time.monotonic() + 60
    cache.set("a", 1)
    assert SharedCache(location, same).get("a") is None
    cache._quiet_until = 0.0
    cache.set("a", 2)
    assert SharedCache(location, same).get("a") == 2


@pytest.mark.rule("T4")
@pytest.mark.parametrize("lost", [False, True])
def test_sign_in_works_and_guessing_is_limited_with_the_server_and_without(
    cast: Cast, settings: Settings, lost: bool
) -> None:
    location = "redis://127.0.0.1:1" if lost else valkey.cache_url(settings.REDIS_URL)
    settings.CACHES = {"default": {"BACKEND": SHARED, "LOCATION": location, **params()}}
    sign_in: Callable[[str], str] = lambda password: (  # noqa: E731
        Client()
        .post("/account/login/", {"login": "rita@oakfield.example", "password": password}, follow=True)
        .content.decode()
    )
    assert "Too many failed" not in sign_in(PASSWORD)
    pages = [sign_in("wrong") for _ in range(LIMITED)]
    assert "Too many failed" not in pages[0]
    assert "Too many failed" in pages[-1]
