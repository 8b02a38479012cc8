"""Mail that goes out: once, to everybody, whatever the server answers."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Provider
from delivery import outbox
from delivery.due import Moment, Tally
from delivery.models import MailPurpose, MailState, OutboundMail
from delivery.outbox import Outcome, lease, lease_of, mark
from delivery.rows import FIRST_WAIT
from delivery.services import mail_retry
from delivery.sweeper import sweep
from tests.delivery.mail_server import MailServer
from tests.delivery.making import inside, make_mail, reread

pytestmark = pytest.mark.django_db

NOBODY = "550 5.1.1 Nobody"


def after(**span: float) -> datetime:
    return timezone.now() + timedelta(**span)


@pytest.mark.rule("S14")
def test_mail_is_sent_once_as_it_was_enqueued(north: Provider, smtp: MailServer) -> None:
    mail = make_mail(
        north,
        "pat@school.example",
        "kim@school.example",
        subject="Grüße\r\nBcc: all@school.example",
        html="<p>We are on it.</p>",
        headers={
            "Auto-Submitted": "auto-replied",
            "Reply-To": "t1@north.example",
            "References": "<a@b> <c@d>",
        },
    )
    assert sweep().done["mail"] == 1
    assert sweep().done["mail"] == 0
    [taken] = smtp.taken
    message = taken.message
    assert taken.recipients == ["pat@school.example", "kim@school.example"]
    assert message["Message-ID"] == mail.message_id
    assert message["Message-ID"].endswith("@north.example>")
    assert message["Subject"] == "Grüße Bcc: all@school.example"
    assert message["Bcc"] is None
    assert (message["Auto-Submitted"], message["Reply-To"]) == ("auto-replied", "t1@north.example")
    assert message["From"] == "North Desk <help@north.example>"
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}
    row = reread(mail)
    assert (row.state, row.wake_at, row.failures) == (MailState.SENT, None, 0)
    assert row.sent_at is not None
    assert row.delivered == row.recipients


def test_one_session_serves_a_batch(north: Provider, smtp: MailServer) -> None:
    for _ in range(5):
        make_mail(north)
    assert sweep().done["mail"] == 5
    assert smtp.sessions == 1


@pytest.mark.rule("S14")
def test_each_recipient_has_an_outcome_of_their_own(north: Provider, smtp: MailServer) -> None:
    mail = make_mail(north, "here@school.example", "gone@school.example", "full@school.example")
    smtp.for_recipient = {"gone@school.example": NOBODY, "full@school.example": "452 4.2.2 Full"}
    assert sweep().failed["mail"] == 1
    row = reread(mail)
    assert row.state == MailState.WAITING
    assert (row.delivered, row.refused) == (
        ["here@school.example"],
        {"gone@school.example": NOBODY},
    )
    assert row.last_failure == "SMTP 452"
    smtp.for_recipient.clear()
    assert sweep(now=after(hours=1)).done["mail"] == 1
    assert [taken.recipients for taken in smtp.taken] == [["here@school.example"], ["full@school.example"]]
    assert len(set(smtp.message_ids)) == 1
    assert reread(mail).state == MailState.SENT


def test_a_refusal_for_good_gives_up_and_staff_can_try_reread(north: Provider, smtp: MailServer) -> None:
    mail = make_mail(north)
    smtp.for_recipient = {"pat@school.example": NOBODY}
    assert sweep().dead["mail"] == 1
    row = reread(mail)
    assert (row.state, row.wake_at, row.refused) == (
        MailState.DEAD,
        None,
        {"pat@school.example": NOBODY},
    )
    assert row.dead_at is not None
    smtp.for_recipient.clear()
    with inside(north):
        assert mail_retry(mail=row)
        assert not mail_retry(mail=row)
    assert sweep().done["mail"] == 1


@pytest.mark.parametrize(
    ("answer", "state", "failures"),
    [("554 5.7.1 Spam", MailState.DEAD, 0), ("451 4.3.0 Later", MailState.WAITING, 1)],
)
def test_an_answer_to_the_text_counts_for_all(
    north: Provider, smtp: MailServer, answer: str, state: MailState, failures: int
) -> None:
    mail = make_mail(north, "a@school.example", "b@school.example")
    smtp.for_data = answer
    sweep()
    row = reread(mail)
    assert (row.state, row.failures, row.delivered) == (state, failures, [])


@pytest.mark.rule("S14")
def test_an_outage_of_the_server_costs_no_mail_a_try(
    north: Provider, smtp: MailServer, settings: Settings
) -> None:
    mail = make_mail(north)
    working, settings.EMAIL_PORT = smtp.port, 1
    before = reread(mail)
    sweep()
    row = reread(mail)
    assert (row.failures, row.fence, row.wake_at) == (0, before.fence, before.wake_at)
    settings.EMAIL_PORT = working
    assert sweep().done["mail"] == 1


@pytest.mark.rule("S14")
def test_a_mail_at_which_the_server_hangs_up_blocks_no_other(north: Provider, smtp: MailServer) -> None:
    poison = make_mail(north, subject="Poison")
    others = [make_mail(north) for _ in range(3)]
    smtp.hang_up_on = "Poison"
    result = sweep()
    assert (result.done["mail"], result.failed["mail"]) == (3, 1)
    assert reread(poison).failures == 1
    assert all(reread(mail).state == MailState.SENT for mail in others)


def test_a_mail_that_cannot_be_written_blocks_no_other(north: Provider, smtp: MailServer) -> None:
    poison, other = make_mail(north), make_mail(north)
    with inside(north):
        OutboundMail.objects.filter(pk=poison.pk).update(subject="two\nlines")
    result = sweep()
    assert (result.done["mail"], result.failed["mail"]) == (1, 1)
    assert reread(other).state == MailState.SENT
    assert "BadHeaderError" in reread(poison).last_failure


@pytest.mark.rule("S14")
def test_a_lease_is_for_one_and_its_end_lets_another_take_over(north: Provider) -> None:
    mail = make_mail(north)
    first = lease(north.pk, mail.pk, Moment(timezone.now()))
    assert first is not None
    assert lease(north.pk, mail.pk, Moment(timezone.now())) is None
    with time_machine.travel(first.ends + timedelta(seconds=1)):
        second = lease(north.pk, mail.pk, Moment(timezone.now()))
        assert second is not None
        assert second.fence == first.fence + 1
        slow, quick = Tally(), Tally()
        mark(first, Outcome(["pat@school.example"], {}), slow)
        assert (slow.touched, reread(mail).state) == (0, MailState.WAITING)
        mark(second, Outcome(["pat@school.example"], {}), quick)
        assert (quick.done, reread(mail).state) == (1, MailState.SENT)


def test_a_lease_outlasts_the_slowest_server(settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 20
    assert lease_of(1) > timedelta(seconds=20 * 6)  # MAIL, RCPT, DATA, the text, its answer, RSET


def test_sign_in_mail_keeps_no_code_and_does_not_come_late(north: Provider, smtp: MailServer) -> None:
    sent = make_mail(north, purpose=MailPurpose.SIGN_IN, text="123456")
    assert sweep().done["mail"] == 1
    assert reread(sent).text == ""
    late = make_mail(north, purpose=MailPurpose.SIGN_IN, text="654321")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert sweep().dead["mail"] == 1
    assert reread(late).text == ""
    assert len(smtp.taken) == 1
    with inside(north):
        assert not mail_retry(mail=reread(late))


def test_mail_for_later_waits(north: Provider, smtp: MailServer) -> None:
    make_mail(north, send_at=timezone.now() + timedelta(hours=1))
    assert sweep().done["mail"] == 0
    assert sweep(now=after(hours=2)).done["mail"] == 1


def test_temporary_answers_have_an_end(
    north: Provider, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ATTEMPTS", 2)
    mail = make_mail(north)
    smtp.for_data = "451 Later"
    assert sweep().failed["mail"] == 1
    wake_at = reread(mail).wake_at
    assert wake_at is not None
    assert wake_at >= timezone.now() + FIRST_WAIT - timedelta(seconds=5)
    assert sweep(now=after(hours=1)).dead["mail"] == 1
