import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from accounts.tenancy.scope import open_scope
from concero_desk.embedded import postgres, valkey
from tests.cast import Cast
from tests.delivery.mail_server import MailServer, mail_server
from tests.faults import dovecot
from tests.faults.dovecot import PASSWORD, USER, Dovecot
from tests.faults.harness import Jobs, Owner
from tests.plugins import template
from tests.plugins.database import ScratchDatabase
from tickets.intake.secrets import secret_encrypt
from tickets.models import Mailbox


@pytest.fixture
def smtp_out() -> Iterator[MailServer]:
    """A mail server for processes that the test starts."""
    with mail_server() as server:
        yield server


@pytest.fixture
def fault_environment(smtp_out: MailServer) -> dict[str, str]:
    return {
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_out.port}?security=none",
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
    }


@pytest.fixture
def scratch(scratch_database: Callable[[], ScratchDatabase]) -> ScratchDatabase:
    return scratch_database()


@pytest.fixture
def jobs(scratch: ScratchDatabase, fault_environment: dict[str, str]) -> Iterator[Jobs]:
    """Jobs on a database of their own."""
    with Jobs({**scratch.environment, **fault_environment}) as running:
        yield running


@pytest.fixture
def owner(scratch: ScratchDatabase) -> Owner:
    return Owner(scratch.owner)


@pytest.fixture
def own_queue(tmp_path: Path) -> str:
    """A Valkey of the test's own, which it may empty."""
    directory = tmp_path / "valkey"
    return valkey.ensure_running(directory, fast=True)


@pytest.fixture
def own_database(
    tmp_path: Path, database_template: str, fault_environment: dict[str, str], own_queue: str
) -> tuple[Path, dict[str, str]]:
    """A PostgreSQL of the test's own, which it may kill, and the environment to use it."""
    directory = tmp_path / "postgres"
    urls = postgres.ensure_running(directory)
    environment = {
        **os.environ,
        **fault_environment,
        "DATABASE_URL": urls.app,
        "DATABASE_OWNER_URL": urls.owner,
        "REDIS_URL": own_queue,
    }
    template.fill(urls.owner, database_template)
    return directory, environment


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    """A fresh server whose certificate this process trusts."""
    folder = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))  # socket paths must be short
    folder.chmod(0o755)
    try:
        with dovecot.running(folder) as running:
            monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mailbox(cast: Cast, server: Dovecot) -> Mailbox:
    """The default mailbox of Alder, read from that server."""
    with open_scope(cast.staff_scope()):
        box = Mailbox.objects.get(is_default=True)
        box.host, box.port, box.username = "localhost", server.port, USER
        box.secret = secret_encrypt(PASSWORD)
        box.save()
        return box
