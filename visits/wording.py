"""Times of visits in words, in the provider's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from visits.models import Visit


def day_words(day: date) -> str:
    """'Mon 23 Nov 2026'."""
    return date_format(day, "D j M Y")


def span_words(starts_at: datetime, ends_at: datetime, time_zone: str) -> str:
    """'Mon 23 Nov 2026, 08:30 to 10:30'."""
    zone = ZoneInfo(time_zone)
    starts, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    return _("%(day)s, %(starts)s to %(ends)s") % {
        "day": day_words(starts.date()),
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
    }


def visit_words(visit: Visit, time_zone: str) -> str:
    """When a visit takes place."""
    return span_words(visit.starts_at, visit.ends_at, time_zone)
