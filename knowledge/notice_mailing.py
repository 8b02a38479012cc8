"""Mail about service notices to those who asked for it, and the signed address that ends it (RFC 8058)."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Provider
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_provider_id
from delivery.addresses import one_press_headers
from delivery.models import MailPurpose
from delivery.services import mail_enqueue
from delivery.wording.composing import mail_words
from knowledge import mail_kinds as kinds
from knowledge.models import NoticeFollower, NoticeState, NoticeUpdate
from tickets.clock_words import clock_time
from tickets.mailing import AUTOMATIC

SALT = "knowledge.notice.stop"


def mail_update(follower: NoticeFollower, update: NoticeUpdate) -> None:
    """One update to one person; the Message-ID makes it happen once."""
    provider, person = current_provider(), follower.person
    stop = stop_address(provider, follower)
    is_over = update.state == NoticeState.OVER
    with timezone.override(provider.time_zone):
        values = {
            "person.first_name": person.first_name,
            "person.name": person.name,
            "notice.title": update.notice.title,
            "notice.text": update.text,
            "notice.link": settings.BASE_URL
            + reverse("portal_notices:notice", args=[provider.slug, update.notice_id]),
            "notice.stop": stop,
        }
        words = mail_words(
            kinds.OVER if is_over else kinds.NEWS, values if is_over else {**values, **_standing(update)}
        )
    mail_enqueue(
        purpose=MailPurpose.EXPLANATION,
        recipients=[person.email],
        subject=words.subject,
        text=words.text,
        html=words.html,
        customer_id=follower.customer_id,
        message_id=f"notice-{update.pk}-{follower.pk}@{provider.support_email.rpartition('@')[2]}",
        headers={
            **AUTOMATIC,
            "Auto-Submitted": "auto-generated",
            **one_press_headers(stop),
        },
    )


def stop_address(provider: Provider, follower: NoticeFollower) -> str:
    """Where this person ends the mail about this notice, signed in or not."""
    key = signing.dumps([provider.pk, follower.pk], salt=SALT)
    return settings.BASE_URL + reverse("notice_stop", args=[provider.slug, key])


def follower_of(key: str) -> NoticeFollower | None:
    """Whose mail a signed address ends. Needs the provider's own scope; None for one that is not ours."""
    try:
        provider_id, pk = signing.loads(key, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if provider_id != current_provider_id():
        return None
    return NoticeFollower.objects.select_related("notice").filter(pk=pk).first()


def _standing(update: NoticeUpdate) -> dict[str, str]:
    promised, until = update.next_news_at, update.ends_at
    times = _("%(start)s to %(end)s")
    return {
        "notice.state": update.get_state_display(),
        "notice.times": times % {"start": clock_time(update.starts_at), "end": clock_time(until)}
        if until
        else "",
        "notice.next_news": _("Next news by %(when)s.") % {"when": clock_time(promised)} if promised else "",
    }
