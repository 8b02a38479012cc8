"""Writes a told history into the database, in batches, inside the provider's scope. No mail is made."""

from collections.abc import Iterator, Sequence
from itertools import chain

from accounts.tenancy.scope import current_scope
from demo.records import ClockRecord, TicketRecord
from demo.writing import as_json, ids_reserve, plans_by_index, rows_write
from sla.models import Clock, ClockEvent, ClockPause
from tickets.models import BreachReason, CallBack, Escalation, Explanation, Message, Ticket
from tickets.services.opening import ticket_numbers

_CLOCK = [
    "id",
    "provider_id",
    "customer_id",
    "kind",
    "level_id",
    "state",
    "apart",
    "started_at",
    "allowance_minutes",
    "target_percent",
    "warn_percent",
    "pausable_for",
    "calendar_id",
    "calendar_version_id",
    "due_at",
    "warn_at",
    "due_without_pauses_at",
    "generation",
    "warned_at",
    "breached_at",
    "ended_at",
    "previous_id",
    "wake_at",
    "failures",
    "last_failure",
]
_EVENT = [
    "provider_id",
    "customer_id",
    "clock_id",
    "kind",
    "at",
    "generation",
    "due_at",
    "cause",
    "is_late",
    "actor_id",
    "data",
]
_PAUSE = ["provider_id", "customer_id", "clock_id", "waiting_for", "reason", "starts_at", "ends_at"]
_TICKET = [
    "id",
    "provider_id",
    "customer_id",
    "number",
    "subject",
    "channel",
    "category_id",
    "requester_id",
    "contract_id",
    "level_id",
    "state",
    "team_id",
    "assignee_id",
    "escalation_level",
    "response_clock_id",
    "fix_clock_id",
    "next_due_at",
    "next_warn_at",
    "logged_at",
    "fixed_at",
    "closed_at",
    "closed_as",
    "waiting_reason",
    "last_message_at",
    "last_message_is_ours",
    "promise_at",
    "version",
    "updated_at",
    "is_confidential",
]
_MESSAGE = [
    "id",
    "provider_id",
    "customer_id",
    "ticket_id",
    "direction",
    "channel",
    "author_id",
    "at",
    "text",
    "quoted_text",
    "html",
    "is_automatic",
    "is_first_response",
    "message_id",
]
_ESCALATION = [
    "provider_id",
    "customer_id",
    "ticket_id",
    "from_stage",
    "to_stage",
    "trigger",
    "reason",
    "actor_id",
    "at",
]
_REASON = ["provider_id", "customer_id", "clock_id", "cause", "words", "by_id", "at"]
_EXPLANATION = [
    "provider_id",
    "customer_id",
    "ticket_id",
    "clock_id",
    "generation",
    "draft",
    "created_at",
    "dismissed_at",
    "confirmed_by_id",
    "message_id",
]
_CALL_BACK = [
    "provider_id",
    "customer_id",
    "ticket_id",
    "person_id",
    "technician_id",
    "phone",
    "agreed_at",
    "done_at",
    "outcome",
    "wake_at",
    "failures",
    "last_failure",
]
Row = Sequence[object]


def tickets_write(tickets: Sequence[TicketRecord]) -> None:
    """Store tickets in the order in which they are numbered, with all that hangs on them."""
    if not tickets:
        return
    plans_by_index()
    clocks = [clock for ticket in tickets for clock in ticket.clocks]
    messages = [message for ticket in tickets for message in ticket.messages]
    for clock, key in zip(clocks, ids_reserve(Clock, len(clocks)), strict=True):
        clock.id = key
    for message, key in zip(messages, ids_reserve(Message, len(messages)), strict=True):
        message.id = key
    ids = ids_reserve(Ticket, len(tickets))
    for ticket, key, number in zip(tickets, ids, ticket_numbers(len(tickets)), strict=True):
        ticket.id, ticket.number = key, number
    provider = current_scope().provider_id
    rows_write(Clock, _CLOCK, (_clock_row(provider, clock) for clock in clocks))
    rows_write(Ticket, _TICKET, (_ticket_row(provider, ticket) for ticket in tickets))
    rows_write(Message, _MESSAGE, _message_rows(provider, tickets))
    rows_write(ClockEvent, _EVENT, _event_rows(provider, clocks))
    rows_write(ClockPause, _PAUSE, _pause_rows(provider, clocks))
    rows_write(Escalation, _ESCALATION, _escalation_rows(provider, tickets))
    rows_write(BreachReason, _REASON, _reason_rows(provider, tickets))
    rows_write(Explanation, _EXPLANATION, _explanation_rows(provider, tickets))
    rows_write(CallBack, _CALL_BACK, _call_back_rows(provider, tickets))


