"""Nothing is lost: failures, size, quarantine, limits, and two workers with the same message."""

import hashlib
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.tenancy.scope import open_scope
from delivery.models import MailPurpose, OutboundMail
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.tickets.intake.conftest import FRIDAY_AT_FOUR, Take
from tests.tickets.intake.mails import mail
from tickets.errors import WrongState
from tickets.intake import conversing, deciding, refusing
from tickets.intake.batches import Outcome, mails_take
from tickets.intake.handlers import Taken, intake_handler_register, intake_handler_remove
from tickets.intake.quarantine import quarantine_reject, quarantine_release, quarantine_rows
from tickets.intake.sources import mails_from
from tickets.intake.spooling import BEGINNING, RawMail
from tickets.intake.storing import mail_store, raw_of
from tickets.models import InboundMail, InboundState, Mailbox, QuarantineReason, RefusedSender, Ticket
from tickets.services.opening import Opening


def store(cast: Cast, raw: bytes) -> InboundMail:
    with open_scope(cast.staff_scope()):
        mailbox = Mailbox.objects.get(is_default=True)
    return mail_store(mailbox=mailbox, raw=raw, received_at=FRIDAY_AT_FOUR)[0]


@pytest.mark.rule("I2", "S14")
@pytest.mark.django_db(transaction=True)
def test_a_sweep_decides_stored_mail_and_the_third_failure_is_quarantine(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = store(cast, mail().as_bytes()), store(cast, mail(subject="poison").as_bytes())
    real = conversing.mail_opening

    def fragile(parsed: object, *args: object, **more: object) -> Opening:
        if getattr(parsed, "subject", "") == "poison":
            raise RuntimeError("our own mistake")
        return real(parsed, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(deciding, "mail_opening", fragile)
    for failures in (1, 2, 0):
        with open_scope(cast.staff_scope()):
            InboundMail.objects.filter(wake_at__isnull=False).update(wake_at=FRIDAY_AT_FOUR)
        sweep(queues=["inbound"])
        with open_scope(cast.staff_scope()):
            good, bad = InboundMail.objects.get(pk=good.pk), InboundMail.objects.get(pk=bad.pk)
        assert good.state == InboundState.TICKET
        assert bad.failures == failures
    assert (bad.state, bad.quarantine) == (InboundState.QUARANTINED, QuarantineReason.UNPARSABLE)
    assert bytes(bad.raw) != b""


@pytest.mark.rule("I2")
@pytest.mark.django_db(transaction=True)
def test_the_same_message_from_two_workers_at_once_makes_one_ticket(cast: Cast) -> None:
    raws = [mail(subject=str(n), message_id=f"<{n}@oakfield.example>").as_bytes() for n in range(6)]
    with open_scope(cast.staff_scope()):
        mailbox = Mailbox.objects.get(is_default=True)
    start = Barrier(2)
    ends: list[Outcome] = []

    def work(mine: list[bytes]) -> None:
        try:
            start.wait()
            mails = [RawMail.of(raw) for raw in mine]
            ends.extend(mails_take(mailbox=mailbox, mails=mails, received_at=FRIDAY_AT_FOUR))
        finally:
            connection.close()

    other_route = [raw.replace(b"Subject", b"Received: by b\nSubject") for raw in reversed(raws)]
    threads = [Thread(target=work, args=[mine]) for mine in ([*raws, *other_route], [*other_route, *raws])]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(ends) == 24
    with open_scope(cast.staff_scope()):
        assert InboundMail.objects.count() == 12
        assert Ticket.objects.count() == 6


@pytest.mark.rule("I1", "I2")
def test_a_message_above_the_limit_is_kept_whole_in_quarantine(
    cast: Cast, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.MESSAGE_LIMIT", 2_000)
    raw = mail(text="x\n" * 2_000).as_bytes()
    (outcome,) = take(raw)
    assert (outcome.outcome, outcome.reason) == ("quarantined", "too_large")
    with open_scope(cast.staff_scope()):
        row = InboundMail.objects.get()
        assert (raw_of(row).read(), row.size) == (raw, len(raw))
        assert OutboundMail.objects.get().purpose == MailPurpose.REFUSAL
        opened = quarantine_release(inbound=row, customer=cast.customer())
        assert opened.requester == cast.person("rita")
    (again, machine) = take(
        mail(text="y\n" * 2_000).as_bytes(),
        mail(text="z\n" * 2_000, Auto_Submitted="auto-replied").as_bytes(),
    )
    assert (again.outcome, machine.outcome) == ("quarantined", "ignored")
    with open_scope(cast.staff_scope()):
        assert OutboundMail.objects.filter(purpose=MailPurpose.REFUSAL).count() == 1


@pytest.mark.rule("I2")
def test_a_large_message_lies_on_disk_and_takes_no_memory(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.MESSAGE_LIMIT", 1024 * 1024)
    path = tmp_path / "large.eml"
    with path.open("wb") as file:
        file.write(mail(text="See the film.").as_bytes() + b"\n")
        file.writelines(b"x" * 7_000 + b"\n" for _ in range(5_000))
    with open_scope(cast.staff_scope()):
        mailbox = Mailbox.objects.get(is_default=True)
    tracemalloc.start()
    (outcome,) = mails_take(
        mailbox=mailbox, mails=mails_from([str(path)], BytesIO()), received_at=FRIDAY_AT_FOUR
    )
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.reason == "too_large"
    assert most < 8 * 1024 * 1024 < path.stat().st_size
    with open_scope(cast.staff_scope()):
        row = InboundMail.objects.get()
        assert len(row.raw) == BEGINNING
        with raw_of(row) as kept:
            assert hashlib.file_digest(kept, "sha256").hexdigest() == row.sha256  # type: ignore[arg-type]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == row.sha256


@pytest.mark.rule("T5")
def test_release_opens_the_ticket_and_rejection_is_final(cast: Cast, take: Take) -> None:
    take(mail("sid@elsewhere.example"), mail("sue@elsewhere.example"))
    with open_scope(cast.staff_scope(name="tess")) as scope:
        first, second = sorted(quarantine_rows(), key=lambda row: row.sender)
        ticket = quarantine_release(inbound=first, customer=cast.customer())
        assert (ticket.requester.email, ticket.logged_at) == ("sid@elsewhere.example", FRIDAY_AT_FOUR)
        assert ticket.requester.user is None  # released, not let into the portal
        rejected = quarantine_reject(inbound=second, reason="advertising")
        assert (rejected.state, rejected.decided_by_id) == (InboundState.REJECTED, scope.person_id)
        for one in (first, second):
            with pytest.raises(WrongState):
                quarantine_release(inbound=one, customer=cast.customer())
        assert not quarantine_rows().exists()


@pytest.mark.rule("T5")
def test_explanations_are_limited_by_address_and_by_hour(
    cast: Cast, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing, "MOST_PER_HOUR", 3)

    def answers() -> int:
        with open_scope(cast.staff_scope()):
            return OutboundMail.objects.count()

    take(*(mail(f"a{n}@elsewhere.example") for n in range(5)))
    assert answers() == 3
    with open_scope(cast.staff_scope()):
        RefusedSender.objects.update(explained_at=FRIDAY_AT_FOUR - timedelta(days=60))
    take(mail("a0@elsewhere.example", subject="later"))
    assert answers() == 4
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(trusted_authserv_id="mx.alder.example")
        RefusedSender.objects.update(explained_at=FRIDAY_AT_FOUR - timedelta(days=60))
    take(mail("b@elsewhere.example", Authentication_Results="mx.alder.example; dmarc=fail"))
    assert answers() == 4
    take(mail("c@elsewhere.example", Authentication_Results="mx.alder.example; dmarc=pass"))
    assert answers() == 5


@pytest.mark.rule("I8")
def test_a_handler_of_alerts_comes_first_and_is_never_answered(cast: Cast, take: Take) -> None:
    handler: Callable[..., Taken | None] = lambda parsed, _: Taken() if "disk" in parsed.subject else None  # noqa: E731
    intake_handler_register("test", handler)
    try:
        alert, other = take(
            mail("noc@vendor.example", subject="disk full", Auto_Submitted="auto-generated"),
            mail("noc@vendor.example", subject="else", Auto_Submitted="auto-generated"),
        )
    finally:
        intake_handler_remove("test")
    assert (alert.outcome, other.outcome) == ("alert", "ignored")
    with open_scope(cast.staff_scope()):
        assert not OutboundMail.objects.exists()
