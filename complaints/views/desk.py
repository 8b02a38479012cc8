"""Complaints in the desk: the list, the file, one complaint and what is done with it; the settings."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page
from accounts.spreadsheets import csv_text
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url, slug_of
from accounts.views.paging import page_of
from complaints.forms import (
    ComplaintFilterForm,
    ComplaintSettingsForm,
    DecideForm,
    NameForm,
    NoteForm,
    PassUpForm,
    RecordForm,
)
from complaints.models import USUAL_HOURS, Complaint, ComplaintSettings, Stage
from complaints.selectors import complaint_reference, complaints_readable, may_decide, steps_of
from complaints.services import (
    complaint_decide,
    complaint_name,
    complaint_note,
    complaint_pass_up,
    complaint_raise,
    complaint_settings_save,
)

Forms = dict[str, forms.Form]
ACTS: Mapping[str, tuple[Callable[..., object], str]] = {
    "note": (complaint_note, "text"),
    "pass_up": (complaint_pass_up, "to_stage reason"),
    "name": (complaint_name, "about"),
    "decide": (complaint_decide, "outcome done change"),
}


@require_safe
@desk_view(Permission.HANDLE_COMPLAINTS)
def complaint_list(request: HttpRequest) -> HttpResponse:
    """Every complaint that the reader may see, the newest first."""
    tenant: Any = request
    page = page_of(request, _wanted(request))
    context = {
        "form": ComplaintFilterForm(request.GET),
        "page": page,
        "rows": [
            {"complaint": one, "reference": complaint_reference(tenant.provider, one)} for one in page.rows
        ],
        "clear_url": "?" if request.GET else "",
        "query": request.GET.urlencode(),
        "now": timezone.now(),
    }
    return render(request, "complaints/desk/list.html", context)


@require_safe
@desk_view(Permission.HANDLE_COMPLAINTS)
def complaint_csv(request: HttpRequest) -> HttpResponse:
    """The same complaints as a file."""
    tenant: Any = request
    heads = (
        _("Complaint"), _("School"), _("Raised"), _("How it came"), _("Ticket"), _("What went wrong"), _("With"),
        _("Answer by"), _("Overdue since"), _("Outcome"), _("Decided"), _("What was done"), _("What we change"),
        _("Not satisfied"),
    )  # fmt: skip
    rows = (
        [
            complaint_reference(tenant.provider, one), one.customer.name, _minute(one.raised_at),
            one.get_channel_display(), one.ticket.number if one.ticket else "", one.wrong, one.get_stage_display(),
            _minute(one.answer_by), _minute(one.overdue_at), one.get_outcome_display(), _minute(one.decided_at),
            one.done, one.change, _minute(one.unsatisfied_at),
        ]
        for one in _wanted(request)
    )  # fmt: skip
    response = HttpResponse(csv_text(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="complaints.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.WORK_TICKETS)
def complaint_record(request: HttpRequest) -> HttpResponse:
    """Record a complaint that came by telephone or mail. Whoever takes the call may do it."""
    tenant: Any = request
    form = RecordForm(posted(request), initial={"number": request.GET.get("number", "")})
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in RECORDED}
        try:
            complaint = complaint_raise(
                **data, recorded_by=tenant.person, digest=form.digest(tenant.person.pk, "complaint")
            )
        except ValidationError as problem:
            _tell(form, problem)
        else:
            words = _("Recorded as %(reference)s. The school has its acknowledgement.")
            messages.success(request, words % {"reference": complaint_reference(tenant.provider, complaint)})
            readable = complaints_readable(tenant.person).filter(pk=complaint.pk).exists()
            home = reverse("desk:home", args=[slug_of(request)])
            return redirect(_address(request, complaint) if readable else home)
    status = 422 if form.errors else 200
    return render(request, "complaints/desk/new.html", {"form": form}, status=status)


RECORDED = ("customer", "raised_by", "wrong", "remedy", "to_stage", "ticket", "about", "channel")


@require_safe
@desk_view(Permission.WORK_TICKETS)
def complaint_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint: what was said, its history, and what the reader can do."""
    return _draw(request, _complaint(request, pk), {})


