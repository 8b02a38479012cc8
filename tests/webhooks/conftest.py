from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.webhooks.receiver import Receiver, receiving
from tickets.models import Channel, Ticket
from tickets.services.opening import ticket_open
from webhooks.events import EventType
from webhooks.models import Delivery, Endpoint
from webhooks.services.endpoints import endpoint_create

Register = Callable[..., tuple[Endpoint, str]]
Open = Callable[..., Ticket]
Kept = Callable[..., list[Delivery]]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A program on this machine, which the guard lets us speak to in tests alone."""
    settings.WEBHOOK_TEST_HOSTS = frozenset({"127.0.0.1"})
    with receiving() as found:
        yield found


@pytest.fixture
def register(cast: Cast) -> Register:
    """An endpoint of a provider with its secret; of every event where none is named."""

    def make(
        url: str, *events: str, provider: str = "alder", school: str = "", **more: Any
    ) -> tuple[Endpoint, str]:
        with open_scope(cast.staff_scope(provider)):
            return endpoint_create(
                label=more.pop("label", "Dashboard"),
                url=url,
                events=events or EventType.values,
                created_by=cast.person("ada" if provider == "alder" else "bill"),
                only_customer=cast.customer(school) if school else None,
                **more,
            )

    return make


@pytest.fixture
def opened(cast: Cast) -> Open:
    """A ticket of somebody at a school, by the portal."""

    def make(name: str = "rita", school: str = "oakfield", **more: Any) -> Ticket:
        with open_scope(cast.scope(name)):
            return ticket_open(
                customer=cast.customer(school),
                requester=cast.person(name),
                subject="Jamie Smith cannot sign in",
                text="His password is hunter2",
                channel=Channel.PORTAL,
                **more,
            )

    return make


@pytest.fixture
def kept(cast: Cast) -> Kept:
    """What was written down for a provider's endpoints, the oldest first."""

    def read(provider: str = "alder", **where: Any) -> list[Delivery]:
        with open_scope(cast.staff_scope(provider)):
            return list(Delivery.objects.filter(**where).select_related("endpoint").order_by("id"))

    return read
