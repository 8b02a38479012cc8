"""The one polite explanation to a sender whose mail we do not accept (Rule T5)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import Provider
from delivery.models import MailPurpose, OutboundMail
from delivery.services import mail_enqueue
from tickets.answering import Question, answers_claim
from tickets.intake.parsing import ParsedMail
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
    context = {"provider": provider, "reason": reason.value, "limit": settings.ATTACHMENT_LIMIT // MEGABYTE}
    threading = (
        {"In-Reply-To": mail.message_id, "References": mail.message_id}
        if _is_plain_id(mail.message_id)
        else {}
    )
    return mail_enqueue(
        purpose=MailPurpose.REFUSAL,
        recipients=[mail.sender],
        subject=_("About your message to %(provider)s") % {"provider": provider.name},
        text=render_to_string("tickets/mail/refusal.txt", context),
        headers={**AUTOMATIC, **threading},
        message_id=f"refusal-{inbound.pk}-{inbound.sha256[:16]}@{provider.support_email.rpartition('@')[2]}",
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
