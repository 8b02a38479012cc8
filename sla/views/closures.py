"""Settings: closures, extra openings and the Christmas shutdown, each with a preview of the deadlines it moves."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Customer
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from sla.forms.calendars import ClosureForm, ShutdownForm, year_in_reach
from sla.models import Closure, ClosureKind
from sla.services.calendar_edits import closure_add, closure_change, closure_remove, shutdown_set
from sla.times import local_day
from sla.views.previewing import change_previewed

FIELDS = ("name", "first_day", "last_day", "from_time", "to_time", "reason")


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def closure_new(request: HttpRequest) -> HttpResponse:
    """Close, or open for once: everybody or one school."""
    initial = {"customer": request.GET.get("customer"), "first_day": request.GET.get("day")}
    form = ClosureForm(posted(request), initial=initial)
    back = settings_url(request, "year")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        details = {name: data[name] for name in FIELDS}
        customer: Customer | None = data["customer"]

        def change() -> None:
            closure_add(kind=data["kind"], customer_id=customer.pk if customer else None, **details)

        try:
            return change_previewed(
                request,
                change,
                heading=data["name"],
                done=_("%(name)s is in the calendar.") % {"name": data["name"]},
                next_url=f"{back}?year={data['first_day'].year}",
                back_url=settings_url(request, "closure_new"),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
    return settings_form_page(
        request,
        form,
        heading=_("New closure or extra opening"),
        action=_("Show what changes"),
        cancel_url=back,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def closure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other days, times or another name."""
    closure = get_object_or_404(Closure.objects.select_related("customer"), pk=pk)
    form = ClosureForm(
        posted(request), closure=closure, initial={name: getattr(closure, name, "") for name in FIELDS}
    )
    back = f"{settings_url(request, 'year')}?year={closure.first_day.year}"
    if request.method == "POST" and form.is_valid():
        details = {name: form.cleaned_data[name] for name in FIELDS}

        def change() -> None:
            closure_change(closure=Closure.objects.get(pk=pk), **details)

        try:
            return change_previewed(
                request,
                change,
                heading=closure.name,
                done=_("%(name)s is saved.") % {"name": details["name"]},
                next_url=back,
                back_url=settings_url(request, "closure_edit", closure.pk),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
    context = {"form": form, "closure": closure, "back": back}
    return settings_page(
        request, "sla/settings/closure_edit.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def closure_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closure out, after a question and a look at the deadlines."""
    closure = get_object_or_404(Closure, pk=pk)
    back = f"{settings_url(request, 'year')}?year={closure.first_day.year}"
    if request.method == "POST":
        return change_previewed(
            request,
            lambda: closure_remove(closure=Closure.objects.get(pk=pk)),
            heading=_("Remove %(name)s") % {"name": closure.name},
            done=_("%(name)s is removed. To undo, enter it again.") % {"name": str(closure)},
            next_url=back,
            back_url=back,
        )
    return confirm_page(
        request,
        heading=closure.name,
        question=_("Remove '%(name)s' from the calendar?") % {"name": str(closure)},
        consequences=[_("Deadlines that it moved go back; you see them before it happens.")],
        action=_("Remove"),
        danger=True,
        cancel_url=settings_url(request, "closure_edit", closure.pk),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CALENDARS)
def shutdown(request: HttpRequest, year: int) -> HttpResponse:
    """The Christmas shutdown that begins in a year's winter."""
    tenant: Any = request
    year = year_in_reach(year, local_day(timezone.now(), tenant.provider.time_zone))
    entered = shutdown_of(year)
    initial = (
        {"first_day": entered.first_day, "last_day": entered.last_day}
        if entered
        else {"first_day": date(year, 12, 24), "last_day": date(year + 1, 1, 1)}
    )
    form = ShutdownForm(posted(request), initial=initial)
    back = f"{settings_url(request, 'year')}?year={year}"
    if request.method == "POST" and form.is_valid():
        first_day, last_day = form.cleaned_data["first_day"], form.cleaned_data["last_day"]
        try:
            return change_previewed(
                request,
                lambda: shutdown_set(first_day=first_day, last_day=last_day),
                heading=_("Christmas shutdown %(year)s") % {"year": year},
                done=_("The Christmas shutdown is in the calendar."),
                next_url=back,
                back_url=settings_url(request, "shutdown", year),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
    lead = _("Both days are closed. Desk and visits rest; customers see the dates in their portal.")
    return settings_form_page(
        request,
        form,
        heading=_("Christmas shutdown %(year)s") % {"year": year},
        lead=lead,
        action=_("Show what changes"),
        cancel_url=back,
    )


def shutdown_of(year: int) -> Closure | None:
    """The shutdown of the winter that begins in a year."""
    rows = Closure.objects.filter(kind=ClosureKind.SHUTDOWN, customer__isnull=True)
    return rows.filter(first_day__gte=date(year, 7, 1), first_day__lt=date(year + 1, 7, 1)).first()