@require_POST
@desk_view(Permission.WORK_TICKETS)
def complaint_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of ACTS; what cannot be done comes back with the page, nothing typed lost."""
    tenant: Any = request
    complaint = _complaint(request, pk)
    if action not in ACTS:
        raise Http404
    form = _forms(complaint, request.POST)[action]
    if not form.is_valid():
        return _draw(request, complaint, {action: form}, status=422)
    do, names = ACTS[action]
    values = {name: form.cleaned_data[name] for name in names.split()}
    try:
        do(complaint=complaint, by=tenant.person, **values)
    except ValidationError as problem:
        _tell(form, problem)
        return _draw(request, _complaint(request, pk), {action: form}, status=422)
    messages.success(request, _("Done."))
    still = complaints_readable(tenant.person).filter(pk=pk).exists()
    return redirect(_address(request, complaint) if still else reverse("desk:home", args=[slug_of(request)]))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def complaint_settings(request: HttpRequest) -> HttpResponse:
    """By when complaints are answered."""
    row = ComplaintSettings.objects.first()
    hours = row.answer_hours if row else USUAL_HOURS
    form = ComplaintSettingsForm(posted(request), initial={"answer_hours": hours})
    if request.method == "POST" and form.is_valid():
        complaint_settings_save(answer_hours=form.cleaned_data["answer_hours"])
        messages.success(request, _("Saved."))
        return redirect(settings_url(request, "complaints"))
    home = reverse("settings:complaints", args=[slug_of(request)])
    return settings_form_page(request, form, heading=_("Complaints"), action=_("Save"), cancel_url=home)


def _draw(request: HttpRequest, complaint: Complaint, bound: Forms, *, status: int = 200) -> HttpResponse:
    tenant: Any = request
    decides = complaint.is_open and may_decide(tenant.person, complaint)
    offered = {
        "note": True,
        "pass_up": complaint.stage < Stage.SENIOR_MANAGEMENT,
        "name": True,
        "decide": decides,
    }
    context = {
        "complaint": complaint,
        "reference": complaint_reference(tenant.provider, complaint),
        "steps": steps_of(complaint, for_staff=True),
        "forms": {
            key: bound.get(key, form)
            for key, form in _forms(complaint, None).items()
            if offered[key] and (complaint.is_open or key == "note")
        },
        "shown": next(iter(bound), ""),
        "now": timezone.now(),
    }
    return render(request, "complaints/desk/complaint.html", context, status=status)


def _forms(complaint: Complaint, data: Any) -> Forms:
    return {
        "decide": DecideForm(data, auto_id="decide-%s"),
        "note": NoteForm(data, auto_id="note-%s"),
        "pass_up": PassUpForm(data, stage=complaint.stage, auto_id="pass_up-%s"),
        "name": NameForm(data, auto_id="name-%s"),
    }


def _complaint(request: HttpRequest, pk: int) -> Complaint:
    tenant: Any = request
    related = (
        "customer__success_manager", "ticket", "raised_by", "recorded_by", "about", "technician", "decided_by",
    )  # fmt: skip
    return get_object_or_404(complaints_readable(tenant.person).select_related(*related), pk=pk)


def _wanted(request: HttpRequest) -> QuerySet[Complaint]:
    tenant: Any = request
    form = ComplaintFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = complaints_readable(tenant.person).select_related("customer", "ticket")
    if chosen.get("stage"):
        rows = rows.filter(stage=chosen["stage"])
    if chosen.get("school"):
        rows = rows.filter(customer=chosen["school"])
    state = chosen.get("state")
    if state:
        rows = rows.filter(decided_at__isnull=state != "decided")
    if state == "overdue":
        rows = rows.filter(answer_by__lt=timezone.now())
    return rows


def _tell(form: forms.Form, problem: ValidationError) -> None:
    by_field = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, words in by_field.items():
        form.add_error(name if name in form.fields else None, words)


def _address(request: HttpRequest, complaint: Complaint) -> str:
    return reverse("complaints:complaint", args=[slug_of(request), complaint.pk])


def _minute(at: datetime | None) -> str:
    """In the reader's zone."""
    return timezone.localtime(at).isoformat(timespec="minutes") if at else ""
