"""The web server of the tests: uvicorn, as in production, so that what only ASGI gets wrong shows here."""

import asyncio
import socket
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import uvicorn
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from pytest_django.live_server_helper import LiveServer

from delivery.live.asgi import with_live


class UvicornThread(Thread):
    """Listens from its making on: who asks before the server is up waits in the socket's queue."""

    host = "localhost"

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listening = socket.create_server((self.host, 0))
        self.port = self.listening.getsockname()[1]
        application: Any = with_live(ASGIStaticFilesHandler(get_asgi_application()))
        self.server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_level="warning"))

    def run(self) -> None:
        asyncio.run(self.server.serve(sockets=[self.listening]))


class UvicornLiveServer(LiveServer):
    def __init__(self) -> None:
        super().__init__(UvicornThread.host, start=False)
        self.thread: Any = UvicornThread()

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.thread.server.should_exit = True
        self.thread.join()


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """In the place of pytest-django's, which serves WSGI."""
    server = UvicornLiveServer()
    server.start()
    yield server
    server.stop()
