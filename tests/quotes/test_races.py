"""Two answers to one quote at the same time: one holds, the other is told. The control shows that the lock does it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.tenancy.scope import open_scope
from quotes.models import Quote, QuoteStep, QuoteStepKind
from quotes.services import quote_accept, quote_decline
from quotes.services.base import quote_lock
from tests.cast import Cast
from tests.quotes.test_quotes import NOW, sent

pytestmark = [pytest.mark.rule("T3"), pytest.mark.django_db(transaction=True)]
PATIENCE = 10.0
DECISIONS = (QuoteStepKind.ACCEPTED, QuoteStepKind.DECLINED)


def answered(cast: Cast, monkeypatch: pytest.MonkeyPatch, *, is_locked: bool) -> list[str]:
    """What became of an acceptance and a refusal that both have begun before either has ended."""
    both = Barrier(2, timeout=PATIENCE)

    def meet(quote: Quote, *states: Any) -> Quote:
        """Both come here; without the lock both then read the quote before either has written it."""
        if is_locked:
            both.wait()
            return quote_lock(quote, *states)
        fresh = Quote.objects.select_related("customer").get(pk=quote.pk)
        both.wait()
        return fresh

    monkeypatch.setattr("quotes.services.deciding.quote_lock", meet)
    with open_scope(cast.scope("cass")):
        quote = sent(cast)

    def decide(act: Callable[..., Quote]) -> str:
        try:
            with open_scope(cast.scope("rob")):
                act(quote=quote, by=cast.person("rob"))
        except ValidationError:
            return "told"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(decide, act) for act in (quote_accept, quote_decline)]
        return sorted(one.result(PATIENCE) for one in waiting)


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def decisions(cast: Cast) -> int:
    with open_scope(cast.scope("cass")):
        return QuoteStep.objects.filter(kind__in=DECISIONS).count()


def test_one_answer_holds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(cast, monkeypatch, is_locked=True) == ["done", "told"]
    assert decisions(cast) == 1


def test_without_the_lock_both_would(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(cast, monkeypatch, is_locked=False) == ["done", "done"]
    assert decisions(cast) == 2
