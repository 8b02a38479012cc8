"""Mail handed over directly: `manage.py listen_mail [--lmtp] [--host …] [--port …] [--certificate … --key …]`."""

import asyncio
import signal
import ssl
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.intake.listening import listen


class Command(BaseCommand):
    help = (
        "Take mail in by SMTP, or LMTP, for the addresses of all mailboxes in use; mail to any other address is"
        " refused. Each message is committed before it is answered with 250. Runs until SIGTERM or Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lmtp", action="store_true", help="speak LMTP, as a mail server delivers locally"
        )
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=2525, help="the port (2525)")
        parser.add_argument("--certificate", help="a PEM file: offer STARTTLS with it")
        parser.add_argument("--key", help="the certificate's key, where it is in a file of its own")

    def handle(
        self,
        *args: Any,
        lmtp: bool,
        host: str,
        port: int,
        certificate: str | None,
        key: str | None,
        **options: Any,
    ) -> None:
        tls = None
        try:
            if certificate:
                tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                tls.load_cert_chain(certificate, key)
            asyncio.run(self._serve(host, port, lmtp, tls))
        except OSError as error:
            raise CommandError(f"Mail cannot be listened for on {host}:{port}: {error}") from error

    async def _serve(self, host: str, port: int, is_lmtp: bool, tls: ssl.SSLContext | None) -> None:
        stopped = asyncio.Event()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(wanted, stopped.set)
        async with await listen(host, port, is_lmtp=is_lmtp, tls=tls) as server:
            self.stdout.write(f"Listening for mail on {host}:{server.sockets[0].getsockname()[1]}.")
            self.stdout.flush()
            await stopped.wait()
