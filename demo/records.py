"""What the history is made of: plain rows that point at each other, before the database has given them ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sla.working_time import Timeline

WITHOUT_STEPS = frozenset({"exempt", "callout"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a level promises under a contract, with the pinned calendar that its clocks run in."""

    level_id: int
    calendar_id: int
    version_id: int
    timeline: Timeline
    response_minutes: int
    fix_minutes: int
    target_percent: int
    warn_percent: int
    pausable_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract between two local days, both included; terms by the rank of the level."""

    contract_id: int
    starts_on: date
    ends_on: date | None
    has_desk_access: bool
    runs_in_visits: bool
    has_callouts: bool
    terms: Mapping[int, Terms]

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Somebody:
    person_id: int
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class School:
    """A customer as the history sees it."""

    customer_id: int
    slug: str
    name: str
    agreements: tuple[Agreement, ...]
    people: tuple[Somebody, ...]
    team_id: int
    lead: Somebody
    manager: Somebody
    technicians: tuple[Somebody, ...]  # of its team, level 1
    experts: tuple[Somebody, ...]  # level 2
    share: float
    rough_quarter: bool = False

    def agreement_on(self, day: date) -> Agreement | None:
        return next((one for one in self.agreements if one.holds_on(day)), None)


@dataclass(slots=True)
class EventRecord:
    clock: "ClockRecord"
    kind: str
    at: datetime
    generation: int
    due_at: datetime | None
    cause: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    actor_id: int | None = None


@dataclass(slots=True)
class PauseRecord:
    clock: "ClockRecord"
    waiting_for: str
    reason: str
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(slots=True)
class ClockRecord:
    """A clock with its history. Field names are those of `sla.models.Clock`."""

    customer_id: int
    kind: str
    terms: Terms
    started_at: datetime
    allowance_minutes: int
    apart: str = ""
    previous: "ClockRecord | None" = None
    state: str = "running"
    due_at: datetime | None = None
    warn_at: datetime | None = None
    due_without_pauses_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    wake_at: datetime | None = None
    generation: int = 1
    events: list[EventRecord] = field(default_factory=list)
    pauses: list[PauseRecord] = field(default_factory=list)
    id: int = 0

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


@dataclass(slots=True)
class MessageRecord:
    direction: str
    channel: str
    author_id: int | None
    at: datetime
    text: str
    is_automatic: bool = False
    is_first_response: bool = False
    message_id: str = ""
    id: int = 0


@dataclass(slots=True)
class EscalationRecord:
    from_stage: int
    to_stage: int
    trigger: str
    reason: str
    actor_id: int | None
    at: datetime


@dataclass(slots=True)
class ReasonRecord:
    clock: ClockRecord
    cause: str
    words: str
    by_id: int
    at: datetime


@dataclass(slots=True)
class ExplanationRecord:
    clock: ClockRecord
    draft: str
    created_at: datetime
    generation: int = 1
    dismissed_at: datetime | None = None
    confirmed_by_id: int | None = None
    message: MessageRecord | None = None


@dataclass(slots=True)
class CallBackRecord:
    person: Somebody
    technician_id: int
    agreed_at: datetime
    done_at: datetime | None
    wake_at: datetime | None


@dataclass(slots=True)
class TicketRecord:
    """A ticket with everything that hangs on it. Field names are those of `tickets.models.Ticket`."""

    school: School
    agreement: Agreement
    requester: Somebody
    subject: str
    channel: str
    category_id: int | None
    level_id: int
    logged_at: datetime
    assignee: Somebody | None
    response: ClockRecord
    fix: ClockRecord
    state: str = "new"
    escalation_level: int = 1
    promise_at: datetime | None = None
    fixed_at: datetime | None = None
    closed_at: datetime | None = None
    closed_as: str = ""
    waiting_reason: str = ""
    version: int = 1
    messages: list[MessageRecord] = field(default_factory=list)
    clocks: list[ClockRecord] = field(default_factory=list)
    escalations: list[EscalationRecord] = field(default_factory=list)
    reasons: list[ReasonRecord] = field(default_factory=list)
    explanations: list[ExplanationRecord] = field(default_factory=list)
    call_backs: list[CallBackRecord] = field(default_factory=list)
    id: int = 0
    number: int = 0

    @property
    def is_open(self) -> bool:
        return self.state not in {"fixed", "closed"}

    @property
    def next_due_at(self) -> datetime | None:
        """The earlier deadline of the clocks that run towards a limit; the queue's order."""
        return min((one.due_at for one in self._limited if one.due_at is not None), default=None)

    @property
    def next_warn_at(self) -> datetime | None:
        """The earlier warning point of those that do not wait; from then on the ticket is due soon."""
        running = [one for one in self._limited if one.state == "running"]
        return min((one.warn_at for one in running if one.warn_at is not None), default=None)

    @property
    def _limited(self) -> list[ClockRecord]:
        return [one for one in (self.response, self.fix) if one.is_open and one.apart not in WITHOUT_STEPS]
