"""A closure that hits booked visits: its preview counts them, and who answers for the school is told (Rule P2)."""

from collections.abc import Callable

import pytest
from django.test import Client

from delivery.models import Notification
from sla.models import Closure
from sla.services.calendar_edits import closure_add
from sla.services.recomputation import preview
from tests.visits.conftest import TUESDAY, School

pytestmark = [pytest.mark.django_db, pytest.mark.rule("P2", "S13")]


def test_the_preview_counts_and_tells_nobody_then_the_manager_is_told(
    willow: School, signed_in: Callable[[str], Client]
) -> None:
    willow.book()
    willow.book(willow.slot("PM"), engineer=willow.theo)
    impact = preview(lambda: closure_add(name="Flood", first_day=TUESDAY))
    assert impact.notes == ("2 booked visits cannot take place then: move or cancel them.",)
    assert not Notification.objects.filter(summary__contains="Flood").exists()
    data = {"name": "Flood", "kind": "one_off", "first_day": "2026-11-24", "last_day": "2026-11-24"}
    ada = signed_in("ada")
    shown = ada.post("/alder/settings/calendar/closures/new/", data)
    assert "2 booked visits cannot take place" in shown.content.decode()
    assert not Closure.objects.filter(name="Flood").exists()
    closure_add(name="Flood", first_day=TUESDAY)
    told = Notification.objects.get(summary__contains="Flood")
    assert "Tue 24 Nov 2026, 08:30 to 10:30" in told.detail


def test_a_closure_of_another_day_hits_nothing(willow: School) -> None:
    willow.book()
    assert closure_add(name="Snow", first_day=TUESDAY.replace(day=25)).impact.notes == ()
