"""Service notices: written, published, told of step by step, over; and the promise of the next news (rules I6, Y4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person
from accounts.services import audit_record
from accounts.tenancy.scope import current_provider_id
from knowledge.models import (
    STATES_OF,
    NoticeAudience,
    NoticeFollower,
    NoticeKind,
    NoticeSchool,
    NoticeUpdate,
    ServiceNotice,
)
from knowledge.selectors import package_names
from tickets.models import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """What a notice says, and to whom. `ends_at` belongs to maintenance alone; instants are aware."""

    title: str
    text: str
    starts_at: datetime
    kind: str = NoticeKind.PROBLEM
    category: Category | None = None
    audience: str = NoticeAudience.ALL
    schools: Sequence[Customer] = ()
    packages: Sequence[str] = ()
    ends_at: datetime | None = None
    next_news_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One update: where the notice stands now, in words; by when there is more; other times of maintenance."""

    state: str
    text: str
    next_news_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@transaction.atomic
def notice_write(*, words: NoticeWords, by: Person) -> ServiceNotice:
    """A new draft. Raises ValidationError by field."""
    notice = ServiceNotice(by=by)
    _put(notice, words)
    notice.save()
    _name_schools(notice, words.schools)
    audit_record(action="notice.written", target=notice)
    return notice


@transaction.atomic
def notice_change(*, notice: ServiceNotice, words: NoticeWords, expected_version: int) -> ServiceNotice:
    """Put it right: a draft in everything; what is published in title, category and for whom, its news being told.

    Raises ValidationError by field, and with code 'moved_on' where somebody else changed it meanwhile or it is over.
    """
    notice = notice_lock(notice, expected_version)
    if notice.is_over:
        raise moved_on()
    before = {name: getattr(notice, name) for name in TOLD}
    _put(notice, words)
    if not notice.is_draft:
        for name, value in before.items():
            setattr(notice, name, value)
    notice.version += 1
    notice.save()
    _name_schools(notice, words.schools)
    audit_record(action="notice.changed", target=notice)
    return notice


@transaction.atomic
def notice_publish(
    *, notice: ServiceNotice, expected_version: int, by: Person, at: datetime | None = None
) -> ServiceNotice:
    """Let those schools read it for whom it is, beginning with the first state of its kind.

    Raises ValidationError with code 'moved_on'; next_news_at where that has passed.
    """
    at = at or timezone.now()
    notice = notice_lock(notice, expected_version)
    if not notice.is_draft:
        raise moved_on()
    first = STATES_OF[notice.kind][0]
    news = News(state=first, text=notice.text, next_news_at=notice.next_news_at)
    notice.published_at = at
    _tell(notice, news, by, at)
    audit_record(action="notice.published", target=notice)
    return notice


@transaction.atomic
def notice_update(
    *, notice: ServiceNotice, expected_version: int, by: Person, news: News, at: datetime | None = None
) -> ServiceNotice:
    """Tell what is new; everybody who wants to know is mailed once. OVER ends it.

    Raises ValidationError by field: state, text, next_news_at, ends_at; with code 'moved_on' where somebody else told
    something meanwhile, it is over, or not published.
    """
    at = at or timezone.now()
    notice = notice_lock(notice, expected_version)
    if not notice.is_current:
        raise moved_on()
    _tell(notice, news, by, at)
    NoticeFollower.objects.filter(notice=notice, ended_at__isnull=True).update(wake_at=at)
    audit_record(action="notice.updated", target=notice)
    return notice


def notice_lock(notice: ServiceNotice, expected_version: int) -> ServiceNotice:
    """The notice, locked until the end of the transaction and read afresh. Raises ValidationError 'moved_on'."""
    fresh = ServiceNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if fresh.version != expected_version:
        raise moved_on()
    return fresh


def moved_on() -> ValidationError:
    words = _("Somebody else has told something meanwhile. Read it below, then send yours if it still holds.")
    return ValidationError(words, code="moved_on")


