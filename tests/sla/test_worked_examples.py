"""The worked examples of the service rules through stored calendars and real clocks."""

import pytest

from sla.models import ClockKind
from tests.sla.conftest import Desk, local
from tests.sla.working_time.test_worked_examples import TABLE


@pytest.mark.rule("S2", "S3", "S4", "S9", "S15")
@pytest.mark.parametrize(("level", "logged", "response", "fix"), TABLE)
def test_deadlines_of_the_table(desk: Desk, level: str, logged: str, response: str, fix: str) -> None:
    reply = desk.start(level, local(logged))
    mend = desk.start(level, local(logged), ClockKind.FIX)
    assert (reply.due_at, mend.due_at) == (local(response), local(fix))
    assert reply.calendar_version_id == mend.calendar_version_id
    reply.refresh_from_db()
    assert reply.wake_at == reply.warn_at
    assert reply.due_at == reply.counted_at == local(response)
