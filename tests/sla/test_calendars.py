"""Stored calendar rows as the engine sees them, pinned once per content and never stale."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from accounts.tenancy.scope import NoScope, Scope, open_scope
from sla.calendars import calendar_spec, calendar_version_pin, working_time_of
from sla.models import CalendarVersion, Closure, ClosureKind, PublicHoliday
from sla.selectors import closures_ahead, shutdown_missing
from sla.services import calendar_edits
from sla.services.calendar_edits import Window
from sla.working_time import LayerKind, Nation
from tests import factories
from tests.sla.calendars import DESK
from tests.sla.conftest import Desk, local

pytestmark = pytest.mark.rule("S3")


def names(desk: Desk, kind: LayerKind, customer_id: int | None = None) -> set[str]:
    layers = calendar_spec(desk.calendar, customer_id).layers
    return {row.name for layer in layers if layer.kind == kind for row in layer.exceptions}


def test_layers_in_order_with_their_names(desk: Desk) -> None:
    calendar_edits.closure_add(name="Inset day", first_day=date(2026, 9, 4), customer_id=desk.customer.pk)
    spec = calendar_spec(desk.calendar, desk.customer.pk)
    assert spec.hours == DESK
    assert [layer.kind for layer in spec.layers] == list(LayerKind)
    assert "Good Friday" in names(desk, LayerKind.PUBLIC_HOLIDAYS)
    assert names(desk, LayerKind.PROVIDER_CLOSURES) == {"Christmas shutdown"}
    assert names(desk, LayerKind.CUSTOMER_EXCEPTIONS, desk.customer.pk) == {"Inset day"}
    assert names(desk, LayerKind.CUSTOMER_EXCEPTIONS) == set()


def test_a_customer_without_exceptions_shares_the_version(desk: Desk) -> None:
    other = factories.make_customer("elmwood")
    mine, theirs = (calendar_version_pin(desk.calendar, one.pk) for one in (desk.customer, other))
    assert mine == theirs == calendar_version_pin(desk.calendar, None)
    calendar_edits.closure_add(name="Inset day", first_day=date(2026, 9, 4), customer_id=other.pk)
    assert calendar_version_pin(desk.calendar, desk.customer.pk) == mine
    assert calendar_version_pin(desk.calendar, other.pk) != mine


def test_the_same_content_is_stored_once(desk: Desk) -> None:
    first = calendar_version_pin(desk.calendar, desk.customer.pk)
    edited = calendar_edits.closure_add(name="Flood", first_day=date(2026, 11, 23))
    assert calendar_version_pin(desk.calendar, desk.customer.pk) != first
    calendar_edits.closure_remove(closure=edited.row)
    assert calendar_version_pin(desk.calendar, desk.customer.pk) == first
    assert working_time_of(first).spec == calendar_spec(desk.calendar, desk.customer.pk)
    assert CalendarVersion.objects.filter(sha256=first.sha256).count() == 1


def test_nothing_remembered_outlives_an_edit_or_a_rollback(desk: Desk) -> None:
    before = calendar_spec(desk.calendar, desk.customer.pk)
    for name in ("Flood", "Snow"):
        with transaction.atomic():
            Closure.objects.create(name=name, first_day=date(2026, 11, 23), last_day=date(2026, 11, 23))
            assert name in names(desk, LayerKind.PROVIDER_CLOSURES)
            transaction.set_rollback(True)
        assert calendar_spec(desk.calendar, desk.customer.pk) == before
    # Also edits that pass every service by.
    PublicHoliday.objects.filter(name="Good Friday").update(name="Karfreitag")
    assert "Karfreitag" in names(desk, LayerKind.PUBLIC_HOLIDAYS)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sla_closure")
    assert names(desk, LayerKind.PROVIDER_CLOSURES) == set()


def test_pinning_again_asks_the_database_one_thing(
    desk: Desk, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = calendar_version_pin(desk.calendar, desk.customer.pk)
    with CaptureQueriesContext(connection) as queries:
        assert calendar_version_pin(desk.calendar, desk.customer.pk) == first
    assert len(queries) == 1


def test_a_customer_outside_the_scope_is_refused(desk: Desk) -> None:
    other = factories.make_customer("elmwood")
    with open_scope(Scope(desk.provider.pk, frozenset({other.pk}))), pytest.raises(NoScope):
        calendar_spec(desk.calendar, desk.customer.pk)


def test_a_ticket_from_the_portal_pins_the_same_calendar(desk: Desk) -> None:
    calendar_edits.closure_add(name="Inset day", first_day=date(2026, 11, 23), customer_id=desk.customer.pk)
    friday = local("Fri 20 Nov 2026 16:00")
    with open_scope(Scope(desk.provider.pk, frozenset({desk.customer.pk}))):
        clock = desk.start("Urgent", friday)
    assert clock.due_at == desk.start("Urgent", friday).due_at == local("Tue 24 Nov 2026 08:30")


@pytest.mark.rule("S3", "S15")
def test_partial_days_and_extra_openings(desk: Desk) -> None:
    calendar_edits.closure_add(
        name="Move",
        first_day=date(2026, 11, 20),
        last_day=date(2026, 11, 23),
        from_time=time(16, 15),
        to_time=time(12),
    )
    calendar_edits.closure_add(
        name="Saturday desk",
        first_day=date(2026, 11, 28),
        from_time=time(9),
        to_time=time(12),
        kind=ClosureKind.EXTRA_OPENING,
    )
    assert desk.start("Urgent", local("Fri 20 Nov 2026 16:00")).due_at == local("Mon 23 Nov 2026 12:45")
    assert desk.start("Urgent", local("Fri 27 Nov 2026 16:00")).due_at == local("Sat 28 Nov 2026 09:30")


def test_other_hours_move_running_clocks(desk: Desk) -> None:
    clock = desk.start("Urgent", local("Fri 20 Nov 2026 16:00"))
    edited = calendar_edits.opening_windows_set(
        calendar=desk.calendar,
        windows=[Window(day, time(7), time(18)) for day in range(5)],
        reason="Longer days",
    )
    clock.refresh_from_db()
    assert (edited.impact.moved, clock.due_at) == (1, local("Fri 20 Nov 2026 17:00"))


def test_overlapping_hours_are_refused_and_nothing_is_written(desk: Desk) -> None:
    windows = [Window(0, time(8), time(12)), Window(0, time(11), time(16))]
    with pytest.raises(ValidationError):
        calendar_edits.opening_windows_set(calendar=desk.calendar, windows=windows)
    assert desk.calendar.windows.count() == 5
    with pytest.raises(ValidationError):
        calendar_edits.calendar_change(calendar=desk.calendar, time_zone="Europe/Atlantis")


def test_another_nation_brings_other_holidays(desk: Desk) -> None:
    factories.make_holidays(nation=Nation.SCOTLAND)
    clock = desk.start("Urgent", local("Fri 28 Aug 2026 16:00"))
    assert clock.due_at == local("Tue 01 Sep 2026 08:30")
    calendar_edits.calendar_change(calendar=desk.calendar, nation="scotland")
    clock.refresh_from_db()
    assert clock.due_at == local("Mon 31 Aug 2026 08:30")


def test_filling_holidays_leaves_edited_days_alone(desk: Desk) -> None:
    calendar_edits.holiday_change(holiday=PublicHoliday.objects.get(day=date(2026, 12, 25)), name="Noel")
    assert calendar_edits.holidays_fill(nation="england-wales", years=[2026]).row == []
    added = calendar_edits.holidays_fill(nation="england-wales", years=[2029]).row
    assert len(added) == 8
    assert PublicHoliday.objects.get(day=date(2026, 12, 25)).name == "Noel"


def test_a_missing_shutdown_is_asked_for_in_good_time(desk: Desk) -> None:
    provider = desk.provider
    assert shutdown_missing(provider, date(2026, 10, 1)) is None
    assert shutdown_missing(provider, date(2027, 8, 31)) is None
    assert shutdown_missing(provider, date(2027, 9, 1)) == 2027
    calendar_edits.shutdown_set(first_day=date(2027, 12, 24), last_day=date(2028, 1, 3))
    assert shutdown_missing(provider, date(2027, 9, 1)) is None
    changed = calendar_edits.shutdown_set(first_day=date(2027, 12, 23), last_day=date(2028, 1, 3)).row
    assert Closure.objects.filter(kind=ClosureKind.SHUTDOWN).count() == 2
    assert closures_ahead(on=date(2027, 12, 1), days=30) == [changed]
    assert changed.first_day == date(2027, 12, 23)


def test_entering_the_shutdown_moves_what_runs(desk: Desk) -> None:
    started = local("Thu 23 Dec 2027 16:00")
    clock = desk.start("Urgent", started)
    assert clock.due_at == local("Fri 24 Dec 2027 08:30")
    calendar_edits.shutdown_set(first_day=date(2027, 12, 24), last_day=date(2027, 12, 31))
    clock.refresh_from_db()
    assert clock.due_at == local("Tue 04 Jan 2028 08:30")
    assert isinstance(clock.due_at, datetime)
