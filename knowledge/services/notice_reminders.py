"""What the sweeper does for notices: remind of promised news, mail each update to those who asked (I6, S14)."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import CustomerMembership, StaffRole
from accounts.responsible import holders_of, working
from accounts.tenancy.memory import current_provider
from delivery.due import Moment
from delivery.services import notification_add
from knowledge.models import NoticeFollower, NoticeState, NoticeUpdate, ServiceNotice
from knowledge.notice_mailing import mail_update
from knowledge.notices import meant_for
from knowledge.services.notices import next_wake
from sla.steps import LATE_AFTER
from sla.times import local_day
from tickets.clock_words import clock_time


def notice_look(notice: ServiceNotice, moment: Moment) -> None:
    """Remind who told the last news that the next was promised by now, or that the maintenance should be over."""
    assert notice.wake_at is not None  # the sweeper wakes no other
    due = notice.wake_at
    notice.wake_at = next_wake(notice, due)
    notice.save(update_fields=["wake_at"])
    if notice.is_current:
        _remind(notice, moment, is_end=due == notice.ends_at)


def _remind(notice: ServiceNotice, moment: Moment, *, is_end: bool) -> None:
    provider = current_provider()
    due = notice.ends_at if is_end else notice.next_news_at
    if due is None:  # another update has taken its place
        return
    with timezone.override(provider.time_zone):
        summary = (
            _("%(title)s: should have ended on %(when)s. Say that it is over, or how it goes on.")
            if is_end
            else _("%(title)s: schools were promised news by %(when)s.")
        ) % {"title": notice.title, "when": clock_time(due)}
    last = notice.updates.select_related("by").first()
    for person_id in working(last.by if last else notice.by) or holders_of(StaffRole.TECHNICAL_LEAD):
        notification_add(
            person_id=person_id,
            key=f"notice:{notice.pk}:{'end' if is_end else 'news'}:{due.isoformat()}",
            summary=summary,
            path=reverse("notices:notice", args=[provider.slug, notice.pk]),
            is_late=moment.now - due > LATE_AFTER,
        )


def follower_tell(follower: NoticeFollower, moment: Moment) -> None:
    """Mail each update that this person has not had; nothing to who has left, or whom it no longer concerns."""
    follower.wake_at = None
    if _concerns(follower, moment):
        updates = NoticeUpdate.objects.filter(notice_id=follower.notice_id, number__gt=follower.told)
        for update in updates.select_related("notice").order_by("number"):
            mail_update(follower, update)
            follower.told = update.number
            if update.state == NoticeState.OVER:
                follower.ended_at = moment.now
    else:
        follower.ended_at = moment.now
    follower.save()


def _concerns(follower: NoticeFollower, moment: Moment) -> bool:
    """Whether the person is still at the school, and the notice for it."""
    day = local_day(moment.now, current_provider().time_zone)
    own = {"person_id": follower.person_id, "customer_id": follower.customer_id, "person__is_active": True}
    meant = ServiceNotice.objects.filter(meant_for(day, customer_id=follower.customer_id))
    return (
        follower.ended_at is None
        and CustomerMembership.objects.filter(**own).exists()
        and meant.filter(pk=follower.notice_id).exists()
    )
