"""Schools say 'this is my problem': told of news without a ticket, or with one that is linked (Rule I6)."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person
from accounts.services import audit_record
from accounts.tenancy.scope import as_provider
from knowledge.models import NoticeFollower, NoticeTicket, ServiceNotice
from sla.models import ServiceLevel
from tickets.models import Channel, Ticket
from tickets.services.attachments import UploadedPart
from tickets.services.opening import ticket_open


@transaction.atomic
def notice_follow(*, notice: ServiceNotice, customer: Customer, person: Person) -> NoticeFollower:
    """From now on the person gets each update by mail, once. What was told before they have read."""
    told = _told_so_far(notice)
    row, is_new = NoticeFollower.objects.get_or_create(
        notice=notice, person=person, defaults={"customer": customer, "told": told}
    )
    if not is_new and row.ended_at is not None:
        row = NoticeFollower.objects.select_for_update().get(pk=row.pk)
        row.ended_at, row.told, row.wake_at = None, told, None
        row.save()
    audit_record(action="notice.followed", target=notice, customer_id=customer.pk)
    return row


@transaction.atomic
def notice_unfollow(*, follower: NoticeFollower) -> None:
    """No more mail about it."""
    row = NoticeFollower.objects.select_for_update().get(pk=follower.pk)
    if row.ended_at is None:
        row.ended_at, row.wake_at = timezone.now(), None
        row.save()
        audit_record(action="notice.unfollowed", target=row.notice, customer_id=row.customer_id)


@transaction.atomic
def notice_join(
    *,
    notice: ServiceNotice,
    customer: Customer,
    person: Person,
    subject: str = "",
    text: str = "",
    level: ServiceLevel | None = None,
    attachments: Sequence[UploadedPart] = (),
    is_confidential: bool = False,
) -> Ticket:
    """Log the person's request, linked to the notice, and tell them of news. A confidential one is not linked (T6).

    Raises TooLarge.
    """
    ticket = ticket_open(
        customer=customer,
        requester=person,
        subject=subject.strip() or notice.title,
        text=text.strip() or _("We have this problem too: %(title)s") % {"title": notice.title},
        channel=Channel.PORTAL,
        level=level,
        category=notice.category,
        attachments=attachments,
        is_confidential=is_confidential,
    )
    if not is_confidential:
        NoticeTicket.objects.create(notice=notice, customer=customer, ticket=ticket, by=person)
        audit_record(action="notice.linked", target=ticket)
    notice_follow(notice=notice, customer=customer, person=person)
    return ticket


def _told_so_far(notice: ServiceNotice) -> int:
    """The number of the newest update. An update that is under way is waited for: else nobody would be told of it."""
    with as_provider():
        ServiceNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        newest: int | None = notice.updates.aggregate(newest=Max("number"))["newest"]
    return newest or 0
