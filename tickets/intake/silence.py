"""Mail that is not fetched for a while is told to the administrators, once for each such time (rules I1, S14)."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import StaffRole
from accounts.responsible import holders_of
from accounts.tenancy.memory import current_provider
from delivery.services import notification_add
from tickets.models import Mailbox

SILENT_AFTER = timedelta(minutes=15)
FIRST_FAILURES = 5  # of a mailbox that has never been read


def is_silent(mailbox: Mailbox, now: datetime) -> bool:
    """Whether this mailbox ought to be read and has not been for a while."""
    is_read = mailbox.is_active and bool(mailbox.host)
    return is_read and mailbox.fetched_at is not None and now - mailbox.fetched_at > SILENT_AFTER


def silence_tell(mailbox: Mailbox, trouble: str, *, failures: int, now: datetime) -> None:
    """After a failure: tell of it where it has gone on long enough. The last success names the time of silence."""
    if not is_silent(mailbox, now) and (mailbox.fetched_at is not None or failures < FIRST_FAILURES):
        return
    since = mailbox.fetched_at.isoformat() if mailbox.fetched_at else "never"
    for person_id in holders_of(StaffRole.ADMINISTRATOR):
        notification_add(
            person_id=person_id,
            key=f"mailbox-silent:{mailbox.pk}:{since}",
            summary=_("Mail of %(address)s is not being fetched") % {"address": mailbox.address},
            detail=trouble,
            path=reverse("settings:mailboxes", args=[current_provider().slug]),
        )
