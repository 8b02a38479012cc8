"""Brand, switches, the audit trail and the outbox."""

import csv
import io
from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import Settings

from accounts.models import AuditEntry, Provider
from accounts.services import audit_record
from contracts.presets import CONCERO
from delivery.models import MailState, OutboundMail
from delivery.services import mail_enqueue
from tests.settings_pages.cast import Cast
from tickets.models import Mailbox

pytestmark = pytest.mark.django_db
BRAND = {
    "name": "Concero UK",
    "accent": "#112233",
    "support_email": "help@concero.example",
    "support_phone": "",
    "reference_prefix": "CUK",
    "nation": "scotland",
}


def test_the_brand_is_changed_and_the_trail_says_what(cast: Cast) -> None:
    with cast.scope():
        Mailbox.objects.create(address="help@concero.example")
    assert cast.post("brand", data=BRAND).status_code == 302
    with cast.scope():
        provider = Provider.objects.get()
        entry = AuditEntry.objects.get(action="provider.changed")
    assert (provider.name, provider.accent, provider.slug) == ("Concero UK", "#112233", "concero")
    assert entry.changes["name"] == ["Concero", "Concero UK"]
    assert entry.changes["nation"] == ["england-wales", "scotland"]


@pytest.mark.parametrize(
    "change", [{"accent": "red"}, {"reference_prefix": "x1"}, {"support_email": "nobody"}]
)
def test_mistakes_in_the_brand_change_nothing(cast: Cast, change: dict[str, str]) -> None:
    assert cast.post("brand", data={**BRAND, **change}).status_code == 422
    with cast.scope():
        assert Provider.objects.get().name == "Concero"


@pytest.mark.rule("T1")
def test_mail_is_sent_from_own_mailboxes_and_from_what_the_operator_allows(
    cast: Cast, stranger: Cast, settings: Settings
) -> None:
    with stranger.scope():
        Mailbox.objects.create(address="help@concero.example")
    with cast.scope():
        Mailbox.objects.create(address="desk@concero.example", is_active=False)
    for address in ("help@concero.example", "desk@concero.example", "ceo@bank.example"):
        answer = cast.post("brand", data={**BRAND, "support_email": address})
        assert answer.status_code == 422
        assert "one of your own mailboxes" in answer.content.decode()
    with cast.scope():
        assert Provider.objects.get().support_email == CONCERO.brand.support_email
    settings.SENDER_DOMAINS = {"concero": frozenset({"concero.example"})}
    assert cast.post("brand", data={**BRAND, "support_email": "Help@Concero.example"}).status_code == 302
    # What is there stays, although the operator no longer allows it.
    settings.SENDER_DOMAINS = {}
    assert (
        cast.post("brand", data={**BRAND, "support_email": "Help@Concero.example", "name": "C"}).status_code
        == 302
    )


@pytest.mark.rule("T4")
def test_switches_are_changed(cast: Cast) -> None:
    data = {"two_factor_for_staff": "on", "password_max_age_days": "90"}
    assert cast.post("switches", data=data).status_code == 302
    with cast.scope():
        provider = Provider.objects.get()
    assert provider.two_factor_for_staff
    assert provider.password_max_age_days == 90
    assert not provider.nominated_users_only


def test_the_audit_trail_is_filtered_and_exported(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)), cast.scope():
        audit_record(
            action="test.done", target=cast.school, reason=" =HYPERLINK()", changes={"name": ("a", "b")}
        )
    shown = cast.get("audit", query="?what=test.done&since=2026-03-01&until=2026-03-01").content.decode()
    assert "test: done" in shown
    assert "a → b" in shown
    assert "Nothing found" in cast.get("audit", query="?what=test.done&since=2026-03-02").content.decode()
    assert "test: done" in cast.get("audit", query="?customer=oakfield").content.decode()
    assert "Nothing found" in cast.get("audit", query="?who=zzz").content.decode()
    answer = cast.get("audit_csv", query="?what=test.done")
    assert answer["Content-Type"].startswith("text/csv")
    header, row = csv.reader(io.StringIO(answer.content.decode()))
    assert header[:3] == ["at", "who", "action"]
    assert row[1:4] == ["the software", "test.done", "Oakfield Primary School"]
    assert row[7] == "' =HYPERLINK()"


def test_mail_that_was_given_up_stands_out_and_is_sent_again(cast: Cast) -> None:
    with cast.scope():
        mail = mail_enqueue(
            purpose="notice", recipients=["a@oakfield.sch.uk"], subject="Hello", text="secret words"
        )
        OutboundMail.objects.update(state=MailState.DEAD, last_failure="SMTPRecipientsRefused")
    words = cast.get("outbox", role="technical_lead").content.decode()
    assert "1 mail could not be delivered" in words
    assert "secret words" not in words
    assert "Hello" in cast.get("outbox", query="?q=a@oakfield.sch.uk").content.decode()
    assert "No mail here" in cast.get("outbox", query="?q=nobody").content.decode()
    assert cast.post("outbox_retry", mail.pk, role="technician_1").status_code == 403
    assert cast.post("outbox_retry", mail.pk).status_code == 302
    with cast.scope():
        assert OutboundMail.objects.get().state == MailState.WAITING
    answer = cast.client("administrator").post(cast.url("outbox_retry", mail.pk), follow=True)
    assert "cannot be sent again" in answer.content.decode()
