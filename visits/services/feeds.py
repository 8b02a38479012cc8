"""Addresses of calendar feeds: made when somebody first asks for one, and made anew so that the old one is dead."""

from django.db import transaction

from accounts.models import Customer, Person
from accounts.services import audit_record
from visits.models import CalendarFeed


@transaction.atomic
def feed_make(*, engineer: Person | None = None, customer: Customer | None = None) -> CalendarFeed:
    """The feed of an engineer or of a school, which has one for good."""
    made, is_new = CalendarFeed.objects.get_or_create(engineer=engineer, customer=customer)
    feed: CalendarFeed = made
    if is_new:
        audit_record(action="calendar_feed.made", target=feed)
    return feed


@transaction.atomic
def feed_renew(*, feed: CalendarFeed) -> CalendarFeed:
    """Another address for the feed; whoever has the old one reads nothing more."""
    feed = CalendarFeed.objects.select_for_update().get(pk=feed.pk)
    feed.generation += 1
    feed.save()
    audit_record(
        action="calendar_feed.renewed",
        target=feed,
        changes={"generation": (feed.generation - 1, feed.generation)},
    )
    return feed
