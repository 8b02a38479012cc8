"""The words, icons and tones of states: one table, so that a state looks the same on every page."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Look(NamedTuple):
    """How a state is shown: ``tone`` picks the colours in static/css/status.css, icon and word say it."""

    tone: str
    icon: str
    word: str | Promise


BADGES = {
    "due": Look("neutral", "clock", _("Due")),
    "due_soon": Look("soon", "clock-alert", _("Due soon")),
    "met": Look("ok", "circle-check", _("Met")),
    "missed": Look("danger", "octagon-alert", _("Missed")),
    "exempt": Look("plain", "circle-slash", _("Exempt")),
    "running": Look("info", "timer", _("Running")),
    "waiting": Look("waiting", "hourglass", _("Waiting")),
    "paused": Look("waiting", "circle-pause", _("Paused")),
    "outside_hours": Look("closed", "moon", _("Outside hours")),
    "stopped": Look("plain", "circle-stop", _("Stopped")),
    "no_visit": Look("soon", "calendar-x", _("No visit booked")),
    "callout": Look("danger", "siren", _("Callout")),
    "complaint": Look("danger", "flag", _("Complaint")),
    "review": Look("soon", "microscope", _("In review")),
    "confidential": Look("waiting", "lock", _("Confidential")),
    "third_party": Look("closed", "handshake", _("Third party")),
    "update_due": Look("soon", "megaphone", _("Update due")),
    "no_owner": Look("soon", "user-round-x", _("No owner")),
    "in_lieu": Look("info", "repeat-2", _("In lieu")),
    "ok": Look("ok", "circle-check", _("OK")),
    "info": Look("info", "info", _("Note")),
    "warning": Look("soon", "triangle-alert", _("Please check")),
    "problem": Look("danger", "octagon-alert", _("Problem")),
    "neutral": Look("neutral", "circle-dot", _("Open")),
    "plain": Look("plain", "circle", _("None")),
}

LEVELS = {
    "urgent": Look("danger", "chevrons-up", _("Urgent")),
    "high": Look("soon", "chevron-up", _("High")),
    "medium": Look("neutral", "equal", _("Medium")),
    "low": Look("plain", "chevron-down", _("Low")),
}

NOTICES = {
    "info": Look("info", "info", _("Note")),
    "success": Look("ok", "circle-check", _("Done")),
    "warning": Look("soon", "triangle-alert", _("Please check")),
    "error": Look("danger", "octagon-alert", _("Problem")),
}
