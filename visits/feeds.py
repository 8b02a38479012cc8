"""Visits as iCalendar (RFC 5545): signed addresses, and what stands in a feed. No pupil, no ticket, no reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.db import connection
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from accounts.models import Provider
from accounts.tenancy.scope import Scope
from visits.models import TAKES_ENGINEER, CalendarFeed, Visit

KEEPS = timedelta(days=92)  # how long a feed shows what is over
REFRESH = timedelta(hours=1)
PRODUCT = "-//Concero Desk//Visits//EN"
_signer = signing.Signer(sep=".", salt="visits.calendar-feed")


@dataclass(frozen=True, slots=True)
class FeedAsked:
    """A feed that stands behind an address; of a school where `customer_id` is given, else of an engineer."""

    provider_id: int
    feed_id: int
    customer_id: int | None
    engineer_id: int | None

    def scope(self) -> Scope:
        """What its reader may see: one school, or the visits that staff see."""
        customers = None if self.customer_id is None else frozenset({self.customer_id})
        return Scope(provider_id=self.provider_id, customers=customers)


def feed_token(feed: CalendarFeed) -> str:
    """What the address of a feed carries."""
    return _signer.sign(f"{feed.pk}-{feed.generation}")


def feed_asked(provider_id: int, token: str) -> FeedAsked | None:
    """The feed behind a token at a provider; None for one that was forged, revoked, or is of somebody who has left."""
    try:
        pk, generation = map(int, _signer.unsign(token).split("-"))
    except (signing.BadSignature, ValueError):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT provider_id, id, customer_id, engineer_id FROM visits_feed(%s, %s, %s)",
            [provider_id, pk, generation],
        )
        row = cursor.fetchone()
    return FeedAsked(*row) if row else None


def feed_calendar(asked: FeedAsked, provider: Provider, host: str, *, now: datetime) -> bytes:
    """The feed as a file, inside the scope of `asked`."""
    rows = Visit.objects.filter(ends_at__gt=now - KEEPS).select_related("customer", "engineer")
    if asked.customer_id is not None:
        rows, name = rows.filter(customer_id=asked.customer_id), _("Visits by %(name)s")
    else:
        rows, name = rows.filter(engineer_id=asked.engineer_id), _("School visits (%(name)s)")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name % {"name": provider.name})
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for event in _events(rows.order_by("starts_at", "id"), asked, host):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(visits: Iterable[Visit], asked: FeedAsked, host: str) -> Iterable[Event]:
    for visit in visits:
        event = Event()
        event.add("uid", f"visit-{visit.pk}@{host}")
        event.add("sequence", visit.sequence)
        event.add("dtstamp", visit.changed_at)
        event.add("last-modified", visit.changed_at)
        # In UTC: a reader in any zone shows the right time, also across a change of the clocks.
        event.add("dtstart", visit.starts_at.astimezone(UTC))
        event.add("dtend", visit.ends_at.astimezone(UTC))
        event.add("summary", _summary(visit, of_school=asked.customer_id is not None))
        event.add("location", ", ".join(visit.customer.address.split("\n")) or visit.customer.name)
        event.add("status", "CONFIRMED" if visit.state in TAKES_ENGINEER else "CANCELLED")
        event.add("transp", "OPAQUE" if visit.state in TAKES_ENGINEER else "TRANSPARENT")
        yield event


def _summary(visit: Visit, *, of_school: bool) -> str:
    words = _("%(kind)s: %(engineer)s") if of_school else _("%(school)s: %(kind)s")
    return words % {
        "kind": visit.get_kind_display(),
        "engineer": visit.engineer.name,
        "school": visit.customer.name,
    }
