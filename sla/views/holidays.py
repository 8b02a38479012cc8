"""Settings: the stored public holidays of each nation. They change only here, never with an upgrade (Rule S3)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models.organisations import Nation
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from sla.forms.calendars import FillForm, HolidayForm
from sla.models import PublicHoliday
from sla.services.calendar_edits import holiday_add, holiday_change, holiday_remove, holidays_fill
from sla.times import local_day
from sla.views.previewing import change_previewed


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def holiday_list(request: HttpRequest) -> HttpResponse:
    """The public holidays of one nation from this year on, and how far they are filled in."""
    tenant: Any = request
    year = local_day(timezone.now(), tenant.provider.time_zone).year
    asked = request.GET.get("nation", tenant.provider.nation)
    nation = asked if asked in Nation.values else Nation.ENGLAND_AND_WALES.value
    rows = list(PublicHoliday.objects.filter(nation=nation, day__year__gte=year).order_by("day"))
    last = max((row.day.year for row in rows), default=year - 1)
    tabs = [
        {"label": one.label, "url": f"?nation={one.value}", "current": one.value == nation} for one in Nation
    ]
    fill = FillForm(initial={"nation": nation, "first_year": last + 1, "last_year": last + 3})
    context = {"rows": rows, "tabs": tabs, "fill": fill, "last_year": last, "soon": last <= year}
    return settings_page(request, "sla/settings/holidays.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def holiday_fill(request: HttpRequest) -> HttpResponse:
    """Add what the package knows of some years; days that are stored stay as they are."""
    form = FillForm(posted(request))
    back = settings_url(request, "holidays")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        years = range(data["first_year"], data["last_year"] + 1)
        return change_previewed(
            request,
            lambda: holidays_fill(nation=data["nation"], years=years),
            heading=_("Fill in public holidays"),
            done=_("The public holidays of these years are filled in."),
            next_url=f"{back}?nation={data['nation']}",
            back_url=back,
        )
    return settings_form_page(
        request, form, heading=_("Fill in public holidays"), action=_("Show what changes"), cancel_url=back
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def holiday_new(request: HttpRequest) -> HttpResponse:
    """A public holiday that the list lacks, e.g. one proclaimed at short notice."""
    form = HolidayForm(posted(request), initial={"nation": request.GET.get("nation")})
    back = settings_url(request, "holidays")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            return change_previewed(
                request,
                lambda: holiday_add(**data),
                heading=data["name"],
                done=_("%(name)s is a public holiday now.") % {"name": data["name"]},
                next_url=f"{back}?nation={data['nation']}",
                back_url=settings_url(request, "holiday_new"),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
    return settings_form_page(
        request, form, heading=_("New public holiday"), action=_("Show what changes"), cancel_url=back
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def holiday_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Move or rename a public holiday."""
    holiday = get_object_or_404(PublicHoliday, pk=pk)
    initial = {"nation": holiday.nation, "day": holiday.day, "name": holiday.name}
    form = HolidayForm(posted(request), initial=initial)
    form.fields["nation"].disabled = True
    back = f"{settings_url(request, 'holidays')}?nation={holiday.nation}"
    if request.method == "POST" and form.is_valid():
        details = {name: form.cleaned_data[name] for name in ("day", "name", "reason")}
        try:
            return change_previewed(
                request,
                lambda: holiday_change(holiday=PublicHoliday.objects.get(pk=pk), **details),
                heading=holiday.name,
                done=_("Saved."),
                next_url=back,
                back_url=settings_url(request, "holiday_edit", holiday.pk),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
    return settings_form_page(
        request, form, heading=holiday.name, action=_("Show what changes"), cancel_url=back
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def holiday_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a day off the list."""
    holiday = get_object_or_404(PublicHoliday, pk=pk)
    back = f"{settings_url(request, 'holidays')}?nation={holiday.nation}"
    if request.method == "POST":
        return change_previewed(
            request,
            lambda: holiday_remove(holiday=PublicHoliday.objects.get(pk=pk)),
            heading=_("Remove %(name)s") % {"name": holiday.name},
            done=_("%(name)s is removed.") % {"name": holiday.name},
            next_url=back,
            back_url=back,
        )
    return confirm_page(
        request,
        heading=holiday.name,
        question=_("Remove %(name)s from the public holidays?") % {"name": str(holiday)},
        consequences=[_("Calendars of this nation are open on that day; deadlines move to it.")],
        action=_("Remove"),
        danger=True,
        cancel_url=back,
    )
