"""Service notices: who reads them, what is told step by step, promised news, mail to who asked (rules I6, Y4)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from accounts.models import CustomerMembership
from accounts.tenancy.scope import open_scope
from contracts.models import Contract
from delivery.models import Notification, OutboundMail
from delivery.sweeper import sweep
from knowledge.models import NoticeAudience, NoticeFollower, NoticeKind, NoticeUpdate, ServiceNotice
from knowledge.notice_mailing import follower_of
from knowledge.notices import notices_current, notices_readable
from knowledge.services import (
    notice_change,
    notice_follow,
    notice_publish,
    notice_unfollow,
    notice_update,
    notice_write,
)
from knowledge.services.notices import News, NoticeWords
from tests.cast import Cast
from tests.knowledge.notice_making import ELEVEN, NOW, published, told, written

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I6", "Y4")]
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def mails() -> list[OutboundMail]:
    return list(OutboundMail.objects.filter(message_id__startswith="<notice-").order_by("pk"))


@pytest.mark.rule("T1", "T2")
def test_schools_read_what_is_published_and_for_them_and_the_wall_itself_says_so(cast: Cast) -> None:
    with open_scope(cast.scope("lena")):
        oakfield, hillside = cast.customer("oakfield"), cast.customer("hillside")
    schools, packages = NoticeAudience.SCHOOLS, NoticeAudience.PACKAGES
    written(cast, "Draft")
    published(cast, "All")
    published(cast, "Oakfield", audience=schools, schools=[oakfield])
    published(cast, "Hillside", audience=schools, schools=[hillside])
    published(cast, "Scheduled", audience=packages, packages=["scheduled"])
    published(cast, "Birch", who="bill")
    told(cast, published(cast, "Over"), "Done.", state="over")
    expected = {
        "rita": {"All", "Oakfield", "Over"},
        "hugo": {"All", "Hillside", "Scheduled", "Over"},
        "rose": {"Birch"},
    }
    for name, titles in expected.items():
        with open_scope(cast.scope(name)):
            assert {one.title for one in ServiceNotice.objects.all()} == titles, name  # by the wall alone
            assert {one.title for one in notices_readable(TODAY)} == titles, name
            assert {one.title for one in notices_current(TODAY)} == titles - {"Over"}, name
            assert {one.notice.title for one in NoticeUpdate.objects.select_related("notice")} == titles, name
    with open_scope(cast.scope("tess")):
        assert notices_readable(TODAY).count() == 6


@pytest.mark.rule("T2")
def test_what_is_for_a_package_is_read_while_the_school_has_it(cast: Cast) -> None:
    published(cast, audience=NoticeAudience.PACKAGES, packages=["scheduled"])
    with open_scope(cast.staff_scope()):
        Contract.objects.filter(customer__slug="hillside").update(ends_on=TODAY)
    with open_scope(cast.scope("hugo")):
        assert notices_readable(TODAY).exists()
        assert not notices_readable(TODAY + timedelta(days=1)).exists()


def test_each_update_is_dated_and_named_and_cannot_be_changed(cast: Cast) -> None:
    notice = published(cast, next_news_at=ELEVEN)
    notice = told(cast, notice, "A switch is broken.", who="cass")
    notice = told(cast, notice, "A new one is in.", state="over")
    with open_scope(cast.scope("rita")):
        rows = notice.updates.order_by("number").values_list("number", "state", "text", "by__name", "at")
        assert list(rows) == [
            (1, "looking", "We are working on it.", "Lena", NOW),
            (2, "known", "A switch is broken.", "Cass", NOW),
            (3, "over", "A new one is in.", "Lena", NOW),
        ]
    assert (notice.over_at, notice.next_news_at, notice.wake_at) == (NOW, None, None)
    with open_scope(cast.staff_scope()), pytest.raises(ProgrammingError), transaction.atomic():
        NoticeUpdate.objects.update(text="Nothing ever happened.")
    with pytest.raises(ValidationError) as ended:
        told(cast, notice, "It is back.", state="looking")
    assert ended.value.code == "moved_on"


def test_an_older_page_tells_and_changes_nothing(cast: Cast) -> None:
    notice = told(cast, published(cast), "A switch is broken.")
    with open_scope(cast.scope("lena")):
        lena, news = cast.person("lena"), News(state="mending", text="x")
        words = NoticeWords(title="x", text="x", starts_at=NOW)
        acts: list[Callable[[], ServiceNotice]] = [
            lambda: notice_update(notice=notice, expected_version=2, by=lena, news=news),
            lambda: notice_change(notice=notice, words=words, expected_version=2),
            lambda: notice_publish(notice=notice, expected_version=3, by=lena),
        ]
        for act in acts:
            with pytest.raises(ValidationError) as stale:
                act()
            assert stale.value.code == "moved_on"


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ({"title": " "}, {"title"}),
        ({"text": ""}, {"text"}),
        ({"audience": NoticeAudience.SCHOOLS}, {"schools"}),
        ({"audience": NoticeAudience.PACKAGES}, {"packages"}),
        ({"audience": NoticeAudience.PACKAGES, "packages": ["gold"]}, {"packages"}),
        ({"kind": NoticeKind.MAINTENANCE}, {"ends_at"}),
        ({"kind": NoticeKind.MAINTENANCE, "ends_at": NOW - timedelta(days=1)}, {"ends_at"}),
        ({"kind": "else"}, {"kind"}),
    ],
)
def test_wrong_words_are_refused_at_their_field(cast: Cast, words: dict[str, Any], fields: set[str]) -> None:
    said: dict[str, Any] = {"title": "Wi-Fi", "text": "Slow.", "starts_at": NOW, **words}
    with open_scope(cast.scope("lena")):
        with pytest.raises(ValidationError) as refused:
            notice_write(words=NoticeWords(**said), by=cast.person("lena"))
        assert set(refused.value.message_dict) == fields
        assert not ServiceNotice.objects.exists()


@pytest.mark.parametrize(
    ("news", "fields"),
    [
        ({"text": " "}, {"text"}),
        ({"state": "planned"}, {"state"}),
        ({"state": "draft"}, {"state"}),
        ({"next_news_at": NOW}, {"next_news_at"}),
    ],
)
def test_wrong_news_is_refused_at_its_field(cast: Cast, news: dict[str, Any], fields: set[str]) -> None:
    notice = published(cast)
    with pytest.raises(ValidationError) as refused:
        told(cast, notice, **{"text": "News.", **news})
    assert set(refused.value.message_dict) == fields
    with open_scope(cast.staff_scope()):
        assert notice.updates.count() == 1


def test_what_is_published_is_put_right_in_title_and_readers_alone(cast: Cast) -> None:
    notice = published(cast, next_news_at=ELEVEN)
    with open_scope(cast.scope("lena")):
        words = NoticeWords(
            title="Wi-Fi at Hillside is slow",
            text="Never mind.",
            starts_at=ELEVEN,
            audience=NoticeAudience.SCHOOLS,
            schools=[cast.customer("hillside")],
        )
        notice = notice_change(notice=notice, words=words, expected_version=2)
        assert (notice.title, notice.text) == ("Wi-Fi at Hillside is slow", "We are working on it.")
        assert (notice.next_news_at, notice.starts_at) == (ELEVEN, NOW - timedelta(minutes=20))
    with open_scope(cast.scope("rita")):
        assert not ServiceNotice.objects.exists()


def reminders(cast: Cast) -> list[tuple[str, str, bool]]:
    with open_scope(cast.staff_scope()):
        rows = Notification.objects.filter(key__startswith="notice:").order_by("pk")
        return [(one.person.name, one.summary, one.is_late) for one in rows.select_related("person")]


@pytest.mark.rule("S14")
def test_promised_news_is_reminded_of_once_and_an_update_moves_the_promise(cast: Cast) -> None:
    notice = published(cast, next_news_at=ELEVEN)
    told(cast, notice, "A switch is broken.", next_news_at=ELEVEN + timedelta(hours=1), who="cass")
    sweep(now=ELEVEN)
    assert reminders(cast) == []
    for _again in range(2):
        sweep(now=ELEVEN + timedelta(hours=1))
    words = "Wi-Fi is slow: schools were promised news by Monday 23 November 2026 at 12:00."
    assert reminders(cast) == [("Cass", words, False)]
    told(cast, notice, "It is over.", state="over")
    sweep(now=ELEVEN + timedelta(days=1))
    assert len(reminders(cast)) == 1


@pytest.mark.rule("S14")
def test_maintenance_that_should_be_over_is_reminded_of_late_where_the_desk_slept(cast: Cast) -> None:
    start = NOW + timedelta(days=1)
    more: dict[str, Any] = {
        "kind": NoticeKind.MAINTENANCE,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
    }
    notice = published(cast, "Server update", next_news_at=ELEVEN, **more)
    assert notice.state == "planned"
    sweep(now=start + timedelta(hours=9))  # both steps come due in one sweep after an outage
    (news, end) = reminders(cast)
    assert news[2]
    assert end[2]
    assert end[1].startswith("Server update: should have ended on Tuesday 24 November 2026 at 11:30.")


def test_who_follows_has_each_update_once_by_mail(cast: Cast) -> None:
    notice = published(cast)
    with open_scope(cast.scope("rita")):
        for _again in range(2):
            notice_follow(notice=notice, customer=cast.customer(), person=cast.person("rita"))
    sweep(now=NOW)
    told(cast, notice, "A switch is broken.", next_news_at=ELEVEN)
    told(cast, notice, "It is being changed.", state="mending")
    for _again in range(2):
        sweep(now=NOW)
    told(cast, notice, "It is changed.", state="over")
    for _again in range(2):
        sweep(now=NOW)
    with open_scope(cast.staff_scope()):
        first, second, last = mails()
        assert first.recipients == ["rita@oakfield.example"]
        assert first.subject == "Wi-Fi is slow: Cause known"
        assert "A switch is broken." in first.text
        assert "Next news by Monday 23 November 2026 at 11:00." in first.text
        assert "Next news" not in second.text
        assert last.subject == "Wi-Fi is slow: over"
        assert first.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert first.headers["List-Unsubscribe"].strip("<>") in first.text
        assert NoticeFollower.objects.get().ended_at == NOW


@pytest.mark.parametrize("why", ["unfollowed", "left", "inactive", "not for the school"])
def test_who_no_longer_follows_is_told_nothing(cast: Cast, why: str) -> None:
    notice = published(cast)
    with open_scope(cast.scope("rita")):
        row = notice_follow(notice=notice, customer=cast.customer(), person=cast.person("rita"))
        if why == "unfollowed":
            notice_unfollow(follower=row)
    with open_scope(cast.staff_scope()):
        if why == "left":
            CustomerMembership.objects.filter(person__name="Rita").delete()
        if why == "inactive":
            person = cast.person("rita")
            person.is_active = False
            person.save()
        if why == "not for the school":
            ServiceNotice.objects.update(audience=NoticeAudience.SCHOOLS)
    told(cast, notice, "A switch is broken.")
    sweep(now=NOW)
    with open_scope(cast.staff_scope()):
        assert mails() == []
        assert NoticeFollower.objects.get().ended_at is not None


def test_a_mail_of_another_provider_or_another_purpose_ends_nothing(cast: Cast) -> None:
    notice = published(cast)
    with open_scope(cast.scope("rita")):
        row = notice_follow(notice=notice, customer=cast.customer(), person=cast.person("rita"))
    with open_scope(cast.staff_scope()):
        provider_id = cast.provider_id("alder")
        good = signing.dumps([provider_id, row.pk], salt="knowledge.notice.stop")
        assert follower_of(good) == row
        for bad in (
            signing.dumps([provider_id, row.pk], salt="chat.visitor"),
            signing.dumps([provider_id + 1, row.pk], salt="knowledge.notice.stop"),
            signing.dumps("x", salt="knowledge.notice.stop"),
            good[:-1],
            "x",
        ):
            assert follower_of(bad) is None
    with open_scope(cast.staff_scope("birch")):
        assert follower_of(good) is None
