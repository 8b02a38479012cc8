"""Telling people of the staff by mail: each thing alone, or one digest where much waits (Rule S14)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext, ngettext

from accounts.models import Person
from delivery.due import DueQueue, Moment, Stage
from delivery.models import MailPurpose, Notification, OutboundMail
from delivery.services import mail_enqueue

FEW = 3  # up to so many at the same time are told one by one
LISTED = 100  # a digest lists so many; the rest is in the desk


def tell(row: Notification, moment: Moment) -> None:
    """Mail a notification, alone or together with everything else that waits for the same person."""
    person = row.person
    if row.read_at is not None or not person.is_active:
        row.wake_at = None
        row.save(update_fields=["wake_at"])
        return
    waiting = Notification.objects.filter(
        person_id=row.person_id, wake_at__isnull=False, read_at__isnull=True
    )
    rows = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("id"))
    if len(rows) <= FEW and not any(one.is_late for one in rows):
        rows = [row]
    mail = _mail(person, rows)
    Notification.objects.filter(pk__in=[one.pk for one in rows]).update(wake_at=None, mail=mail)
    row.wake_at, row.mail = None, mail


def _mail(person: Person, rows: Sequence[Notification]) -> OutboundMail:
    provider = person.provider
    context: dict[str, Any] = {
        "person": person,
        "provider": provider,
        "entries": [(one, settings.BASE_URL + one.path) for one in rows[:LISTED]],
        "more": max(len(rows) - LISTED, 0),
        "any_late": any(one.is_late for one in rows),
    }
    template = "notice" if len(rows) == 1 else "digest"
    return mail_enqueue(
        purpose=MailPurpose.NOTICE,
        recipients=[person.email],
        subject=_subject(rows),
        text=render_to_string(f"delivery/{template}.txt", context),
        customer_id=rows[0].customer_id if len(rows) == 1 else None,
        headers={"Auto-Submitted": "auto-generated"},
    )


def _subject(rows: Sequence[Notification]) -> str:
    if len(rows) > 1:
        return ngettext("%(count)d thing to look at", "%(count)d things to look at", len(rows)) % {
            "count": len(rows)
        }
    if rows[0].is_late:
        return gettext("Late: %(summary)s") % {"summary": rows[0].summary}
    return rows[0].summary


QUEUE = DueQueue(name="notifications", model=Notification, handle=tell, stage=Stage.TELL)
