"""Mailboxes: their health, their settings, and a password that goes in and never comes out."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEntry, Provider
from delivery.models import Notification
from delivery.sweeper import sweep
from tests.settings_pages.cast import Cast
from tickets.intake.secrets import secret_decrypt
from tickets.intake.silence import FIRST_FAILURES, silence_tell
from tickets.intake.storing import mail_store
from tickets.models import Mailbox

pytestmark = pytest.mark.django_db
SECRET = "hunter2-correct-horse"
SERVER = {
    "address": "Help@Concero.example",
    "is_default": "on",
    "host": "imap.concero.example",
    "port": "993",
    "use_tls": "on",
    "username": "help",
    "password": SECRET,
    "folder": "INBOX",
    "after_storing": "mark_read",
    "stored_folder": "",
}


def box(cast: Cast, address: str = "help@concero.example") -> Mailbox:
    with cast.scope():
        return Mailbox.objects.get(address=address)


def add(cast: Cast, **changes: Any) -> Mailbox:
    assert cast.post("mailbox_new", data={**SERVER, **changes}).status_code == 302
    return box(cast)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.rule("I1")
def test_a_mailbox_is_added_and_looked_into_at_once(cast: Cast) -> None:
    made = add(cast)
    assert (made.host, made.port, made.use_tls, made.username) == ("imap.concero.example", 993, True, "help")
    assert made.wake_at is not None
    assert made.wake_at <= timezone.now()
    assert secret_decrypt(made.secret) == SECRET
    with cast.scope():
        assert AuditEntry.objects.get(action="mailbox.created").object_id == made.pk


@pytest.mark.rule("T7")
def test_the_password_is_in_no_page_and_in_no_line_of_the_trail(cast: Cast) -> None:
    made = add(cast)
    refused = cast.post("mailbox_edit", made.pk, data={**SERVER, "port": "x"})
    assert refused.status_code == 422
    assert cast.post("mailbox_edit", made.pk, data={**SERVER, "folder": "Desk"}).status_code == 302
    pages = [cast.get("mailboxes"), cast.get("mailbox_edit", made.pk), cast.get("audit"), refused]
    with cast.scope():
        trail = json.dumps([entry.changes for entry in AuditEntry.objects.all()])
    for text in [*map(words, pages), trail]:
        assert SECRET not in text
        assert made.secret not in text
    assert "entered anew" in trail


@pytest.mark.rule("T7")
@pytest.mark.parametrize(
    "change", [{"host": "evil.example"}, {"port": "994"}, {"username": "other"}, {"use_tls": ""}]
)
def test_the_stored_password_is_sent_to_no_other_server(cast: Cast, change: dict[str, str]) -> None:
    made = add(cast)
    answer = cast.post("mailbox_edit", made.pk, data={**SERVER, "password": "", **change})
    assert answer.status_code == 422
    assert "Enter the password for this server" in words(answer)
    assert box(cast).host == "imap.concero.example"


def test_what_stays_needs_no_password(cast: Cast) -> None:
    made = add(cast)
    with cast.scope():
        Mailbox.objects.filter(pk=made.pk).update(uid_validity=7, last_uid=12)
    data = {**SERVER, "password": "", "after_storing": "delete"}
    assert cast.post("mailbox_edit", made.pk, data=data).status_code == 302
    kept = box(cast)
    assert (secret_decrypt(kept.secret), kept.after_storing, kept.last_uid) == (SECRET, "delete", 12)
    assert cast.post("mailbox_edit", made.pk, data={**data, "folder": "Desk"}).status_code == 302
    assert (box(cast).uid_validity, box(cast).last_uid) == (None, 0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": "nobody"}, "valid email address"),
        ({"host": "https://imap.example/"}, "without https://"),
        ({"host": "a b"}, "without https://"),
        ({"username": ""}, "the name with which to sign in"),
        ({"username": "a\r\nA1 LOGOUT"}, "one line"),
        ({"folder": "INBOX\r\nA1 LOGOUT"}, "one line"),
        ({"password": "a\nb"}, "one line"),
        ({"password": ""}, "Enter the password for this server"),
        ({"port": "0"}, "from 1 to 65535"),
        ({"port": "70000"}, "from 1 to 65535"),
        ({"after_storing": "move"}, "the folder to which messages are moved"),
    ],
)
def test_mistakes_are_explained(cast: Cast, change: dict[str, str], says: str) -> None:
    answer = cast.post("mailbox_new", data={**SERVER, **change})
    assert answer.status_code == 422
    assert says in words(answer)
    with cast.scope():
        assert not Mailbox.objects.filter(host__gt="").exists()


def test_an_address_is_one_mailbox_and_one_is_the_default(cast: Cast) -> None:
    with cast.scope():
        Mailbox.objects.all().delete()
    first = add(cast)
    assert first.is_default
    assert "another mailbox with this address" in words(cast.post("mailbox_new", data=SERVER))
    assert (
        cast.post("mailbox_new", data={**SERVER, "address": "b@x.example", "is_default": "on"}).status_code
        == 302
    )
    assert (box(cast).is_default, box(cast, "b@x.example").is_default) == (False, True)
    data = {**SERVER, "address": "b@x.example", "is_default": ""}
    answer = cast.post("mailbox_edit", box(cast, "b@x.example").pk, data=data)
    assert "Make another mailbox the default instead" in words(answer)


@pytest.mark.rule("T1")
@pytest.mark.parametrize("address", ["help@concero.example", "HELP@Concero.example"])
def test_an_address_is_one_mailbox_of_the_whole_installation(
    cast: Cast, stranger: Cast, address: str
) -> None:
    with stranger.scope():
        theirs = Mailbox.objects.create(address=address)
    answer = cast.post("mailbox_new", data=SERVER)
    assert answer.status_code == 422
    assert "already in use on this installation" in words(answer)
    assert "Pisys" not in words(answer)
    with cast.scope():
        assert not Mailbox.objects.exists()
    with stranger.scope():
        Mailbox.objects.filter(pk=theirs.pk).update(is_active=False)
    add(cast)
    again = stranger.client("administrator").post(stranger.url("mailbox_switch", theirs.pk), follow=True)
    assert "already in use on this installation" in words(again)
    with stranger.scope():
        assert not Mailbox.objects.get(pk=theirs.pk).is_active


@pytest.mark.rule("T1")
def test_the_mailbox_that_mail_is_sent_from_stays(cast: Cast) -> None:
    made = add(cast)
    with cast.scope():
        Provider.objects.update(support_email="help@concero.example")
    answer = cast.client("administrator").post(cast.url("mailbox_switch", made.pk), follow=True)
    assert "Your mail to schools is sent from help@concero.example" in words(answer)
    refused = cast.post("mailbox_edit", made.pk, data={**SERVER, "address": "other@concero.example"})
    assert "Your mail to schools is sent from" in words(refused)
    assert box(cast).is_active


def test_the_list_says_how_each_is_doing(cast: Cast) -> None:
    made = add(cast)
    mail_store(mailbox=made, raw=b"From: a@b.example", received_at=timezone.now())
    with cast.scope():
        Mailbox.objects.filter(pk=made.pk).update(
            last_error="The mail server does not answer.", fetched_at=datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
        )
    shown = words(cast.get("mailboxes", role="technical_lead"))
    for part in ("Cannot be read", "does not answer.", "imap.concero.example:993", "Mon 2 Mar", "<dd>1</dd>"):
        assert part in shown
    with cast.scope():
        Mailbox.objects.filter(pk=made.pk).update(host="")
    assert "manage.py intake --mailbox help@concero.example -" in words(cast.get("mailboxes"))


def test_a_mailbox_is_switched_off_and_on(cast: Cast) -> None:
    made = add(cast)
    assert "Stop using" in words(cast.get("mailbox_switch", made.pk))
    assert cast.post("mailbox_switch", made.pk, role="technician_1").status_code == 403
    assert cast.post("mailbox_switch", made.pk).status_code == 302
    assert (box(cast).is_active, box(cast).wake_at) == (False, None)
    assert cast.post("mailbox_switch", made.pk).status_code == 302
    assert box(cast).is_active
    assert box(cast).wake_at is not None
    with cast.scope():
        done = AuditEntry.objects.filter(action__startswith="mailbox.switched").order_by("id")
        assert [one.action for one in done] == ["mailbox.switched_off", "mailbox.switched_on"]


def after_trial(cast: Cast, made: Mailbox) -> str:
    assert cast.post("mailbox_test", made.pk, role="technician_1").status_code == 403
    return words(cast.client("administrator").post(cast.url("mailbox_test", made.pk), follow=True))


def test_a_server_that_is_not_there_is_said_in_words(cast: Cast) -> None:
    assert "refuses connections on this port" in after_trial(cast, add(cast, host="127.0.0.1", port="1"))


@pytest.mark.rule("T1")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "10.0.0.7", "169.254.169.254", "0.0.0.0"])
def test_in_production_our_own_network_is_not_spoken_to(cast: Cast, settings: Settings, host: str) -> None:
    made = add(cast, host=host, port="1")
    settings.PRODUCTION = True
    settings.SECURE_SSL_REDIRECT = False
    assert "inside a private network" in after_trial(cast, made)
    settings.MAILBOX_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
    if host == "127.0.0.1":
        assert "refuses connections on this port" in after_trial(cast, made)


@pytest.mark.rule("T1")
@pytest.mark.django_db(transaction=True)
def test_nor_does_the_poller_speak_to_it(cast: Cast, settings: Settings) -> None:
    add(cast, host="127.0.0.1", port="1")
    settings.PRODUCTION = True
    sweep(queues=["mailboxes"])
    assert "inside a private network" in box(cast).last_error
    assert box(cast).wake_at is not None


@pytest.mark.rule("I1", "S14")
def test_mail_that_is_not_fetched_for_a_while_is_told_once(cast: Cast) -> None:
    """Every failure asks; a time of silence is told once, and the next one again."""
    made = add(cast)
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def told() -> int:
        with cast.scope():
            return (
                Notification.objects.filter(key__startswith="mailbox-silent:")
                .values("key")
                .distinct()
                .count()
            )

    def fail(minutes_since_success: int | None, *, failures: int = 1) -> None:
        with cast.scope():
            made.fetched_at = (
                now - timedelta(minutes=minutes_since_success) if minutes_since_success else None
            )
            silence_tell(made, "The mail server does not answer.", failures=failures, now=now)

    fail(14)
    fail(None)
    assert told() == 0
    fail(16)
    fail(16)
    assert told() == 1
    fail(20)
    fail(None, failures=FIRST_FAILURES)
    assert told() == 3
    with cast.scope():
        made.fetched_at = now
        made.save()
    assert "Not read for a while" in words(cast.get("mailboxes"))


@pytest.mark.rule("I1", "Y9")
def test_a_mailbox_that_is_read_with_access_tokens(cast: Cast) -> None:
    tokens = {
        "token_url": "https://login.example/t/token",
        "client_id": "the-desk",
        "token_scope": "s/.default",
    }
    made = add(cast, **tokens)
    assert (made.token_url, made.client_id, made.token_scope) == tuple(tokens.values())
    for wrong in (
        {"token_url": "http://login.example/t/token"},
        {"token_url": "file:///etc/passwd"},
        {"client_id": ""},
        {"use_tls": ""},
        {"token_url": "https://elsewhere.example/token", "password": ""},  # where the secret would be sent
    ):
        data = {**SERVER, "password": "", **tokens, **wrong}
        assert cast.post("mailbox_edit", made.pk, data=data).status_code == 422, wrong
