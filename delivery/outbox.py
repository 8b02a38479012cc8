"""Sending: lease a mail, talk to the server without holding a lock, mark the row (Rule S14).

The lease is the row's `wake_at` moved behind the time that sending can take; `fence` counts the leases. A
sender that is killed leaves the row to fall due again, and whoever leases it next sends it with the same
Message-ID. A sender that was only slow finds the fence moved on and marks nothing. So a mail is repeated only
if it was cut off between sending and marking, and the repeat is recognisable.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPSenderRefused, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts.people import people_unreached
from accounts.tenancy.scope import Scope, open_scope
from delivery.due import BatchQueue, Moment, Stage, Tally
from delivery.models import MailPurpose, MailState, OutboundMail
from delivery.rows import describe, wait_after
from delivery.smtp import Answer, Outgoing

logger = logging.getLogger(__name__)

ROUND_TRIPS = (
    6  # of one mail on an open connection besides one for each recipient; each may take EMAIL_TIMEOUT
)
ATTEMPTS = 40  # with waits of up to six hours: more than a week of answers such as 'mailbox full, try later'
SIGN_IN_LIFE = timedelta(hours=1)  # codes and links in it have expired by then
HOPELESS = 2  # this many broken sessions in a row: the server is ill, not the mail
ANSWER_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Leased:
    """A mail that is ours to send until `ends` (aware)."""

    provider_id: int
    mail: OutboundMail
    fence: int
    ends: datetime


@dataclass(slots=True)
class Outcome:
    """What the server said of one mail. `later` holds a reason to try the remaining recipients again."""

    delivered: list[str]
    refused: dict[str, str]
    later: str = ""
    broken: bool = False  # the session with the server is of no more use


def lease_of(recipients: int) -> timedelta:
    """Longer than sending to so many people can take: every answer may need EMAIL_TIMEOUT."""
    return timedelta(seconds=settings.EMAIL_TIMEOUT * (ROUND_TRIPS + recipients))


def send_batch(provider_id: int, ids: Sequence[int], moment: Moment) -> Tally:
    """Send these mails over one connection. A server that cannot be reached leaves all as they are."""
    tally, broken = Tally(), 0
    with _server() as server:
        for row_id in ids:
            if not _is_reachable(server):
                tally.paused = True
                break
            leased = lease(provider_id, row_id, moment)
            if leased is None:
                continue
            outcome = send(server, leased)
            mark(leased, outcome, tally)
            broken = broken + 1 if outcome.broken else 0
            if outcome.broken:
                _hang_up(server)
            if broken >= HOPELESS:
                tally.paused = True
                break
    return tally


def lease(provider_id: int, row_id: int, moment: Moment) -> Leased | None:
    """Take a mail that is due, or None when it is not or another worker is at it."""
    with open_scope(Scope(provider_id=provider_id)):
        due = OutboundMail.objects.filter(pk=row_id, state=MailState.WAITING, wake_at__lte=moment.now)
        mail = due.select_for_update(skip_locked=True, of=("self",)).first()
        if mail is None:
            return None
        mail.fence += 1
        mail.wake_at = max(moment.now, timezone.now()) + lease_of(len(mail.remaining))
        mail.save(update_fields=["fence", "wake_at"])
        return Leased(provider_id, mail, mail.fence, mail.wake_at)


def send(server: BaseEmailBackend, leased: Leased) -> Outcome:
    """Hand one mail to the server. Never raises: whatever happens is an outcome of this mail."""
    mail = leased.mail
    if mail.purpose == MailPurpose.SIGN_IN and timezone.now() - mail.created_at > SIGN_IN_LIFE:
        return Outcome([], dict.fromkeys(mail.remaining, "Not sent in time: its code has expired."))
    try:
        outgoing = _compose(mail)
        server.send_messages([outgoing])
    except SMTPSenderRefused as error:
        return _all_refused(mail, (error.smtp_code, _as_bytes(error.smtp_error)))
    except SMTPDataError as error:
        return _all_refused(mail, (error.smtp_code, _as_bytes(error.smtp_error)))
    except (SMTPServerDisconnected, OSError) as error:
        # SMTPException is an OSError too; what is left of it concerns the session.
        return Outcome([], {}, later=describe(error, mail), broken=True)
    except Exception as error:
        return Outcome([], {}, later=describe(error, mail))
    return _outcome(outgoing.envelope, outgoing.refused)


def mark(leased: Leased, outcome: Outcome, tally: Tally) -> None:
    """Write the outcome down, as long as the lease is ours. A database that restarts is waited for.

    Raises OperationalError when it does not come back before the lease ends; the mail is then sent again.
    """
    pause = 0.1
    while True:
        try:
            _mark_once(leased, outcome, tally)
            return
        except (OperationalError, InterfaceError):
            connection.close()
            if timezone.now() + timedelta(seconds=pause) >= leased.ends:
                raise
            time.sleep(pause)
            pause = min(pause * 2, 2.0)


def _mark_once(leased: Leased, outcome: Outcome, tally: Tally) -> None:
    with open_scope(Scope(provider_id=leased.provider_id)):
        ours = OutboundMail.objects.filter(pk=leased.mail.pk, state=MailState.WAITING, fence=leased.fence)
        mail = ours.select_for_update().first()
        if mail is not None:
            _apply(mail, outcome)
            mail.save()
    if mail is None:
        logger.warning("The lease of mail %d was lost; another worker has it.", leased.mail.pk)
    elif mail.state == MailState.SENT:
        tally.done += 1
    elif mail.state == MailState.DEAD:
        tally.dead += 1
    else:
        tally.failed += 1


def _apply(mail: OutboundMail, outcome: Outcome) -> None:
    people_unreached(outcome.refused if mail.purpose != MailPurpose.SIGN_IN else {}, at=timezone.now())
    mail.delivered = [*mail.delivered, *outcome.delivered]
    mail.refused = {**mail.refused, **outcome.refused}
    now = timezone.now()
    if mail.remaining:
        mail.failures += 1
        mail.last_failure = outcome.later
        if mail.failures < ATTEMPTS:
            mail.wake_at = now + wait_after(mail.failures)
            return
    mail.wake_at = None
    if mail.delivered:
        mail.state, mail.sent_at = MailState.SENT, now
    else:
        mail.state, mail.dead_at = MailState.DEAD, now
        mail.last_failure = mail.last_failure or "Every recipient was refused."
        logger.error("Mail %d of provider %d was given up.", mail.pk, mail.provider_id)
    if mail.purpose == MailPurpose.SIGN_IN:
        mail.text = mail.html = ""  # it holds a way in; nobody needs it any more


def _compose(mail: OutboundMail) -> Outgoing:
    outgoing = Outgoing(
        mail.subject,
        mail.text,
        mail.sender,
        mail.recipients,
        headers={"Message-ID": mail.message_id, **mail.headers},
        envelope=mail.remaining,
        bounces_to=mail.headers.get("Reply-To", ""),  # whose signed part tells what came back, and for whom
    )
    if mail.html:
        outgoing.attach_alternative(mail.html, "text/html")
    return outgoing


def _all_refused(mail: OutboundMail, answer: Answer) -> Outcome:
    return _outcome(mail.remaining, dict.fromkeys(mail.remaining, answer))


def _outcome(envelope: Sequence[str], answers: dict[str, Answer]) -> Outcome:
    """5xx is for good, all else is worth another try. 530 and 535 tell of our login, not of the mail."""
    forgood = {
        who: _words(answer)
        for who, answer in answers.items()
        if answer[0] >= 500 and answer[0] not in (530, 535)
    }
    later = [answer for who, answer in answers.items() if who not in forgood]
    return Outcome(
        delivered=[address for address in envelope if address not in answers],
        refused=forgood,
        later=f"SMTP {later[0][0]}" if later else "",
        broken=bool(later),
    )


def _words(answer: Answer) -> str:
    text = " ".join(answer[1].decode("utf-8", "replace").split())
    return f"{answer[0]} {text}"[:ANSWER_LENGTH]


def _as_bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode("utf-8", "replace")


@contextmanager
def _server() -> Iterator[BaseEmailBackend]:
    server = get_connection()
    try:
        yield server
    finally:
        _hang_up(server)


def _is_reachable(server: BaseEmailBackend) -> bool:
    """Open the session where needed; before a lease is taken, so that an outage costs no mail a try."""
    try:
        server.open()
    except (SMTPException, OSError) as error:
        logger.warning("The mail server cannot be used: %s.", type(error).__qualname__)
        return False
    return True


def _hang_up(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (SMTPException, OSError):
        logger.info("The mail server ended the session first.")


QUEUE = BatchQueue(name="mail", model=OutboundMail, run=send_batch, batch=50, stage=Stage.SEND)
