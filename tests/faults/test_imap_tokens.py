"""A mail server that takes access tokens instead of a password, as Microsoft 365 does."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.tenancy.scope import open_scope
from delivery.outward import HostRefused
from tests.cast import Cast
from tests.faults import dovecot
from tests.faults.dovecot import USER, Dovecot
from tests.faults.token_server import CLIENT, SECRET, Tokens, served
from tests.tickets.intake.mails import mail
from tickets.intake import imap, tokens
from tickets.intake.connecting import MailboxTrouble, mailbox_try
from tickets.intake.secrets import secret_encrypt
from tickets.models import Mailbox

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.mail_server,
    pytest.mark.rule("I1", "Y9"),
    pytest.mark.skipif(dovecot.BINARY is None, reason="needs Dovecot: apt-get install dovecot-imapd"),
]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Tokens:
    monkeypatch.setattr(tokens, "_tokens", {})
    return Tokens()


@pytest.fixture
def server(given: Tokens, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    folder = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))  # socket paths must be short
    folder.chmod(0o755)
    try:
        with (
            served(given) as info,
            dovecot.running(folder, token_info=f"http://127.0.0.1:{info}/") as running,
        ):
            monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mailbox(cast: Cast, server: Dovecot, given: Tokens) -> Iterator[Mailbox]:
    with served(given, server.certificate) as port:
        with open_scope(cast.staff_scope()):
            box = Mailbox.objects.get(is_default=True)
            box.host, box.port, box.username = "localhost", server.port, USER
            box.token_url, box.client_id = f"https://localhost:{port}/oauth2/v2.0/token", CLIENT
            box.secret = secret_encrypt(SECRET)
            box.save()
        yield box


def test_a_token_is_fetched_kept_and_renewed(server: Dovecot, mailbox: Mailbox, given: Tokens) -> None:
    server.deliver(mail().as_bytes())
    assert imap.mailbox_poll(mailbox).stored == 1
    assert imap.mailbox_poll(mailbox).stored == 0
    assert given.given == ["token-0"]
    given.good.clear()  # taken back before its time
    assert mailbox_try(mailbox) == 1
    assert given.given == ["token-0", "token-1"]


def test_one_that_is_about_to_expire_is_not_used_again(mailbox: Mailbox, given: Tokens) -> None:
    given.lasts = 60
    assert mailbox_try(mailbox) == mailbox_try(mailbox) == 0
    assert given.given == ["token-0", "token-1"]


def test_a_wrong_secret_is_told_in_the_servers_words_and_never_shown(mailbox: Mailbox) -> None:
    mailbox.secret = secret_encrypt("not-the-secret")
    with pytest.raises(MailboxTrouble, match="Invalid client secret") as trouble:
        mailbox_try(mailbox)
    assert "not-the-secret" not in str(trouble.value)


def test_a_token_server_inside_our_network_is_not_asked(
    mailbox: Mailbox, given: Tokens, settings: Settings
) -> None:
    settings.PRODUCTION = True
    with pytest.raises(HostRefused):
        tokens.access_token(mailbox, timeout=5)
    assert not given.given
