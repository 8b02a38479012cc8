"""Times in words: short and unambiguous to read, exact on demand, always in the reader's zone."""

import datetime as dt
from typing import NamedTuple

from django.utils import formats, timezone
from django.utils.translation import gettext as _

MINUTES_IN_HOUR = 60


class Moment(NamedTuple):
    """A time for the page: ``machine`` for the attribute, ``short`` to read, ``exact`` with its zone."""

    machine: str
    short: str
    exact: str


def zone_name() -> str:
    return str(timezone.get_current_timezone_name())


def moment(value: dt.date | dt.datetime) -> Moment:
    """Words for an aware instant, shown in Django's current time zone, or for a local date.

    The year appears when it is not the present one. Raises ValueError for a naive instant.
    """
    if not isinstance(value, dt.datetime):
        return _day(value)
    if timezone.is_naive(value):
        raise ValueError("An instant must carry its time zone")
    local = timezone.localtime(value)
    # Translators: a day and a time in Django's date format letters, for example 'Mon 23 Nov 08:30'
    pattern = _("D j M H:i") if local.year == timezone.localtime().year else _("D j M Y H:i")
    exact = _("%(day)s at %(time)s %(zone)s (%(place)s)") % {
        "day": formats.date_format(local, "l j F Y"),
        "time": formats.date_format(local, "H:i:s"),
        "zone": local.tzname(),
        "place": zone_name(),
    }
    return Moment(local.isoformat(timespec="seconds"), formats.date_format(local, pattern), exact)


def _day(value: dt.date) -> Moment:
    # Translators: a day in Django's date format letters, for example 'Mon 23 Nov'
    pattern = _("D j M") if value.year == timezone.localdate().year else _("D j M Y")
    return Moment(
        value.isoformat(), formats.date_format(value, pattern), formats.date_format(value, "l j F Y")
    )


def hours_minutes(minutes: int) -> str:
    """A length in minutes as people write it: '45 min', '2 h', '1 h 12'. A negative length loses its sign."""
    hours, rest = divmod(abs(int(minutes)), MINUTES_IN_HOUR)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}


def working_time(minutes: int) -> str:
    """A length of working time in minutes: '1 h 12 of working time'."""
    return _("%(length)s of working time") % {"length": hours_minutes(minutes)}
