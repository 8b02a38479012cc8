"""What our own mail server found out about a sender decides; what anybody else says does not."""

import pytest

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.mails import mail
from tickets.intake.authentication import is_disowned
from tickets.intake.handlers import Taken, intake_handler_register, intake_handler_remove
from tickets.intake.parsing import mail_parse
from tickets.models import InboundMail, Mailbox, Message, QuarantineReason, Ticket

pytestmark = pytest.mark.rule("T5", "I1")
MX = "mx.alder.example"
FAILS = [
    f"{MX}; dmarc=fail header.from=oakfield.example",
    f"{MX} 1; dmarc=fail (p=none dis=none) header.from=oakfield.example; spf=pass smtp.mailfrom=bad.example",
    "MX.Alder.Example;\r\n dkim=none;\r\n spf=softfail smtp.mailfrom=rita@oakfield.example",
    f"{MX}; spf=fail smtp.mailfrom=oakfield.example; dkim=pass header.d=bad.example",
    f"{MX}; dkim=fail header.d=oakfield.example; spf=pass smtp.mailfrom=notoakfield.example",
    f"{MX}; dmarc=none; spf=fail smtp.mailfrom=rita@oakfield.example",
    f"{MX}; dmarc=pass header.from=bad.example; spf=fail smtp.mailfrom=x@oakfield.example",
    f"{MX}; dmarc=pass (never closed",
    f"{MX}; spf=pass " + "(" * 5_000,
]
PASSES = [
    f"{MX}; none",
    f"{MX}; dmarc=pass header.from=oakfield.example; spf=fail smtp.mailfrom=list.example",
    f"{MX}; spf=fail smtp.mailfrom=oakfield.example; dkim=pass header.d=oakfield.example",
    f"{MX}; spf=fail smtp.mailfrom=oakfield.example; dkim=pass header.i=@mail.oakfield.example header.s=x",
    f"{MX}; dkim=fail header.d=oakfield.example; spf=pass smtp.mailfrom=rita@oakfield.example",
    f"{MX}; spf=pass smtp.mailfrom=sender.example; dkim=none",  # nothing failed
    f"{MX}; spf=none smtp.mailfrom=<>; dmarc=pass header.from=oakfield.example",
    "mx.google.com; dmarc=fail header.from=oakfield.example",
    f"(x) {MX}; dmarc=fail",
    f"x{MX}; dmarc=fail",
]


@pytest.mark.parametrize("results", FAILS)
def test_disowned(results: str) -> None:
    assert is_disowned(mail_parse(_raw(results)), trusted=MX)
    assert not is_disowned(mail_parse(_raw(results)), trusted="")
    assert not is_disowned(mail_parse(_raw(results)), trusted="other.example")


@pytest.mark.parametrize("results", PASSES)
def test_not_disowned(results: str) -> None:
    assert not is_disowned(mail_parse(_raw(results)), trusted=MX)


def test_the_topmost_of_the_trusted_server_counts() -> None:
    good, bad, other = f"{MX}; dmarc=pass", f"{MX}; dmarc=fail", "evil.example; dmarc=pass"
    assert is_disowned(mail_parse(_raw(other, bad, good)), trusted=MX)
    assert not is_disowned(mail_parse(_raw(good, bad)), trusted=MX)


def test_a_message_with_two_senders_proves_nothing() -> None:
    raw = b"From: boss@oakfield.example\r\n" + _raw(f"{MX}; dmarc=pass header.from=oakfield.example")
    assert is_disowned(mail_parse(raw), trusted=MX)


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        ("rita@oakfield.example", {}),
        ("rita@oakfield.example", {"References": "<first@oakfield.example>"}),
        ("new.teacher@oakfield.example", {}),
        ("tess@alder.example", {"References": "<first@oakfield.example>"}),
        ("mailer-daemon@oakfield.example", {"References": "<first@oakfield.example>"}),
    ],
)
def test_a_forged_message_is_held_and_does_nothing(
    cast: Cast, take: Take, sender: str, more: dict[str, str]
) -> None:
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(trusted_authserv_id=MX)
    take(mail(message_id="<first@oakfield.example>"))
    before = _counts(cast)
    (outcome,) = take(mail(sender, Authentication_Results=FAILS[0], **more))
    assert (outcome.outcome, outcome.reason) == ("quarantined", QuarantineReason.NOT_AUTHENTIC)
    assert _counts(cast) == before
    (genuine,) = take(mail(sender, Authentication_Results=f"{MX}; dmarc=pass", **more))
    assert genuine.reason != QuarantineReason.NOT_AUTHENTIC


def test_nobody_elses_header_holds_mail_or_lets_it_pass(cast: Cast, take: Take) -> None:
    (untrusted,) = take(mail(subject="1", Authentication_Results=FAILS[0]))
    assert untrusted.outcome == "ticket"
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(trusted_authserv_id=MX)
    (other,) = take(mail(subject="2", Authentication_Results="evil.example; dmarc=fail"))
    assert other.outcome == "ticket"


def test_not_even_an_alert_is_taken_from_a_forger(cast: Cast, take: Take) -> None:
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(trusted_authserv_id=MX)
    intake_handler_register("test", lambda parsed, _: Taken())
    try:
        (forged,) = take(mail(subject="disk full", Authentication_Results=FAILS[0]))
    finally:
        intake_handler_remove("test")
    assert forged.outcome == "quarantined"


def _raw(*results: str) -> bytes:
    head = "".join(f"Authentication-Results: {one}\r\n" for one in results)
    return head.encode() + mail().as_bytes()


def _counts(cast: Cast) -> tuple[int, ...]:
    with open_scope(cast.staff_scope()):
        rows = (Ticket, Message, OutboundMail, Person)
        assert InboundMail.objects.exists()
        return tuple(row.objects.count() for row in rows)
