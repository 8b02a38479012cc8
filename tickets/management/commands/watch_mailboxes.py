"""`manage.py watch_mailboxes`: mail is read within seconds where its server offers IDLE."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from tickets.intake.watching import watch_all


class Command(BaseCommand):
    help = "Let IMAP servers that offer IDLE say when mail comes, until SIGTERM or Ctrl-C. Polling goes on besides."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, lambda *_: stop.set())
        watch_all(stop)
