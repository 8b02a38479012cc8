"""One call of one endpoint: the request, and what came of it in words. Knows no database, and never raises."""

import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException

from django.utils.translation import gettext as _

from delivery.outward import HostRefused, post_outward
from delivery.secrets import SecretUnreadable
from webhooks.addresses import is_test_host
from webhooks.models import Delivery, Endpoint
from webhooks.signing import signed_headers

CALL_SECONDS = 10.0
ANSWER_BYTES = 2048  # of an answer that are kept


@dataclass(frozen=True, slots=True)
class Said:
    """What an endpoint said: its status (None without an answer), how the answer began, and what is wrong with it."""

    status: int | None
    answer: str
    problem: str
    milliseconds: int

    @property
    def is_taken(self) -> bool:
        return not self.problem


def call(endpoint: Endpoint, row: Delivery) -> Said:
    """Send a delivery."""
    started = time.monotonic()
    status, answer, problem = _call(endpoint, row)
    return Said(status, answer, problem[:300], round((time.monotonic() - started) * 1000))


def _call(endpoint: Endpoint, row: Delivery) -> tuple[int | None, str, str]:
    now = datetime.now(UTC)
    try:
        headers = signed_headers(
            event_id=row.event_id, body=row.body, at=now, encrypted=endpoint.secrets_at(now)
        )
        is_test = is_test_host(endpoint.url)
        said = post_outward(
            endpoint.url,
            row.body.encode(),
            {"Content-Type": "application/json", "User-Agent": "Concero-Desk-Webhooks/1", **headers},
            seconds=CALL_SECONDS,
            limit=ANSWER_BYTES,
            may_be_private=is_test,
            may_be_plain=is_test,
        )
    except Exception as error:
        return None, "", _in_words(error)
    words = said.content.decode("utf-8", "replace").replace("\0", "\ufffd")
    return said.status, words, _complaint(said.status)


def _complaint(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return _(
            "It answers %(status)d, a redirection, which is not followed. Enter the address that it leads to."
        ) % {"status": status}
    return _("It answers %(status)d in place of 200.") % {"status": status}


def _in_words(error: Exception) -> str:
    if isinstance(error, HostRefused):
        return str(error)
    if isinstance(error, SecretUnreadable):
        return _(
            "Its secret cannot be read any more, since the installation's own key has changed. Make a new one."
        )
    if isinstance(error, socket.gaierror | UnicodeError):
        return _("There is no server of this name.")
    if isinstance(error, TimeoutError):
        return _("It does not answer in time.")
    if isinstance(error, ConnectionRefusedError):
        return _("It refuses the connection.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("Its certificate cannot be trusted: %(problem)s.") % {"problem": error.verify_message}
    if isinstance(error, HTTPException):
        return _("It does not answer as a web server does.")
    return _("It cannot be reached: %(problem)s.") % {"problem": type(error).__name__}
