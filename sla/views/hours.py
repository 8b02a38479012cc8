"""Settings: opening hours of each calendar."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url
from sla.forms.calendars import HoursForm
from sla.models import BusinessCalendar, OpeningWindow
from sla.models.calendars import Weekday
from sla.selectors import calendars_of_hours
from sla.services.calendar_edits import calendar_change, calendar_create, opening_windows_set
from sla.views.previewing import change_previewed


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def calendar_list(request: HttpRequest) -> HttpResponse:
    """Each calendar with its week."""
    windows = Prefetch("windows", queryset=OpeningWindow.objects.order_by("weekday", "opens"))
    calendars = [
        {"calendar": calendar, "week": _week(calendar)}
        for calendar in calendars_of_hours().prefetch_related(windows)
    ]
    return settings_page(request, "sla/settings/calendars.html", {"calendars": calendars})


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def calendar_new(request: HttpRequest) -> HttpResponse:
    """A calendar for a contract with its own service window, or for another desk."""
    form = HoursForm(posted(request), initial={f"day_{day}": "08:00-16:30" for day in range(5)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        details = {name: data[name] for name in ("always_open", "nation", "keeps_closures")}
        try:
            calendar = calendar_create(name=data["name"], windows=form.windows(), **details)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The calendar %(name)s is made.") % {"name": calendar.name})
            return redirect(settings_url(request, "calendars"))
    return settings_form_page(
        request,
        form,
        heading=_("New calendar"),
        action=_("Make the calendar"),
        cancel_url=settings_url(request, "calendars"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def calendar_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other hours, after a look at the deadlines that they move."""
    calendar = get_object_or_404(calendars_of_hours(), pk=pk)
    windows = list(OpeningWindow.objects.filter(calendar=calendar))
    form = HoursForm(posted(request), initial=HoursForm.initial_of(calendar, windows))
    back = settings_url(request, "calendars")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        details = {name: data[name] for name in ("name", "always_open", "nation", "keeps_closures")}

        @transaction.atomic
        def change() -> None:
            row = BusinessCalendar.objects.get(pk=pk)
            opening_windows_set(calendar=row, windows=form.windows(), reason=data["reason"])
            calendar_change(calendar=row, reason=data["reason"], **details)

        try:
            return change_previewed(
                request,
                change,
                heading=_("Other hours for %(name)s") % {"name": calendar.name},
                done=_("The hours are saved."),
                next_url=back,
                back_url=settings_url(request, "calendar_edit", calendar.pk),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
    return settings_form_page(
        request, form, heading=calendar.name, action=_("Show what changes"), cancel_url=back
    )


def _week(calendar: BusinessCalendar) -> list[tuple[str, list[OpeningWindow]]]:
    rows = list(calendar.windows.all())
    return [(str(day.label), [row for row in rows if row.weekday == day.value]) for day in Weekday]
