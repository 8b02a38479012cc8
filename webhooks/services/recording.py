"""Writing down what endpoints are to be told, in the transaction in which it happens (Rule S14)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import Provider
from accounts.tenancy.memory import current_provider, remembered
from accounts.tenancy.scope import as_provider, current_scope
from delivery.hints import hint
from quotes.models import QuoteStep, QuoteStepKind
from sla.steps import ClockStep
from tickets.changes import Happened, TicketEvent
from tickets.models import Ticket, TicketQuote
from tickets.references import ticket_reference
from webhooks import bodies
from webhooks.events import TEST, EventType
from webhooks.models import Delivery, Endpoint, EndpointState

QUEUE_NAME = "webhooks"
EVENTS = {
    Happened.OPENED: EventType.TICKET_OPENED,
    Happened.SAID: EventType.MESSAGE_ADDED,
    Happened.CHANGED: EventType.TICKET_CHANGED,
    Happened.FIXED: EventType.TICKET_FIXED,
    Happened.CLOSED: EventType.TICKET_CLOSED,
}
STEPS = {"warned": EventType.CLOCK_WARNED, "breached": EventType.CLOCK_BREACHED}
QUOTES = {
    QuoteStepKind.SENT: EventType.QUOTE_SENT,
    QuoteStepKind.ACCEPTED: EventType.QUOTE_ANSWERED,
    QuoteStepKind.DECLINED: EventType.QUOTE_ANSWERED,
}


def tickets_told(events: Sequence[TicketEvent]) -> None:
    """What has happened on tickets, each for the endpoints that asked for it."""
    with _listeners() as endpoints:
        if not endpoints:
            return
        ids = {event.ticket.pk for event in events}
        tickets = Ticket.objects.select_related(*bodies.TICKET_ROWS).in_bulk(ids)
        rows: list[Delivery] = []
        for event in events:
            ticket = tickets[event.ticket.pk]
            data = partial(_told, event, ticket)
            rows += _rows(endpoints, EVENTS[event.kind], at=event.at, ticket=ticket, data=data)
        _store(rows)


def clock_told(step: ClockStep) -> None:
    """A warning or a miss of a ticket's clock."""
    with _listeners() as endpoints:
        rows = Ticket.objects.select_related(*bodies.TICKET_ROWS) if endpoints else Ticket.objects.none()
        ticket = rows.filter(Q(response_clock=step.clock) | Q(fix_clock=step.clock)).first()
        if ticket is None:
            return

        def data(provider: Provider, words: bool) -> bodies.Part:
            clock = bodies.step_part(step.clock, at=step.at, is_late=step.is_late, provider=provider)
            return {"ticket": bodies.ticket_part(ticket, provider, words=words), "clock": clock}

        _store(_rows(endpoints, STEPS[step.kind], at=step.now, ticket=ticket, data=data))


def quote_told(step: QuoteStep) -> None:
    """A quote that went to the school, or the school's answer to it."""
    event = QUOTES.get(QuoteStepKind(step.kind))
    if event is None:
        return
    with _listeners() as endpoints:
        if not endpoints:
            return
        quote = step.quote
        link = TicketQuote.objects.select_related("ticket").filter(quote=quote).first()
        ticket = link.ticket if link else None

        def data(provider: Provider, words: bool) -> bodies.Part:
            return {"quote": bodies.quote_part(quote, ticket, provider, words=words)}

        customer_id = quote.customer_id
        _store(_rows(endpoints, event, at=step.at, ticket=ticket, customer_id=customer_id, data=data))


def test_record(endpoint: Endpoint) -> Delivery:
    """An event that tells nothing, to see whether it arrives."""
    provider = current_provider()
    row = _row(
        endpoint, TEST, _new_id(), timezone.now(), provider, {"message": f"Hello from {provider.name}."}
    )
    row.save()
    hint(QUEUE_NAME, row)
    return row


@contextmanager
def _listeners() -> Iterator[list[Endpoint]]:
    """The provider's own view with its endpoints that are on: somebody of a school sees none, and makes things happen.

    The staff's scope serves as it is: without endpoints an event costs one query.
    """
    with nullcontext() if current_scope().is_staff else as_provider():
        yield remembered("webhooks.endpoints", lambda: list(Endpoint.objects.filter(state=EndpointState.ON)))


def _told(event: TicketEvent, ticket: Ticket, provider: Provider, words: bool) -> bodies.Part:
    data: bodies.Part = {"ticket": bodies.ticket_part(ticket, provider, words=words)}
    if event.message is not None:
        data["message"] = bodies.message_part(event.message, provider, words=words)
    if event.before is not None:
        data["previous"] = bodies.previous_part(event.before, ticket)
    return data


def _rows(
    endpoints: Sequence[Endpoint],
    event: EventType,
    *,
    at: datetime,
    ticket: Ticket | None,
    data: Callable[[Provider, bool], bodies.Part],
    customer_id: int | None = None,
) -> list[Delivery]:
    """Rows, not yet stored, for the endpoints that asked for such events of this school, all with the same id."""
    of = ticket.customer_id if ticket else customer_id
    asked = [one for one in endpoints if event in one.events and one.only_customer_id in {None, of}]
    if not asked:
        return []
    provider, event_id = current_provider(), _new_id()
    about = ticket_reference(provider, ticket.number) if ticket else ""
    parts: dict[bool, bodies.Part] = {}
    rows = []
    for endpoint in asked:
        words = bodies.tells_words(endpoint, ticket)
        if words not in parts:
            parts[words] = data(provider, words)
        rows.append(_row(endpoint, event, event_id, at, provider, parts[words], about))
    return rows


def _store(rows: Sequence[Delivery]) -> None:
    """Keep the rows; a worker looks at once where an endpoint is not known to be failing."""
    there = _held({row.endpoint_id for row in rows}) if rows else set()
    kept = Delivery.objects.bulk_create(row for row in rows if row.endpoint_id in there)
    healthy = [row for row in kept if row.endpoint.misses == 0]
    if healthy:
        hint(QUEUE_NAME, healthy[0])


def _held(ids: set[int]) -> set[int]:
    """The endpoints that are still there, and that nobody can remove before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM webhooks_endpoint WHERE id = ANY(%s) FOR KEY SHARE", [list(ids)])
        return {key for (key,) in cursor.fetchall()}


def _row(
    endpoint: Endpoint,
    event: str,
    event_id: str,
    at: datetime,
    provider: Provider,
    data: dict[str, Any],
    about: str = "",
) -> Delivery:
    body = bodies.body_of(event_id=event_id, event=event, at=at, provider=provider, data=data)
    return Delivery(
        endpoint=endpoint,
        event_id=event_id,
        event=event,
        about=about,
        occurred_at=at,
        body=body,
        wake_at=timezone.now(),
    )


def _new_id() -> str:
    return f"evt_{uuid4().hex}"
