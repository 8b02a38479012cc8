"""Notices for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.tenancy.scope import open_scope
from knowledge.models import ServiceNotice
from knowledge.services import notice_publish, notice_update, notice_write
from knowledge.services.notices import News, NoticeWords
from tests.cast import Cast

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
ELEVEN = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def written(cast: Cast, title: str = "Wi-Fi is slow", *, who: str = "lena", **more: Any) -> ServiceNotice:
    """A draft. Opens the scope itself."""
    said: dict[str, Any] = {"text": "We are working on it.", "starts_at": NOW - timedelta(minutes=20), **more}
    with open_scope(cast.scope(who)):
        return notice_write(words=NoticeWords(title=title, **said), by=cast.person(who))


def published(cast: Cast, title: str = "Wi-Fi is slow", *, who: str = "lena", **more: Any) -> ServiceNotice:
    """A notice that schools read."""
    draft = written(cast, title, who=who, **more)
    with open_scope(cast.scope(who)):
        return notice_publish(notice=draft, expected_version=1, by=cast.person(who))


def told(
    cast: Cast, notice: ServiceNotice, text: str, *, state: str = "known", who: str = "lena", **more: Any
) -> ServiceNotice:
    """An update against the newest state."""
    with open_scope(cast.scope(who)):
        fresh = ServiceNotice.objects.get(pk=notice.pk)
        news = News(state=state, text=text, **more)
        return notice_update(notice=fresh, expected_version=fresh.version, by=cast.person(who), news=news)
