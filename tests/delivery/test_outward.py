"""Which hosts that an administrator names are spoken to, and how much of our time they get."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from delivery.outward import HostRefused, connect_outward, is_public, post_outward

PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"]
PRIVATE += ["0.0.0.0", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"]
WRAPPED = ["::1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "::"]
WRAPPED += ["ff02::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "2001:db8::1"]
# What resolvers read as 127.0.0.1, ::1 or another private address.
DISGUISED = ["2130706433", "0x7f000001", "017700000001", "127.1", "0", "0x7f.1", "localhost", "[::1]"]


@pytest.mark.parametrize("address", [*PRIVATE, *WRAPPED])
def test_our_own_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"])
def test_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.rule("T1")
@pytest.mark.parametrize("host", [*DISGUISED, "127.0.0.1", "[::ffff:127.0.0.1]", "10.0.0.7"])
def test_no_spelling_of_a_private_address_is_posted_to(host: str, spoken_to: list[tuple[str, int]]) -> None:
    with pytest.raises(HostRefused):
        post_outward(f"https://{host}:8443/in", b"", {}, seconds=1, limit=10)
    assert not spoken_to


@pytest.mark.rule("T1")
def test_one_private_address_of_a_name_is_enough_and_the_checked_one_is_used(
    monkeypatch: pytest.MonkeyPatch, spoken_to: list[tuple[str, int]]
) -> None:
    answers = iter([["1.1.1.1", "10.0.0.1"], ["1.1.1.1"], ["127.0.0.1"]])  # it moves between two questions

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(HostRefused):
        connect_outward("hooks.example", 993, 1)
    assert not spoken_to
    connect_outward("hooks.example", 993, 1).close()
    assert spoken_to == [("1.1.1.1", 993)]


def test_plain_http_is_refused(spoken_to: list[tuple[str, int]]) -> None:
    with pytest.raises(HostRefused):
        post_outward("http://1.1.1.1/in", b"", {}, seconds=1, limit=10)
    assert not spoken_to


@pytest.fixture
def spoken_to(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The addresses that a connection was opened to; none of them is."""
    found: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        found.append(address)
        return socket.socket()

    monkeypatch.setattr(socket, "create_connection", connect)
    return found


def post(port: int, seconds: float = 5, host: str = "127.0.0.1") -> tuple[int, bytes]:
    answer = post_outward(
        f"http://{host}:{port}/in?a=1",
        b"{}",
        {"X-Sign": "yes"},
        seconds=seconds,
        limit=64,
        may_be_private=True,
        may_be_plain=True,
    )
    return answer.status, answer.content


Served = Callable[[list[bytes]], int]


@pytest.fixture
def served() -> Iterator[Served]:
    """A server on this machine that answers each request with these pieces, a moment apart."""
    listeners: list[socket.socket] = []

    def serve(pieces: list[bytes]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def answer() -> None:
            try:
                client, _ = listener.accept()
                with client:
                    client.recv(65536)
                    for piece in pieces:
                        client.sendall(piece)
                        time.sleep(0.05)
            except OSError:
                pass  # it was hung up on, as it should be

        threading.Thread(target=answer, daemon=True).start()
        return int(listener.getsockname()[1])

    yield serve
    for one in listeners:
        one.close()


def test_a_redirection_is_an_answer(served: Served) -> None:
    other = served([b"HTTP/1.1 200 OK\r\n\r\ninside"])
    port = served(
        [f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{other}/\r\nContent-Length: 0\r\n\r\n".encode()]
    )
    assert post(port) == (302, b"")


def test_no_more_is_read_than_asked_for(served: Served) -> None:
    assert post(served([b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000])) == (200, b"x" * 64)


def test_an_answer_that_drips_is_cut_off(served: Served) -> None:
    """Each byte comes in time, all of them together never would."""
    port, started = served([b"HTTP/1.1 200 OK\r\n", *[b"X-Long: x\r\n"] * 200]), time.monotonic()
    with pytest.raises(TimeoutError):
        post(port, seconds=0.3)
    assert time.monotonic() - started < 2
