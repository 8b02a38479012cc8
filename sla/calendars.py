"""From stored calendar rows to the pure engine: what a calendar says today, and the version that a clock
pins.

A description is built once per revision of the provider's calendars. Triggers give every edit of a calendar
row a new revision from a sequence, so that a number never stands for two contents, not even after a rollback;
whoever pins a calendar holds a shared lock that an edit has to wait for. So no clock can start on hours that
an edit, already committed, has changed, and no edit can miss a clock that is starting (rules S3, S13).
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Generic, TypeVar

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts.tenancy.memory import remembered
from accounts.tenancy.scope import NoScope, current_scope
from sla.models import (
    BusinessCalendar,
    CalendarVersion,
    Closure,
    OnSiteTime,
    OpeningWindow,
    PublicHoliday,
)
from sla.variants import closures_left, own_days_of
from sla.working_time import (
    AlwaysOpen,
    CalendarException,
    CalendarSpec,
    Hours,
    Layer,
    LayerKind,
    Timeline,
    VisitHours,
    VisitWindow,
    WeeklyHours,
    WeeklyWindow,
    working_time_by_hash,
)

# Stored in the description, so never translated there; explanations translate them when they are shown.
HOLIDAYS = gettext_noop("Public holidays")
CLOSURES = gettext_noop("Closures of the provider")
EXCEPTIONS = gettext_noop("Exceptions of the customer")
AGREED = gettext_noop("Closures agreed with the customer")

K = TypeVar("K")
V = TypeVar("V")


class _Recent(Generic[K, V]):
    """The most recently used values; safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


# Each key begins with the database: a process may work on several, whose ids mean different things.
_specs: _Recent[tuple[str, int, int | None, int], CalendarSpec] = _Recent(
    4096
)  # calendar, customer, revision
_version_ids: _Recent[tuple[str, int, str], int] = _Recent(4096)  # provider, content hash
_hashes: _Recent[tuple[str, int], str] = _Recent(4096)  # a version's content never changes


def calendars_forget() -> None:
    """Empty what this process remembers. Only for whoever takes stored rows away under it, as no running desk does."""
    for memory in (_specs, _version_ids, _hashes):
        memory.clear()


def calendar_revision() -> int:
    """The revision of the provider's calendars, held to the end of the transaction: an edit waits."""
    return remembered("sla.calendar_revision", _revision_hold)


def _revision_hold() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sla_calendar_revision_held()")
        return int(cursor.fetchone()[0])


def calendar_spec(calendar: BusinessCalendar | int, customer_id: int | None) -> CalendarSpec:
    """What the calendar says now for this customer, or for nobody in particular (rules S3, S15).

    Layers, later ones overriding: public holidays, the provider's closures, the customer's exceptions.
    """
    return _spec_at(calendar if isinstance(calendar, int) else calendar.pk, customer_id, calendar_revision())


def calendar_version_pin(calendar: BusinessCalendar | int, customer_id: int | None) -> CalendarVersion:
    """The stored version that says what the calendar says now; written when its content is new.

    Its `content` is deferred: few callers need it.
    """
    spec = calendar_spec(calendar, customer_id)
    sha256, provider_id = spec.sha256(), current_scope().provider_id
    key = (_database(), provider_id, sha256)
    known = _version_ids.get(key)
    if known is not None:
        names, values = ["id", "provider_id", "sha256"], [known, provider_id, sha256]
        return CalendarVersion.from_db(connection.alias, names, values)
    stored = CalendarVersion.objects.filter(sha256=sha256).defer("content")
    if not stored.exists():
        CalendarVersion.objects.bulk_create(
            [CalendarVersion(sha256=sha256, content=spec.to_dict())], ignore_conflicts=True
        )
    version = stored.get()
    # Only once it is committed: a rollback takes the row away again.
    transaction.on_commit(lambda: _version_ids.put(key, version.pk))
    return version


