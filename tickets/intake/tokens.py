"""Access tokens for mail servers that take no passwords, as Microsoft 365 (OAuth 2.0, RFC 6749, 4.4).

The client's secret is stored as a mailbox's password is. Tokens are kept in this process alone until shortly before
they expire. The server of tokens is reached like a mail server: never inside our own network.
"""

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from delivery.outward import post_outward
from tickets.intake.private_hosts import may_be_private
from tickets.intake.secrets import secret_decrypt
from tickets.models import Mailbox

EARLY = 120.0  # seconds before its end at which a token is replaced
ANSWER_LIMIT = 64 * 1024


class TokenRefused(Exception):
    """The server gave no token. The message is for the administrator; it holds no secret."""


@dataclass(frozen=True, slots=True)
class _Token:
    words: str
    ends: float  # of time.monotonic()


_tokens: dict[tuple[str, ...], _Token] = {}


def access_token(mailbox: Mailbox, *, timeout: float, renew: bool = False) -> str:
    """A token for this mailbox; a fresh one with `renew`, where the mail server has refused the one we had.

    Raises TokenRefused, SecretUnreadable, HostRefused and OSError.
    """
    key = (mailbox.token_url, mailbox.client_id, mailbox.token_scope, mailbox.secret)
    known = _tokens.get(key)
    if known is None or renew or time.monotonic() > known.ends - EARLY:
        known = _tokens[key] = _fetch(mailbox, timeout)
    return known.words


def _fetch(mailbox: Mailbox, timeout: float) -> _Token:
    asked = {
        "grant_type": "client_credentials",
        "client_id": mailbox.client_id,
        "client_secret": secret_decrypt(mailbox.secret),
        "scope": mailbox.token_scope,
    }
    answer = _post(mailbox.token_url, urlencode(asked), timeout)
    token, lasts = answer.get("access_token"), answer.get("expires_in", 0)
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        # Microsoft's own words say what to change: a wrong secret, an unknown directory, a missing consent.
        words = " ".join(str(answer.get("error_description") or answer.get("error") or "").split())
        raise TokenRefused(
            _("No access token was given: %(answer)s") % {"answer": words[:200] or _("no reason")}
        )
    return _Token(token, time.monotonic() + (float(lasts) if isinstance(lasts, int) else 0.0))


def _post(url: str, form: str, timeout: float) -> dict[str, Any]:
    """The server's answer; a redirection is not followed, since the secret would go along."""
    try:
        said = post_outward(
            url,
            form.encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
            seconds=timeout,
            limit=ANSWER_LIMIT,
            may_be_private=may_be_private(urlsplit(url).hostname or ""),
        )
        answer = json.loads(said.content)
    except http.client.HTTPException as error:
        raise TokenRefused(_("The server of tokens does not speak HTTP.")) from error
    except ValueError as error:
        raise TokenRefused(_("The server of tokens answered with no token. Check its address.")) from error
    return answer if isinstance(answer, dict) else {}
