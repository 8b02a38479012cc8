"""A provider with a school, levels and a calendar, and tickets whose clocks end as a test says."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import connection

from accounts.models import Customer, Person, Provider
from accounts.tenancy.scope import Scope, open_scope
from sla.models import Apart, BusinessCalendar, CalendarVersion, Clock, ClockKind, ClockState, ServiceLevel
from sla.working_time import CalendarSpec, weekly_hours
from tickets.models import Category, Channel, Ticket, TicketState

ZONE = "Europe/London"
DESK_HOURS = CalendarSpec(ZONE, weekly_hours(range(5), (time(8), time(16, 30))))
LEVELS = ("urgent", "high", "medium", "low")
_slugs = count(1)


def utc(text: str) -> datetime:
    """'2026-09-30 23:00' as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class World:
    """Everything that a test about one school's quarter needs. Use it inside `with world.scope():`."""

    provider: Provider
    customer: Customer
    requester: Person
    levels: dict[str, ServiceLevel]
    calendar: BusinessCalendar
    version: CalendarVersion
    category: Category
    numbers: Any = field(default_factory=lambda: count(1001))

    def scope(self, **more: Any) -> AbstractContextManager[Scope]:
        return open_scope(Scope(provider_id=self.provider.pk, **more))

    def clock(
        self,
        kind: ClockKind = ClockKind.RESPONSE,
        *,
        due: datetime | None,
        ended: datetime | None = None,
        level: str = "high",
        target: int = 95,
        state: ClockState | None = None,
        apart: Apart = Apart.COUNTED,
        due_without_pauses: datetime | None = None,
        breached: datetime | None = None,
        started: datetime | None = None,
        previous: Clock | None = None,
        customer: Customer | None = None,
    ) -> Clock:
        """A clock; its state follows from its end and its deadline unless it is given."""
        if state is None:
            state = ClockState.RUNNING
            if ended is not None:
                state = ClockState.MET if due is None or ended <= due else ClockState.MISSED
        anchor = due or ended or breached or utc("2026-08-03 09:00")
        return Clock.objects.create(
            customer=customer or self.customer,
            kind=kind,
            level=self.levels[level],
            state=state,
            apart=apart,
            started_at=started or anchor - timedelta(days=1),
            allowance_minutes=60,
            target_percent=target,
            warn_percent=75,
            calendar=self.calendar,
            calendar_version=self.version,
            due_at=due,
            due_without_pauses_at=due_without_pauses or due,
            breached_at=breached,
            ended_at=ended,
            previous=previous,
        )

    def ticket(
        self,
        *,
        response: Clock | None = None,
        fix: Clock | None = None,
        logged: datetime | None = None,
        fixed: datetime | None = None,
        closed: datetime | None = None,
        level: str = "high",
        channel: Channel = Channel.EMAIL,
        category: Category | None = None,
        subject: str = "The printer in room 4 does not print",
        customer: Customer | None = None,
    ) -> Ticket:
        at = logged or (response or fix).started_at  # type: ignore[union-attr]
        state = TicketState.CLOSED if closed else TicketState.FIXED if fixed else TicketState.OPEN
        return Ticket.objects.create(
            customer=customer or self.customer,
            number=next(self.numbers),
            subject=subject,
            channel=channel,
            category=category,
            requester=self.requester,
            level=self.levels[level],
            state=state,
            response_clock=response,
            fix_clock=fix,
            logged_at=at,
            fixed_at=fixed,
            closed_at=closed,
            last_message_at=at,
        )


def make_world(name: str = "Concero") -> World:
    """A provider of its own with one school, Oakfield; people and clocks are added by the test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_provider_id_seq')")
        key = cursor.fetchone()[0]
    with open_scope(Scope(provider_id=key)):
        provider = Provider.objects.create(
            id=key,
            slug=f"{name.lower()}-{next(_slugs)}",
            name=name,
            support_email="help@example.test",
            reference_prefix="CON",
        )
        calendar = BusinessCalendar.objects.create(name="Desk hours", is_default=True)
        return World(
            provider=provider,
            customer=Customer.objects.create(slug="oakfield", name="Oakfield Primary School"),
            requester=Person.objects.create(name="Tessa Teacher", email="tessa@oakfield.test"),
            levels={
                key: ServiceLevel.objects.create(key=key, name=key.title(), rank=rank, impact=key)
                for rank, key in enumerate(LEVELS, start=1)
            },
            calendar=calendar,
            version=CalendarVersion.objects.create(sha256=DESK_HOURS.sha256(), content=DESK_HOURS.to_dict()),
            category=Category.objects.create(key="av", name="Projector or display"),
        )
