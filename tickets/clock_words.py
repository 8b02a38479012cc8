"""Instants as we promise them to schools."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def clock_time(at: datetime) -> str:
    """An instant in unambiguous words in the active time zone: 'Monday 23 November 2026 at 08:30'."""
    local = timezone.localtime(at)
    return _("%(day)s at %(time)s") % {
        "day": date_format(local, "l j F Y"),
        "time": date_format(local, "H:i"),
    }