def _clock_row(provider: int, clock: ClockRecord) -> Row:
    terms = clock.terms
    return (
        clock.id, provider, clock.customer_id, clock.kind, terms.level_id, clock.state, clock.apart, clock.started_at,
        clock.allowance_minutes, terms.target_percent, terms.warn_percent,
        [] if clock.kind == "response" else list(terms.pausable_for), terms.calendar_id, terms.version_id,
        clock.due_at, clock.warn_at, clock.due_without_pauses_at, clock.generation, clock.warned_at,
        clock.breached_at, clock.ended_at, clock.previous.id if clock.previous else None, clock.wake_at, 0, "",
    )  # fmt: skip


def _event_rows(provider: int, clocks: Sequence[ClockRecord]) -> Iterator[Row]:
    for event in chain.from_iterable(clock.events for clock in clocks):
        clock = event.clock
        yield (
            provider, clock.customer_id, clock.id, event.kind, event.at, event.generation, event.due_at,
            event.cause, False, event.actor_id, as_json(event.data),
        )  # fmt: skip


def _pause_rows(provider: int, clocks: Sequence[ClockRecord]) -> Iterator[Row]:
    for one in chain.from_iterable(clock.pauses for clock in clocks):
        clock = one.clock
        yield (provider, clock.customer_id, clock.id, one.waiting_for, one.reason, one.starts_at, one.ends_at)


def _ticket_row(provider: int, ticket: TicketRecord) -> Row:
    last = [one for one in ticket.messages if one.direction in {"in", "out"}][-1]
    return (
        ticket.id, provider, ticket.school.customer_id, ticket.number, ticket.subject, ticket.channel,
        ticket.category_id, ticket.requester.person_id, ticket.agreement.contract_id, ticket.level_id, ticket.state,
        ticket.school.team_id, ticket.assignee.person_id if ticket.assignee else None, ticket.escalation_level,
        ticket.response.id, ticket.fix.id, ticket.next_due_at, ticket.next_warn_at, ticket.logged_at,
        ticket.fixed_at, ticket.closed_at, ticket.closed_as, ticket.waiting_reason,
        last.at, last.direction == "out", ticket.promise_at, ticket.version,
        ticket.closed_at or last.at, False,
    )  # fmt: skip


def _message_rows(provider: int, tickets: Sequence[TicketRecord]) -> Iterator[Row]:
    for ticket in tickets:
        for one in ticket.messages:
            yield (
                one.id, provider, ticket.school.customer_id, ticket.id, one.direction, one.channel, one.author_id,
                one.at, one.text, "", "", one.is_automatic, one.is_first_response, one.message_id,
            )  # fmt: skip


def _escalation_rows(provider: int, tickets: Sequence[TicketRecord]) -> Iterator[Row]:
    for ticket in tickets:
        for one in ticket.escalations:
            yield (
                provider, ticket.school.customer_id, ticket.id, one.from_stage, one.to_stage, one.trigger,
                one.reason, one.actor_id, one.at,
            )  # fmt: skip


def _reason_rows(provider: int, tickets: Sequence[TicketRecord]) -> Iterator[Row]:
    for ticket in tickets:
        for one in ticket.reasons:
            yield (provider, ticket.school.customer_id, one.clock.id, one.cause, one.words, one.by_id, one.at)


def _explanation_rows(provider: int, tickets: Sequence[TicketRecord]) -> Iterator[Row]:
    for ticket in tickets:
        for one in ticket.explanations:
            yield (
                provider, ticket.school.customer_id, ticket.id, one.clock.id, one.generation, one.draft,
                one.created_at, one.dismissed_at, one.confirmed_by_id, one.message.id if one.message else None,
            )  # fmt: skip


def _call_back_rows(provider: int, tickets: Sequence[TicketRecord]) -> Iterator[Row]:
    for ticket in tickets:
        for one in ticket.call_backs:
            yield (
                provider, ticket.school.customer_id, ticket.id, one.person.person_id, one.technician_id,
                one.person.phone, one.agreed_at, one.done_at, "reached" if one.done_at else "", one.wake_at, 0, "",
            )  # fmt: skip
