"""The style guide: every component on one page with sample data."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from concero_desk.ui import status

LONDON = ZoneInfo("Europe/London")
NAVIGATION = (
    (_("Home"), "house", "", False),
    (_("Queue"), "inbox", "23", True),
    (_("Visits"), "calendar-days", "4", False),
    (_("Call-backs"), "phone", "2", False),
    (_("Schools"), "school", "", False),
    (_("Reports"), "chart-column", "", False),
    (_("Settings"), "settings", "", False),
)
QUEUE_COLUMNS = ("ref", "subject", "school", "unread", "package", "left", "level", "badge", "words")
QUEUE: tuple[tuple[Any, ...], ...] = (
    (
        *("CD-1042", _("Projector in room 12 is pink"), "Oakfield Primary", True),
        *(_("Full Managed"), "", "high", "due_soon", _("Reply due Mon 08:30")),
    ),
    (
        *("CD-1040", _("Nobody can reach the MIS"), "St Anne's", False),
        *(_("On-Demand"), _("3 visits left"), "urgent", "missed", _("Fix missed by 40 min")),
    ),
    (
        *("CD-1031", _("New starter: laptop and account"), "Hill Road Academy", False),
        *(_("Scheduled"), _("12 of 23 visits left"), "low", "outside_hours", _("Resumes Mon 08:00")),
    ),
)


class SampleForm(forms.Form):
    """One field of every kind."""

    subject = forms.CharField(label=_("What is wrong?"), help_text=_("A few words, as you would say it."))
    email = forms.EmailField(label=_("Your e-mail address"), required=False)
    level = forms.ChoiceField(
        label=_("Who is affected?"),
        widget=forms.RadioSelect,
        choices=[("urgent", _("The whole school")), ("high", _("Several rooms")), ("low", _("One person"))],
    )
    room = forms.ChoiceField(label=_("Room"), choices=[("", _("Choose a room")), ("12", "Room 12")])
    tags = forms.MultipleChoiceField(
        label=_("Devices"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("projector", _("Projector")), ("laptop", _("Laptop"))],
    )
    needed = forms.DateField(
        label=_("Needed by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(label=_("Tell us more"), widget=forms.Textarea, required=False)
    photo = forms.FileField(label=_("Photo"), required=False)
    copy = forms.BooleanField(label=_("Send me a copy"), required=False)


class FilterForm(forms.Form):
    """What a filter bar looks like."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("Open")), ("closed", _("Closed"))],
    )


def _at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def _strips() -> list[dict[str, Any]]:
    week = [(_at(day, 8), _at(day, 16, 30)) for day in (20, 23, 24)]
    festive = [
        (_at(22, 8, 0, 12), _at(22, 16, 30, 12)),
        (_at(23, 8, 0, 12), _at(23, 16, 30, 12)),
        (dt.datetime(2027, 1, 4, 8, tzinfo=LONDON), dt.datetime(2027, 1, 4, 16, 30, tzinfo=LONDON)),
    ]
    return [
        {
            "id": "strip-running",
            "start": _at(20, 8),
            "end": _at(24, 16, 30),
            "started": _at(20, 14),
            "due": _at(24, 11),
            "now": _at(23, 12, 30),
            "open": week,
            "pauses": [(_at(23, 9), _at(23, 10, 30), _("waiting for the school"))],
        },
        {
            "id": "strip-closure",
            "start": _at(22, 8, 0, 12),
            "end": festive[-1][1],
            "started": _at(23, 15, 0, 12),
            "due": festive[-1][0] + dt.timedelta(hours=1),
            "now": festive[-1][0] + dt.timedelta(hours=4),
            "open": festive,
            "closures": [
                (_at(24, 0, 0, 12), dt.datetime(2027, 1, 2, tzinfo=LONDON), _("Christmas shutdown"))
            ],
        },
    ]


