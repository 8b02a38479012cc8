"""The web server of the tests: uvicorn, as in production, so that what only ASGI gets wrong shows here."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.test.testcases import LiveServerThread
from pytest_django.live_server_helper import LiveServer


class UvicornThread(LiveServerThread):
    """Serves until `terminate`; `port` is known and connections are taken once `is_ready` is set."""

    def run(self) -> None:
        listening = socket.create_server((self.host, 0))
        self.port = listening.getsockname()[1]
        application = self.static_handler(get_asgi_application())
        self.server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_level="warning"))
        self.is_ready.set()  # the socket listens: who asks before uvicorn is up waits in its queue
        asyncio.run(self.server.serve(sockets=[listening]))

    def terminate(self) -> None:
        self.server.should_exit = True
        self.join()


class UvicornLiveServer(LiveServer):
    def __init__(self) -> None:
        super().__init__("localhost", start=False)
        self.thread: Any = UvicornThread("localhost", ASGIStaticFilesHandler, connections_override={})
        self.thread.daemon = True
        self.start()


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """In the place of pytest-django's, which serves WSGI."""
    server = UvicornLiveServer()
    yield server
    server.stop()
