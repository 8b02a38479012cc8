"""`manage.py recalculate`: batches that are committed, a preview, and the proof from the histories (Rule
S13).
"""

import json
from collections.abc import Callable
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.tenancy.scope import Scope, open_scope
from sla import running_clocks
from sla.bulk import Columns
from sla.management.commands import recalculate
from sla.models import Clock, ClockEvent, Closure
from sla.services import recomputation
from tests.sla.conftest import Desk, local

pytestmark = [pytest.mark.rule("S13"), pytest.mark.django_db(transaction=True)]

FRIDAY = local("Fri 20 Nov 2099 16:00")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("recalculate", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def edited(new_desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Five running clocks, a sixth that has ended, and a closure that nobody has recalculated yet."""
    monkeypatch.setattr(recalculate, "BATCH", 2)
    desk = new_desk()
    with open_scope(Scope(provider_id=desk.provider.pk)):
        for _ in range(5):
            desk.start("Urgent", FRIDAY)
        Closure.objects.create(name="Flood", first_day=date(2099, 11, 23), last_day=date(2099, 11, 23))
    return desk


def moved(desk: Desk) -> int:
    with open_scope(Scope(provider_id=desk.provider.pk)):
        assert (
            ClockEvent.objects.filter(kind="recomputed").count() == Clock.objects.filter(generation=2).count()
        )
        return Clock.objects.filter(generation=2).count()


def test_preview_then_run_then_again(edited: Desk) -> None:
    told = json.loads(run("--provider", "concero", "--preview", "--json"))
    assert (told["moved"], len(told["examples"]), moved(edited)) == (5, 5, 0)
    assert "5 deadlines moved" in run("--provider", "concero")
    assert moved(edited) == 5
    assert "0 deadlines moved" in run()
    assert moved(edited) == 5
    assert "5 clocks derived" in run("--rebuild")


def test_a_run_that_is_killed_leaves_whole_rows_and_is_repeated(
    edited: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, turns = running_clocks.write_moves, iter(range(100))

    def killed_in_the_second_batch(new: Columns, *, cause: str, now: datetime) -> None:
        real(new, cause=cause, now=now)
        if next(turns) == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(recomputation, "write_moves", killed_in_the_second_batch)
        with pytest.raises(KeyboardInterrupt):
            run("--provider", "concero")
    assert moved(edited) == 2
    run("--rebuild")
    assert "3 deadlines moved" in run("--provider", "concero")
    assert moved(edited) == 5


def test_rebuild_fails_when_a_stored_deadline_is_not_what_happened(edited: Desk) -> None:
    with open_scope(Scope(provider_id=edited.provider.pk)):
        Clock.objects.filter(pk=Clock.objects.values_list("pk")[:1]).update(due_at=FRIDAY)
    with pytest.raises(CommandError, match="1 clocks differ"):
        run("--rebuild")


@pytest.mark.parametrize(
    "arguments",
    [("--provider", "nobody"), ("--provider", "concero", "--customer", "nobody"), ("--customer", "oakfield")],
)
def test_bad_input_ends_with_a_message_and_writes_nothing(edited: Desk, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)
    assert moved(edited) == 0


def test_one_customer_or_one_calendar(edited: Desk) -> None:
    assert "0 deadlines" not in run("--provider", "concero", "--calendar", "Desk hours", "--preview")
    assert "5 deadlines moved" in run("--provider", "concero", "--customer", "oakfield")
