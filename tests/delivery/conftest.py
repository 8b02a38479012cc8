from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Person, Provider
from delivery import due
from delivery.due import DueQueue, Moment
from delivery.models import Notification
from tests.delivery.mail_server import MailServer, mail_server
from tests.delivery.making import make_person, make_provider


@pytest.fixture
def north(db: None) -> Provider:
    return make_provider("north", "North Desk")


@pytest.fixture
def south(db: None) -> Provider:
    return make_provider("south", "South & Söhne")


@pytest.fixture
def ada(north: Provider) -> Person:
    return make_person(north)


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    """Mail goes to a real server of the test's own."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


Handle = Callable[[Notification, Moment], None]


@pytest.fixture
def only_queue(monkeypatch: pytest.MonkeyPatch) -> Callable[..., DueQueue]:
    """Make notifications the only due rows, handled as the test says."""

    def put(handle: Handle, **details: object) -> DueQueue:
        queue = DueQueue(name="steps", model=Notification, handle=handle, **details)  # type: ignore[arg-type]
        monkeypatch.setattr(due, "_queues", {"steps": queue})
        return queue

    return put
