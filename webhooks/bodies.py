"""What is told of an event: JSON whose parts have the names and the meaning that they have in the API.

By default ids, references, states, levels, deadlines and links, and not a word that somebody wrote, nor a name of
anybody at a school: it leaves for a program that we do not know, and may concern children.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from accounts.models import Customer, Person, Provider
from quotes.models import Quote
from quotes.references import quote_reference
from sla.models import Clock, ServiceLevel
from tickets.changes import Standing
from tickets.models import Message, Ticket
from tickets.references import ticket_reference
from webhooks.models import Endpoint

Part = dict[str, Any]
# What `ticket_part` reads, for select_related.
TICKET_ROWS = (
    "customer",
    "requester",
    "assignee",
    "team",
    "level",
    "category",
    "response_clock",
    "fix_clock",
)


def tells_words(endpoint: Endpoint, ticket: Ticket | None) -> bool:
    """Whether names and texts go along. The one place that decides it, for each ticket and each endpoint.

    A confidential ticket's words go to named people only, never to a program (Rule T6).
    """
    return endpoint.with_words and not (ticket is not None and ticket.is_confidential)


def body_of(*, event_id: str, event: str, at: datetime, provider: Provider, data: Mapping[str, Any]) -> str:
    """The whole of a delivery. `at` (aware) is written with the offset of the provider's zone."""
    whole = {
        "id": event_id,
        "type": event,
        "occurred_at": _instant(at, provider),
        "provider": {"slug": provider.slug, "name": provider.name},
        "data": data,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def ticket_ids(ticket: Ticket, provider: Provider) -> Part:
    """Which ticket it is, and where whoever may see it finds the rest."""
    return {
        "number": ticket.number,
        "reference": ticket_reference(provider, ticket.number),
        "version": ticket.version,
        "links": {
            "desk": settings.BASE_URL + ticket.desk_path(provider.slug),
            "api": settings.BASE_URL + reverse("api:tickets-detail", args=[ticket.number]),
        },
    }


def ticket_part(ticket: Ticket, provider: Provider, *, words: bool) -> Part:
    """A ticket as the API shows it, in short."""
    part: Part = {
        **ticket_ids(ticket, provider),
        "state": ticket.state,
        "closed_as": ticket.closed_as,
        "is_confidential": ticket.is_confidential,
        "channel": ticket.channel,
        "customer": _customer(ticket.customer),
        "requester": _person(ticket.requester, words=words),
        "assignee": _person(ticket.assignee, words=words),
        "team": ticket.team.name if ticket.team else None,
        "level": {"key": ticket.level.key, "name": ticket.level.name, "rank": ticket.level.rank},
        "category": ticket.category.key if ticket.category else None,
        "escalation_level": ticket.escalation_level,
        "logged_at": _instant(ticket.logged_at, provider),
        "promise_at": _instant(ticket.promise_at, provider),
        "fixed_at": _instant(ticket.fixed_at, provider),
        "closed_at": _instant(ticket.closed_at, provider),
        "updated_at": _instant(ticket.updated_at, provider),
        "response_clock": _clock(ticket.response_clock, provider),
        "fix_clock": _clock(ticket.fix_clock, provider),
    }
    return {**part, "subject": ticket.subject} if words else part


def message_part(message: Message, provider: Provider, *, words: bool) -> Part:
    """A message from or to the school."""
    part: Part = {
        "id": message.pk,
        "direction": message.direction,
        "channel": message.channel,
        "author": _person(message.author, words=words),
        "at": _instant(message.at, provider),
        "is_automatic": message.is_automatic,
    }
    return {**part, "text": message.text} if words else part


def previous_part(before: Standing, ticket: Ticket) -> Part:
    """What has changed, as it was."""
    part: Part = {}
    if before.state != ticket.state:
        part["state"] = before.state
    if before.level_id != ticket.level_id:
        part["level"] = {"key": ServiceLevel.objects.get(pk=before.level_id).key}
    if before.assignee_id != ticket.assignee_id:
        part["assignee"] = {"id": before.assignee_id} if before.assignee_id else None
    if before.escalation_level != ticket.escalation_level:
        part["escalation_level"] = before.escalation_level
    return part


def step_part(clock: Clock, *, at: datetime, is_late: bool, provider: Provider) -> Part:
    """A warning or a miss; `fell_due_at` lies before the event where it came late, after an outage."""
    return {"kind": clock.kind, "fell_due_at": _instant(at, provider), "is_late": is_late}


def quote_part(quote: Quote, ticket: Ticket | None, provider: Provider, *, words: bool) -> Part:
    """A quote without its lines and prices."""
    part: Part = {
        "number": quote.number,
        "reference": quote_reference(provider, quote),
        "state": quote.state,
        "customer": _customer(quote.customer),
        "ticket": ticket_reference(provider, ticket.number) if ticket else None,
        "sent_at": _instant(quote.sent_at, provider),
        "valid_until": quote.valid_until.isoformat() if quote.valid_until else None,
        "decided_at": _instant(quote.decided_at, provider),
        "links": {"desk": settings.BASE_URL + reverse("quotes:quote", args=[provider.slug, quote.pk])},
    }
    return {**part, "subject": quote.subject} if words else part


def _customer(customer: Customer) -> Part:
    return {"slug": customer.slug, "name": customer.name}


def _person(person: Person | None, *, words: bool) -> Part | None:
    if person is None:
        return None
    return {"id": person.pk, "name": person.name} if words else {"id": person.pk}


def _clock(clock: Clock | None, provider: Provider) -> Part | None:
    if clock is None:
        return None
    return {
        "kind": clock.kind,
        "state": clock.state,
        "apart": clock.apart,
        "started_at": _instant(clock.started_at, provider),
        "allowance_minutes": clock.allowance_minutes,
        "warn_at": _instant(clock.warn_at, provider),
        "due_at": _instant(clock.due_at, provider),
        "ended_at": _instant(clock.ended_at, provider),
    }


def _instant(at: datetime | None, provider: Provider) -> str | None:
    return at.astimezone(ZoneInfo(provider.time_zone)).isoformat(timespec="seconds") if at else None
