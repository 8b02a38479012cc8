"""Booked visits that cannot take place as they are booked: the school is closed, nobody can go, the contract is over.

What was right when a visit was booked may have changed since; booking itself refuses the same (rules P2, S3).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.tenancy.memory import current_provider, remembering
from contracts.models import Contract, Variation
from sla.times import local_time
from visits.engineers import EngineerDay
from visits.models import EngineerAbsence, EngineerHours, Visit, VisitKind, VisitState
from visits.on_site_hours import on_site_hours_for
from visits.periods import Span
from visits.when import TimesOn
from visits.wording import day_words


class Cause(StrEnum):
    """Whose matter it is."""

    CONTRACT = "contract"
    SCHOOL = "school"
    ENGINEER = "engineer"


@dataclass(frozen=True, slots=True)
class Hindered:
    """A visit, and in words what stands in its way."""

    visit: Visit
    reasons: dict[Cause, str]

    @property
    def words(self) -> str:
        return " ".join(self.reasons.values())


def visits_hindered(where: Q | None = None, *, now: datetime) -> list[Hindered]:
    """The booked visits ahead that something stands against, by their start. `where` narrows the visits.

    Reads a fixed number of queries, and what closes a school of its own where no process has read that before.
    """
    rows = Visit.objects.filter(where or Q(), state=VisitState.BOOKED, starts_at__gt=now)
    names = ("customer", "contract__customer", "contract__package", "engineer", "slot")
    visits = list(rows.select_related(*names).order_by("starts_at", "id"))
    if not visits:
        return []
    with remembering():
        zone = current_provider().time_zone
        times = {
            one.pk: TimesOn(one.day, local_time(one.starts_at, zone), local_time(one.ends_at, zone))
            for one in visits
        }
        against: dict[int, dict[Cause, str]] = defaultdict(dict)
        for cause, found in (
            (Cause.CONTRACT, _outside_contract(visits)),
            (Cause.SCHOOL, _closed(visits, times)),
            (Cause.ENGINEER, _without_engineer(visits, times, zone)),
        ):
            for key, words in found.items():
                against[key][cause] = words
    return [Hindered(one, against[one.pk]) for one in visits if one.pk in against]


def _outside_contract(visits: Iterable[Visit]) -> dict[int, str]:
    found = {}
    for visit in visits:
        contract = visit.contract
        if contract.ends_on is not None and visit.day > contract.ends_on:
            found[visit.pk] = _("The contract ends with %(day)s.") % {"day": day_words(contract.ends_on)}
        elif visit.day < contract.starts_on:
            found[visit.pk] = _("The contract begins on %(day)s.") % {"day": day_words(contract.starts_on)}
    return found


def _closed(visits: Iterable[Visit], times: dict[int, TimesOn]) -> dict[int, str]:
    by_contract: dict[Contract, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_contract[visit.contract].append(visit)
    agreed: dict[int, list[Variation]] = defaultdict(list)
    for row in Variation.objects.filter(contract__in=by_contract, period__isnull=False):
        agreed[row.contract_id].append(row)
    found = {}
    for contract, own in by_contract.items():
        hours = on_site_hours_for(contract, agreed[contract.pk])
        open_days = hours.days(Span(own[0].day, own[-1].day))
        for visit in own:
            if open_days.allow(times[visit.pk]):
                continue  # most visits by far; only the others are asked why
            hindrance = hours.hindrance(times[visit.pk], start_only=visit.kind == VisitKind.CALLOUT)
            if hindrance is not None:
                found[visit.pk] = hindrance.words
    return found


def _without_engineer(visits: list[Visit], times: dict[int, TimesOn], zone: str) -> dict[int, str]:
    people = {visit.engineer_id for visit in visits}
    stretches: dict[tuple[int, int], list[tuple[time, time]]] = defaultdict(list)
    for row in EngineerHours.objects.filter(engineer__in=people):
        stretches[row.engineer_id, row.weekday].append((row.starts, row.ends))
    absences: dict[int, list[EngineerAbsence]] = defaultdict(list)
    for absence in EngineerAbsence.objects.filter(engineer__in=people, last_day__gte=visits[0].day):
        absences[absence.engineer_id].append(absence)
    found = {}
    for visit in visits:
        away = next(
            (one for one in absences[visit.engineer_id] if visit.day in Span(one.first_day, one.last_day)),
            None,
        )
        hours = stretches[visit.engineer_id, visit.day.weekday()]
        day = EngineerDay(visit.engineer, zone, hours, away)
        words = day.hindrance(times[visit.pk], start_only=visit.kind == VisitKind.CALLOUT)
        if words:
            found[visit.pk] = words
    return found
