"""A server that gives access tokens to who knows the secret, and tells a mail server whose they are."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

from tests.faults.dovecot import USER

CLIENT, SECRET = "the-desk", "client-secret"


@dataclass
class Tokens:
    """What was given, and what is still good. `lasts` is what it says of a new one's life, in seconds."""

    info: str = ""
    given: list[str] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    lasts: int = 3600

    def answer(self, asked: dict[str, list[str]]) -> dict[str, object]:
        if asked.get("client_secret") != [SECRET] or asked.get("client_id") != [CLIENT]:
            return {
                "error": "invalid_client",
                "error_description": "AADSTS7000215: Invalid client secret provided.",
            }
        token = f"token-{len(self.given)}"
        self.given.append(token)
        self.good.add(token)
        return {"token_type": "Bearer", "access_token": token, "expires_in": self.lasts}


@contextmanager
def served(tokens: Tokens, certificate: Path | None = None) -> Iterator[int]:
    """A port of this machine: with a certificate it gives tokens, without it says whose they are."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._say(tokens.answer(parse_qs(content.decode())))

        def do_GET(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self._say(
                {"username": USER, "active": True} if token in tokens.good else {"error": "no"},
                token in tokens.good,
            )

        def _say(self, words: dict[str, object], is_well: bool = True) -> None:
            self.send_response(200 if is_well else 401)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(words).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_name("key.pem"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
