"""Changes that schools or third parties made to supported systems: told in the portal, read in the desk (Rule E5)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Customer
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page
from accounts.tenancy.access import desk_view, portal_view
from accounts.views.asking import posted, settings_url
from accounts.views.paging import page_of
from contracts.forms.changes import ChangeForm, ChangeSettingsForm
from contracts.models import ReportedChange
from contracts.reported_changes import changes_readable, recent_days
from contracts.services.changes import change_settings_save, reported_change_add

FORMS = ["GET", "HEAD", "POST"]


@require_http_methods(FORMS)
@portal_view
def portal_changes(request: HttpRequest) -> HttpResponse:
    """Tell us what was changed, above what was told before."""
    tenant: Any = request
    form = ChangeForm(posted(request))
    return _page(request, "contracts/portal/changes.html", form, changes_readable(tenant.person))


@require_http_methods(FORMS)
@desk_view(Permission.WORK_TICKETS)
def desk_changes(request: HttpRequest, customer: str) -> HttpResponse:
    """A school's changes, and a way to record what it tells us on the telephone."""
    school = get_object_or_404(Customer, slug=customer)
    form = ChangeForm(posted(request), only=school)
    rows = ReportedChange.objects.filter(customer=school)
    return _page(request, "contracts/desk/changes.html", form, rows, school=school)


@require_http_methods(FORMS)
@desk_view(Permission.MANAGE_PROVIDER)
def change_settings(request: HttpRequest) -> HttpResponse:
    """For how long technicians see a change on tickets."""
    form = ChangeSettingsForm(posted(request), initial={"recent_days": recent_days()})
    here = settings_url(request, "changes")
    if request.method == "POST" and form.is_valid():
        change_settings_save(recent_days=form.cleaned_data["recent_days"])
        messages.success(request, _("Saved."))
        return redirect(here)
    return settings_form_page(
        request, form, heading=_("Changes of schools"), action=_("Save"), cancel_url=here
    )


def _page(
    request: HttpRequest, template: str, form: ChangeForm, rows: QuerySet[ReportedChange], **more: object
) -> HttpResponse:
    tenant: Any = request
    if request.method == "POST" and form.is_valid():
        try:
            reported_change_add(by=tenant.person, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Thank you. Our technicians see it on your tickets."))
            return redirect(request.path)
    page = page_of(request, rows.select_related("customer", "reported_by"))
    context = {"form": form, "page": page, **more}
    return render(request, template, context, status=422 if form.errors else 200)