def _charts() -> list[dict[str, Any]]:
    quarters = ["Q4 2025", "Q1 2026", "Q2 2026", "Q3 2026"]
    return [
        {
            "id": "chart-kept",
            "kind": "line",
            "title": _("Promises kept"),
            "summary": _("Fixes were below 95 % in one of four quarters."),
            "unit": " %",
            "categories": quarters,
            "series": [
                {"name": _("Reply"), "values": [97, 98, 96, 99]},
                {"name": _("Fix"), "values": [95, 88, 96, 97]},
            ],
            "minimum": 80,
            "maximum": 100,
            "target": 95,
            "target_label": _("95 % promised"),
        },
        {
            "id": "chart-volume",
            "kind": "bar",
            "title": _("Tickets by quarter"),
            "categories": quarters,
            "series": [
                {"name": _("Logged"), "values": [42, 57, 38, 61]},
                {"name": _("Solved"), "values": [40, 55, 41, None]},
            ],
        },
    ]


def _conversation() -> list[dict[str, Any]]:
    return [
        {
            "kind": "theirs",
            "author": "Amina Shah",
            "channel": _("E-mail"),
            "at": _at(20, 16),
            "text": "The projector in room 12 shows a pink picture since lunch.\nCan somebody have a look?",
            "quoted": "On Thursday you wrote: the lamp was replaced.",
            "attachments": [{"url": "#photo", "name": "room-12.jpg", "size": "412 KB"}],
        },
        {
            "kind": "note",
            "author": "Tom Reed",
            "at": _at(23, 8, 5),
            "text": "Same unit as in March: the VGA lead. Take a spare on Tuesday.",
        },
        {
            "kind": "ours",
            "author": "Tom Reed",
            "channel": _("E-mail"),
            "at": _at(23, 8, 20),
            "text": "Good morning Amina. We think it is the lead and will bring a new one tomorrow at 09:00.",
        },
    ]


def _month(name: Any, logged: int, kept: str) -> list[Any]:
    return [
        name,
        {"label": _("Logged"), "value": logged, "numeric": True},
        {"label": _("Kept"), "value": kept},
    ]


def _context(request: HttpRequest) -> dict[str, Any]:
    broken = SampleForm({"broken-email": "not an address"}, prefix="broken")
    return {
        "navigation": [
            {"label": label, "icon": icon, "url": "#main", "count": count, "current": current}
            for label, icon, count, current in NAVIGATION
        ],
        "tokens": ["canvas", "surface", "text", "accent", "ok", "soon", "danger", "waiting", "closed"],
        "badges": status.BADGES.items(),
        "levels": status.LEVELS,
        "notices": status.NOTICES,
        "form": SampleForm(),
        "broken": broken,
        "filter_form": FilterForm(request.GET or None),
        "strips": _strips(),
        "charts": _charts(),
        "conversation": _conversation(),
        "moment": _at(23, 8, 30),
        "far_moment": dt.datetime(2027, 1, 4, 14, 30, tzinfo=LONDON),
        "day": dt.date(2026, 11, 24),
        "tabs": [
            {"label": _("All"), "url": "#tabs", "count": 23, "current": True},
            {"label": _("Due soon"), "url": "#tabs-soon", "count": 4},
            {"label": _("Missed"), "url": "#tabs-missed", "count": 1},
        ],
        "columns": [{"label": _("Month")}, {"label": _("Logged"), "numeric": True}, {"label": _("Kept")}],
        "rows": [_month(_("October"), 21, "95 %"), _month(_("November"), 17, "94 %")],
        "queue": [dict(zip(QUEUE_COLUMNS, row, strict=True)) for row in QUEUE],
        "facts": [
            {"term": _("School"), "value": "Oakfield Primary"},
            {"term": _("Package"), "value": "Full Managed", "note": _("version 3.2, May 2021")},
            {"term": _("Nominated contact"), "value": "Amina Shah"},
        ],
    }


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components of the design system. Only mounted while developing."""
    messages.success(request, _("The reply was sent to Amina Shah."))
    return render(request, "styleguide.html", _context(request))
