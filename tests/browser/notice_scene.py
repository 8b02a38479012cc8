"""Service notices in every state, for the pages that are looked at."""

from datetime import datetime, timedelta

from knowledge.models import NoticeAudience, NoticeKind, ServiceNotice
from knowledge.services import notice_follow, notice_link, notice_publish, notice_update, notice_write
from knowledge.services.notices import News, NoticeWords
from tests.cast import Cast
from tickets.models import Ticket

HOUR = timedelta(hours=1)


def notice_keys(cast: Cast, number: int, now: datetime) -> dict[str, int]:
    """Keys of what was made; the ticket is linked to what is current and what is over. In a staff scope."""
    lena, oakfield = cast.person("lena"), cast.customer()
    ticket = Ticket.objects.get(number=number)
    words = NoticeWords(
        title="Wi-Fi at Oakfield is slow in the main building and in both of the mobile classrooms",
        text="Wi-Fi has been slow since 09:10. Devices on a cable are not affected.",
        starts_at=now - HOUR,
        audience=NoticeAudience.SCHOOLS,
        schools=[oakfield],
        next_news_at=now + HOUR,
    )
    draft = notice_write(words=words, by=lena)
    current = _published(cast, words)
    ahead = NoticeWords(
        kind=NoticeKind.MAINTENANCE,
        title="Server updates on Saturday",
        text="Files may be away for some minutes.\n\nPrinting works.",
        starts_at=now + 48 * HOUR,
        ends_at=now + 52 * HOUR,
    )
    _published(cast, ahead)
    over = _published(
        cast, NoticeWords(title="No internet", text="Nobody has internet.", starts_at=now - HOUR)
    )
    for notice in (current, over):
        notice_link(notice=notice, ticket=ticket, by=lena)
    notice_follow(notice=current, customer=oakfield, person=cast.person("rita"))
    news = News(state="mending", text="An access point is being replaced.", next_news_at=now + HOUR)
    current = notice_update(notice=current, expected_version=2, by=lena, news=news)
    ended = News(state="over", text="The line is mended.")
    over = notice_update(notice=over, expected_version=2, by=lena, news=ended)
    return {"notice": current.pk, "draft_notice": draft.pk, "over_notice": over.pk}


def _published(cast: Cast, words: NoticeWords) -> ServiceNotice:
    lena = cast.person("lena")
    return notice_publish(notice=notice_write(words=words, by=lena), expected_version=1, by=lena)
