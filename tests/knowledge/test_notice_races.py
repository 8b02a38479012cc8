"""Two updates of one notice at the same time: one is told, the other stopped. The control shows what the lock does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections

from accounts.tenancy.scope import open_scope
from knowledge.models import NoticeUpdate, ServiceNotice
from knowledge.services import notice_update
from knowledge.services.notices import News, notice_lock
from tests.cast import Cast
from tests.knowledge.notice_making import NOW, published

pytestmark = [pytest.mark.rule("I6"), pytest.mark.django_db(transaction=True)]
PATIENCE = 10.0


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def told_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch, *, is_locked: bool) -> list[str]:
    """What became of two updates that both have begun before either has ended."""
    both = Barrier(2, timeout=PATIENCE)

    def meet(notice: ServiceNotice, expected_version: int) -> ServiceNotice:
        """Both come here; without the lock both then read the notice before either has written it."""
        if is_locked:
            both.wait()
            return notice_lock(notice, expected_version)
        fresh = ServiceNotice.objects.get(pk=notice.pk)
        both.wait()
        return fresh

    notice = published(cast)
    monkeypatch.setattr("knowledge.services.notices.notice_lock", meet)

    def tell(who: str) -> str:
        news = News(state="known", text=f"{who} says so.")
        try:
            with open_scope(cast.scope(who)):
                notice_update(notice=notice, expected_version=2, by=cast.person(who), news=news)
        except ValidationError:
            return "told"
        except IntegrityError:
            return "refused by the database"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(tell, who) for who in ("lena", "cass")]
        return sorted(one.result(PATIENCE) for one in waiting)


def updates(cast: Cast) -> int:
    with open_scope(cast.staff_scope()):
        return NoticeUpdate.objects.count()


def test_one_update_holds_and_the_other_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_twice(cast, monkeypatch, is_locked=True) == ["done", "told"]
    assert updates(cast) == 2  # with the one that published it


def test_without_the_lock_the_second_is_no_friendly_answer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then only the unique number stops it, or nothing does: both have passed the check of the version."""
    outcome = told_twice(cast, monkeypatch, is_locked=False)
    assert outcome != ["done", "told"]