def working_time_of(version: CalendarVersion | int) -> Timeline:
    """The engine for a stored version. A process that holds it already reads nothing."""
    key = version if isinstance(version, int) else version.pk
    sha256 = _hashes.get((_database(), key))
    if sha256 is None:
        sha256 = CalendarVersion.objects.values_list("sha256", flat=True).get(pk=key)
        _hashes.put((_database(), key), sha256)

    def load() -> CalendarSpec:
        content = CalendarVersion.objects.values_list("content", flat=True).get(pk=key)
        return CalendarSpec.from_dict(content)

    return working_time_by_hash(sha256, load)


def customers_with_exceptions() -> frozenset[int]:
    """The customers whose calendars differ from their provider's. For staff scopes, which see them all."""
    closed = Closure.objects.filter(customer__isnull=False).values_list("customer_id", flat=True)
    visited = OnSiteTime.objects.values_list("customer_id", flat=True)
    return frozenset(key for key in (*closed.distinct(), *visited.distinct()) if key is not None)


def _spec_at(calendar_id: int, customer_id: int | None, revision: int) -> CalendarSpec:
    key = (_database(), calendar_id, customer_id, revision)
    spec = _specs.get(key)
    if spec is None:
        spec = _build(BusinessCalendar.objects.select_related("follows").get(pk=calendar_id), customer_id)
        _specs.put(key, spec)
    return spec


def _build(calendar: BusinessCalendar, customer_id: int | None) -> CalendarSpec:
    if customer_id is not None and not current_scope().sees(customer_id):
        # The wall would hide this customer's exceptions, and the answer would be wrong without a word.
        raise NoScope("The calendar of a customer outside the scope was asked for.")
    if calendar.runs_in_visits:
        # A visit is kept clear of closures when it is booked; where one comes later, the visit has to be moved.
        return CalendarSpec(calendar.time_zone, _visits(customer_id))
    agreed = own_days_of(calendar)
    calendar = calendar.follows or calendar
    layers = []
    if calendar.nation:
        days = PublicHoliday.objects.filter(nation=calendar.nation).values_list("name", "day")
        holidays = tuple(CalendarException.closed_days(name, day) for name, day in days)
        layers.append(Layer(HOLIDAYS, LayerKind.PUBLIC_HOLIDAYS, holidays))
    closures = list(Closure.objects.filter(Q(customer__isnull=True) | Q(customer_id=customer_id)))
    own = _exceptions(row for row in closures if row.customer_id is not None)
    if calendar.keeps_closures:
        everyones = _exceptions(row for row in closures if row.customer_id is None)
        layers.append(Layer(CLOSURES, LayerKind.PROVIDER_CLOSURES, closures_left(everyones, agreed)))
    closed = tuple(
        CalendarException.closed_days(one.name, one.first_day, one.last_day) for one in agreed if one.closed
    )
    layers.append(Layer(AGREED, LayerKind.CUSTOMER_EXCEPTIONS, closed))
    if own:
        layers.append(Layer(EXCEPTIONS, LayerKind.CUSTOMER_EXCEPTIONS, own))
    return CalendarSpec(
        calendar.time_zone, _hours(calendar), tuple(layer for layer in layers if layer.exceptions)
    )


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _hours(calendar: BusinessCalendar) -> Hours:
    if calendar.always_open:
        return AlwaysOpen()
    windows = OpeningWindow.objects.filter(calendar=calendar)
    return WeeklyHours(
        tuple(WeeklyWindow(row.weekday, _minutes(row.opens), _minutes(row.closes) or 1440) for row in windows)
    )


def _visits(customer_id: int | None) -> VisitHours:
    if customer_id is None:
        return VisitHours(())
    rows = OnSiteTime.objects.filter(customer_id=customer_id).values_list("day", "opens", "closes")
    return VisitHours(
        tuple(
            VisitWindow(datetime.combine(day, opens), datetime.combine(day, closes))
            for day, opens, closes in rows
        )
    )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _exceptions(closures: Iterable[Closure]) -> tuple[CalendarException, ...]:
    return tuple(
        CalendarException(
            starts=datetime.combine(row.first_day, row.from_time or time.min),
            ends=_end(row),
            name=row.name,
            opens=row.opens,
        )
        for row in closures
    )


def _end(row: Closure) -> datetime:
    if row.to_time is None:
        return datetime.combine(row.last_day + timedelta(days=1), time.min)
    return datetime.combine(row.last_day, row.to_time)
