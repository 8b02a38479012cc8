"""A session with a mailbox's IMAP server, and what goes wrong in words."""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4, IMAP4_SSL
from socket import gaierror, socket
from ssl import SSLCertVerificationError

from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailboxFolderSelectError, MailboxLoginError
from imap_tools.errors import ImapToolsError

from delivery.outward import HostRefused, connect_outward
from tickets.intake.private_hosts import may_be_private
from tickets.intake.secrets import SecretUnreadable, secret_decrypt
from tickets.intake.tokens import TokenRefused, access_token
from tickets.models import AfterStoring, Mailbox

logger = logging.getLogger(__name__)

TRIAL_SECONDS = 6.0  # for each answer while a person waits for the page


class MailboxTrouble(Exception):
    """The mailbox cannot be read. The message is for the administrator; it holds no password and no mail."""


@contextmanager
def connected(mailbox: Mailbox, *, timeout: float) -> Iterator[BaseMailBox]:
    """A session that has signed in; `timeout` is seconds for each answer. Raises MailboxTrouble, also from within."""
    try:
        with _signed_in(mailbox, timeout) as box:
            yield box
    except (SecretUnreadable, HostRefused, TokenRefused) as error:
        raise MailboxTrouble(str(error)) from error
    except (ImapToolsError, IMAP4.error) as error:
        raise MailboxTrouble(_in_words(error)) from error
    except (OSError, EOFError) as error:
        raise MailboxTrouble(_unreached(error)) from error


def mailbox_try(mailbox: Mailbox) -> int:
    """Sign in and open the folders as a poll would, changing nothing; the number of messages there.

    Raises MailboxTrouble, whose message says what to change.
    """
    with connected(mailbox, timeout=TRIAL_SECONDS) as box:
        if mailbox.after_storing == AfterStoring.MOVE and not box.folder.exists(mailbox.stored_folder):
            raise MailboxTrouble(
                _("The folder %(folder)s, to which mail is moved, does not exist. Make it, or name another.")
                % {"folder": mailbox.stored_folder}
            )
        box.folder.set(mailbox.folder, readonly=True)
        return int(box.folder.status(mailbox.folder)["MESSAGES"])


@contextmanager
def _signed_in(mailbox: Mailbox, timeout: float) -> Iterator[BaseMailBox]:
    password = "" if mailbox.token_url else secret_decrypt(mailbox.secret)
    token = access_token(mailbox, timeout=timeout) if mailbox.token_url else ""
    box = _Box(mailbox, timeout)
    try:
        if token:
            _sign_in_by_token(box, mailbox, token, timeout)
        else:
            box.login(mailbox.username, password, initial_folder=None)
        yield box
    finally:
        try:
            box.logout()
        except (ImapToolsError, IMAP4.error, OSError):
            logger.info("Mailbox %d: the server ended the session first.", mailbox.pk)


def _sign_in_by_token(box: BaseMailBox, mailbox: Mailbox, token: str, timeout: float) -> None:
    """With the token that we have, and once more with a fresh one: it may have been taken back before its time."""
    try:
        box.xoauth2(mailbox.username, token, initial_folder=None)
    except (ImapToolsError, IMAP4.error):
        fresh = access_token(mailbox, timeout=timeout, renew=True)
        box.xoauth2(mailbox.username, fresh, initial_folder=None)


def _connect(host: str, port: int, timeout: float) -> socket:
    return connect_outward(host, port, timeout, may_be_private=may_be_private(host))


class _Plain(IMAP4):
    def _create_socket(self, timeout: float) -> socket:
        return _connect(self.host, self.port, timeout)


class _Encrypted(IMAP4_SSL):
    def _create_socket(self, timeout: float) -> ssl.SSLSocket:
        plain = _connect(self.host, self.port, timeout)
        encrypted: ssl.SSLSocket = self.ssl_context.wrap_socket(plain, server_hostname=self.host)
        return encrypted


class _Box(BaseMailBox):
    """The session itself, over a connection that cannot lead into our own network."""

    def __init__(self, mailbox: Mailbox, timeout: float) -> None:
        self._mailbox, self._timeout = mailbox, timeout
        super().__init__()

    def _get_mailbox_client(self) -> IMAP4:
        host, port = self._mailbox.host, self._mailbox.port
        if not self._mailbox.use_tls:
            return _Plain(host, port, timeout=self._timeout)
        context = ssl.create_default_context()  # imaplib's own default checks no certificate
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return _Encrypted(host, port, ssl_context=context, timeout=self._timeout)


def _in_words(error: Exception) -> str:
    if isinstance(error, MailboxLoginError):
        return _("The mail server does not accept this user name and password.")
    if isinstance(error, MailboxFolderSelectError):
        return _("The mail server has no folder of this name, or does not let this user open it.")
    return _("The mail server answered: %(answer)s") % {"answer": str(error)[:250]}


def _unreached(error: Exception) -> str:
    if isinstance(error, gaierror):
        return _("There is no mail server of this name. Check its spelling.")
    if isinstance(error, TimeoutError):
        return _("The mail server does not answer. Check its name, the port and the firewall.")
    if isinstance(error, ConnectionRefusedError):
        return _("The mail server refuses connections on this port. With TLS it is usually 993.")
    if isinstance(error, SSLCertVerificationError):
        return _("The mail server's certificate cannot be trusted: %(problem)s.") % {
            "problem": error.verify_message
        }
    words = _("The mail server cannot be reached: %(problem)s")
    return (words % {"problem": f"{type(error).__name__}: {error}"})[:300]
