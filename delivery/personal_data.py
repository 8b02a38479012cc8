"""What this app holds of people: mail that went out to them, and what they were told (Rule T7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.protecting import Fate, Holding, Paths, RecordKind, holding_add, record_kind_add
from delivery.models import MailState, Notification, OutboundMail
from delivery.releasing import mails_release


def _old_mails(before: datetime) -> QuerySet[OutboundMail]:
    over = OutboundMail.objects.filter(created_at__lt=before).exclude(state=MailState.WAITING)
    return over.exclude(recipients=[], subject="", text="", html="")


def _mails_release(ids: Sequence[int]) -> Paths:
    mails_release(OutboundMail.objects.filter(pk__in=ids))
    return []


def _old_notifications(before: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(created_at__lt=before)


def _notifications_remove(ids: Sequence[int]) -> Paths:
    Notification.objects.filter(pk__in=ids).delete()
    return []


def _mails_to(person: Person) -> QuerySet[OutboundMail]:
    return OutboundMail.objects.filter(recipients__contains=[person.email])


def _mails_erase(person: Person) -> Paths:
    mails_release(_mails_to(person))
    return []


def _notifications_erase(person: Person) -> Paths:
    Notification.objects.filter(person=person).delete()
    return []


record_kind_add(
    RecordKind(
        key="mail_out",
        order=40,
        name=_("Mail that went out"),
        begins=_("when it was written"),
        loses=_("Words, recipients and subject are removed; that and when something was sent stays."),
        usual_days=365,
        least_days=90,
        rows=_old_mails,
        began="created_at",
        release=_mails_release,
        ticket="message__ticket",
        addresses="recipients",
    )
)
record_kind_add(
    RecordKind(
        key="notifications",
        order=70,
        name=_("What colleagues were told"),
        begins=_("when it was told"),
        loses=_("The notification is removed."),
        usual_days=184,
        least_days=30,
        rows=_old_notifications,
        began="created_at",
        release=_notifications_remove,
        people=("person",),
    )
)
holding_add(
    Holding(
        key="mail_out",
        name=_("Mail that went to them"),
        rows=_mails_to,
        shows=("created_at", "purpose", "sent_at", "subject", "text"),
        fate=Fate.LOSES_WORDS,
        why=_("That and when something was sent stays, without words and addresses."),
        erase=_mails_erase,
        others=True,
    )
)
holding_add(
    Holding(
        key="notifications",
        name=_("What they were told in the desk"),
        rows=lambda person: Notification.objects.filter(person=person),
        shows=("created_at", "summary", "detail", "read_at"),
        fate=Fate.GOES,
        why=_("It is removed."),
        erase=_notifications_erase,
        others=True,
    )
)
