"""Which hosts a mailbox may be read from."""

import socket

import pytest
from pytest_django import Settings

from tickets.intake.outward import HostRefused, connect_outward, is_public

PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"]
WRAPPED = ["::1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "::"]


@pytest.mark.parametrize("address", [*PRIVATE, *WRAPPED])
def test_our_own_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"])
def test_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_of_a_name_is_enough_and_the_checked_one_is_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["1.1.1.1", "10.0.0.1"]
    spoken_to: list[tuple[str, int]] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers]

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        spoken_to.append(address)
        return socket.socket()

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    settings.PRODUCTION = True
    with pytest.raises(HostRefused):
        connect_outward("imap.example", 993, 1)
    assert not spoken_to
    answers.pop()
    connect_outward("imap.example", 993, 1).close()
    assert spoken_to == [("1.1.1.1", 993)]
