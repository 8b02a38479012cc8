"""Mailboxes whose servers say themselves when mail comes (IMAP IDLE, RFC 2177): seconds instead of a minute.

Only a hint: a watcher makes its mailbox due and a worker reads it. What a watcher misses is read by the next poll.
"""

import logging
import time
from collections.abc import Iterator
from threading import Event, Thread

from django.db import connection
from django.utils import timezone
from imap_tools import BaseMailBox

from accounts.tenancy.lookups import all_provider_ids
from accounts.tenancy.scope import Scope, open_scope
from delivery.hints import hint
from delivery.rows import wait_after
from tickets.intake.connecting import MailboxTrouble, connected
from tickets.intake.storing import scope_of
from tickets.models import Mailbox

logger = logging.getLogger(__name__)

TIMEOUT = 20.0  # seconds for each answer of a server
LISTEN = 2.0  # seconds between looks at whether to stop
RENEW = 300.0  # seconds after which the wait is begun anew: a connection that died in silence is found out
REFRESH = 30.0  # seconds between looks at which mailboxes there are
MOST = 200  # mailboxes of one process, each with a thread and a connection to its server
LONGEST_PAUSE = 900.0  # seconds between tries to reach a server


def watch_all(stop: Event) -> None:
    """Watch every mailbox in use until `stop` is set; changed ones anew. Must run outside any scope."""
    watchers: dict[tuple[object, ...], tuple[Thread, Event]] = {}
    while True:
        wanted = {_key(one): one for one in _mailboxes()[:MOST]}
        for key in [key for key in watchers if key not in wanted]:
            watchers.pop(key)[1].set()
        for key in wanted.keys() - watchers.keys():
            ended = Event()
            thread = Thread(target=watch, args=(wanted[key], ended), daemon=True)
            watchers[key] = (thread, ended)
            thread.start()
        if stop.wait(REFRESH):
            break
    for _thread, ended in watchers.values():
        ended.set()
    for thread, _ended in watchers.values():
        thread.join(LISTEN * 2)


def watch(mailbox: Mailbox, stop: Event) -> None:
    """Watch one mailbox, reconnecting with ever longer pauses; at once over where its server offers no IDLE."""
    failures = 0
    while not stop.is_set():
        begun = time.monotonic()
        try:
            with connected(mailbox, timeout=TIMEOUT) as box:
                if "IDLE" not in box.client.capabilities:
                    return
                box.folder.set(mailbox.folder, readonly=True)
                for _arrival in _arrivals(box, stop):
                    _wake(mailbox)
        except MailboxTrouble as trouble:
            failures = 1 if time.monotonic() - begun > RENEW else failures + 1
            logger.info("Mailbox %d is not watched: %s", mailbox.pk, trouble)
            stop.wait(min(wait_after(failures).total_seconds(), LONGEST_PAUSE))


def _arrivals(box: BaseMailBox, stop: Event) -> Iterator[None]:
    """Each time that the server tells of new messages."""
    while not stop.is_set():
        renewed = time.monotonic() + RENEW
        with box.idle as idle:
            while not stop.is_set() and time.monotonic() < renewed:
                if any(b"EXISTS" in line for line in idle.poll(LISTEN)):
                    yield


def _wake(mailbox: Mailbox) -> None:
    try:
        with open_scope(scope_of(mailbox)):
            if Mailbox.objects.filter(pk=mailbox.pk, is_active=True).update(wake_at=timezone.now()):
                hint("mailboxes", mailbox)
    finally:
        connection.close()


def _mailboxes() -> list[Mailbox]:
    found: list[Mailbox] = []
    for provider_id in all_provider_ids():
        with open_scope(Scope(provider_id=provider_id)):
            found += Mailbox.objects.filter(is_active=True).exclude(host="").order_by("pk")
    connection.close()
    return found


def _key(mailbox: Mailbox) -> tuple[object, ...]:
    """What a connection depends on."""
    names = ("pk", "host", "port", "use_tls", "username", "secret", "folder", "token_url", "client_id")
    return tuple(getattr(mailbox, name) for name in names)