# What only an update changes once the notice is published.
TOLD = ("kind", "text", "starts_at", "ends_at", "next_news_at")


def _tell(notice: ServiceNotice, news: News, by: Person, at: datetime) -> None:
    errors: dict[str, str] = {}
    if news.state not in STATES_OF[notice.kind]:
        errors["state"] = _("Choose where it stands.")
    if not news.text.strip():
        errors["text"] = _("Write what schools should know.")
    if news.next_news_at is not None and news.next_news_at <= at:
        errors["next_news_at"] = _("Promise a time that is still to come, or none.")
    if notice.is_maintenance:
        notice.starts_at = news.starts_at or notice.starts_at
        notice.ends_at = news.ends_at or notice.ends_at
        if notice.ends_at is not None and notice.ends_at <= notice.starts_at:
            errors["ends_at"] = _("It ends after it starts.")
    if errors:
        raise ValidationError(errors)
    notice.state, notice.text = news.state, news.text.strip()
    notice.next_news_at = None if notice.is_over else news.next_news_at
    notice.over_at = at if notice.is_over else None
    notice.wake_at = None if notice.is_over else next_wake(notice, at)
    notice.version += 1
    notice.clean_fields(exclude=["provider"])
    notice.save()
    NoticeUpdate.objects.create(
        notice=notice,
        number=notice.updates.count() + 1,
        state=notice.state,
        text=notice.text,
        starts_at=notice.starts_at,
        ends_at=notice.ends_at,
        next_news_at=notice.next_news_at,
        by=by,
        at=at,
    )


def next_wake(notice: ServiceNotice, after: datetime) -> datetime | None:
    """When somebody is to be reminded next: of the promised news, of maintenance that should have ended."""
    ahead = [one for one in (notice.next_news_at, notice.ends_at) if one is not None and one > after]
    return min(ahead, default=None)


def _put(notice: ServiceNotice, words: NoticeWords) -> None:
    """Take the words over. Raises ValidationError by field, also for what the database would refuse."""
    is_maintenance = words.kind == NoticeKind.MAINTENANCE
    notice.kind, notice.title, notice.text = words.kind, words.title.strip(), words.text.strip()
    notice.category, notice.audience = words.category, words.audience
    notice.packages = sorted(words.packages) if words.audience == NoticeAudience.PACKAGES else []
    notice.starts_at, notice.next_news_at = words.starts_at, words.next_news_at
    notice.ends_at = words.ends_at if is_maintenance else None
    errors: dict[str, str] = {}
    if not notice.title:
        errors["title"] = _("Give it a title, such as ‘Wi-Fi at Oakfield is slow’.")
    if not notice.text:
        errors["text"] = _("Write what schools should know.")
    if is_maintenance and words.ends_at is None:
        errors["ends_at"] = _("Say until when.")
    elif is_maintenance and words.ends_at is not None and words.ends_at <= words.starts_at:
        errors["ends_at"] = _("It ends after it starts.")
    if words.audience == NoticeAudience.SCHOOLS and not words.schools:
        errors["schools"] = _("Choose at least one school.")
    if words.audience == NoticeAudience.PACKAGES:
        if not notice.packages:
            errors["packages"] = _("Choose at least one package.")
        elif not set(notice.packages) <= set(package_names()):
            errors["packages"] = _("There is no such package.")
    if errors:
        raise ValidationError(errors)
    notice.clean_fields(exclude=["provider", "by"])


def _name_schools(notice: ServiceNotice, schools: Sequence[Customer]) -> None:
    wanted = {one.pk for one in schools} if notice.audience == NoticeAudience.SCHOOLS else set()
    held = set(notice.schools.values_list("customer_id", flat=True))
    notice.schools.filter(customer_id__in=held - wanted).delete()
    NoticeSchool.objects.bulk_create(
        NoticeSchool(notice=notice, customer_id=key, provider_id=current_provider_id())
        for key in sorted(wanted - held)
    )
