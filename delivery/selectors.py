"""What waits, what was given up, what a person has not read. All inside the caller's scope."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from delivery.due import due_queues
from delivery.models import DueRow, MailPurpose, MailState, Notification, OutboundMail


@dataclass(frozen=True, slots=True)
class Backlog:
    """The state of the outbox. `oldest` is the creation of the oldest waiting mail, or None."""

    waiting: int
    trying_again: int
    dead: int
    oldest: datetime | None


def unread_notifications(person_id: int) -> QuerySet[Notification]:
    """What a person has not read yet, the newest first."""
    return Notification.objects.filter(person_id=person_id, read_at__isnull=True)


def mail_backlog() -> Backlog:
    """How much mail of the scope's provider waits or was given up."""
    waiting = Q(state=MailState.WAITING)
    counts = OutboundMail.objects.aggregate(
        waiting=Count("pk", filter=waiting),
        trying_again=Count("pk", filter=waiting & Q(failures__gt=0)),
        dead=Count("pk", filter=Q(state=MailState.DEAD)),
        oldest=Min("created_at", filter=waiting),
    )
    return Backlog(**counts)


def dead_mails() -> QuerySet[OutboundMail]:
    """Mail that was given up, with the reasons in `refused` and `last_failure`, without the texts."""
    return OutboundMail.objects.filter(state=MailState.DEAD).defer("text", "html").order_by("-dead_at")


def refused_mails() -> QuerySet[OutboundMail]:
    """Mail that some of its recipients have had and others refused for good."""
    sent = OutboundMail.objects.filter(state=MailState.SENT).exclude(refused={})
    return sent.exclude(purpose=MailPurpose.SIGN_IN).defer("text", "html")


def dead_rows() -> dict[str, QuerySet[DueRow]]:
    """Rows that were given up, by queue. Only queues that have any."""
    found = {queue.name: queue.model._default_manager.filter(dead_at__isnull=False) for queue in due_queues()}
    return {name: rows for name, rows in found.items() if rows.exists()}
