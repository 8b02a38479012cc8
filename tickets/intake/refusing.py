"""The one polite explanation to a sender whose mail we do not accept (Rule T5)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Provider
from delivery.models import MailPurpose, OutboundMail
from delivery.services import mail_enqueue
from delivery.wording.composing import mail_words
from tickets.answering import Question, answers_claim
from tickets.intake.parsing import ParsedMail
from tickets.mail_kinds import REFUSAL
from tickets.mailing import AUTOMATIC
from tickets.models import InboundMail, QuarantineReason, RefusedSender

MEGABYTE = 1024 * 1024
QUIET_TIME = timedelta(days=7)
MOST_PER_HOUR = 60  # for each provider: an attack with invented senders must not make us a source of spam
EXPLAINED = frozenset(
    {
        QuarantineReason.PERSONAL_ADDRESS,
        QuarantineReason.UNKNOWN_DOMAIN,
        QuarantineReason.UNKNOWN_PERSON,
        QuarantineReason.NOT_NOMINATED,
        QuarantineReason.TOO_LARGE,
    }
)


def sender_explain(
    *, mail: ParsedMail, inbound: InboundMail, reason: QuarantineReason, provider: Provider, now: datetime
) -> OutboundMail | None:
    """Explain once in the quiet time why the message waits for a person. None where nothing may be sent.

    The caller has made sure that a person wrote it (`recognise`), and that its sender's domain does not disown it:
    such mail is never answered.
    """
    if reason not in EXPLAINED or not _may_send(provider, mail.sender, now):
        return None
    if answers_claim([Question(mail.sender, inbound.received_at)], now=now) != [True]:
        return None
    # Nothing of the message is repeated: an invented sender must not be shown an attacker's words in our name.
    words = mail_words(REFUSAL, {"refusal.reason": _why(reason)})
    threading = (
        {"In-Reply-To": mail.message_id, "References": mail.message_id}
        if _is_plain_id(mail.message_id)
        else {}
    )
    return mail_enqueue(
        purpose=MailPurpose.REFUSAL,
        recipients=[mail.sender],
        subject=words.subject,
        text=words.text,
        html=words.html,
        headers={**AUTOMATIC, **threading},
        message_id=f"refusal-{inbound.pk}-{inbound.sha256[:16]}@{provider.support_email.rpartition('@')[2]}",
    )


def _why(reason: QuarantineReason) -> str:
    if reason == QuarantineReason.PERSONAL_ADDRESS:
        return _(
            "It came from a personal e-mail address. To protect your school we only take requests from the school's"
            " own addresses. Please send it again from your school address."
        )
    if reason == QuarantineReason.UNKNOWN_DOMAIN:
        return _(
            "Your address does not belong to any of the schools that we support. If you work at one of them, please"
            " send it again from your school address."
        )
    if reason == QuarantineReason.NOT_NOMINATED:
        return _(
            "Your organisation has asked us to take requests only from the people whom it has nominated. Please ask"
            " one of them to write to us, or to add you."
        )
    if reason == QuarantineReason.TOO_LARGE:
        return _(
            "It is too large: a message may carry files of up to %(limit)d MB each, and twice that altogether. Please"
            " send it again without the large files, or log in to the portal and add them to your request there."
        ) % {"limit": settings.ATTACHMENT_LIMIT // MEGABYTE}
    return _(
        "We could not tell which school you are writing for. Please ask the IT lead of your school to add you."
    )


def _is_plain_id(message_id: str) -> bool:
    return bool(message_id) and message_id.isascii() and message_id.isprintable()


def _may_send(provider: Provider, address: str, now: datetime) -> bool:
    """Claim the right to explain. One statement decides for an address, however many workers ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tickets.refusal'), %s)", [provider.pk])
    an_hour_ago = now - timedelta(hours=1)
    if RefusedSender.objects.filter(explained_at__gt=an_hour_ago).count() >= MOST_PER_HOUR:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_refusedsender (provider_id, address, explained_at) VALUES (%s, %s, %s)"
            " ON CONFLICT ON CONSTRAINT refused_sender_once DO UPDATE SET explained_at = excluded.explained_at"
            " WHERE tickets_refusedsender.explained_at <= %s RETURNING id",
            [provider.pk, address, now, now - QUIET_TIME],
        )
        return cursor.fetchone() is not None
