"""Settings: what is held about one person, handed out or erased (Rule T7)."""

from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person
from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url
from accounts.views.paging import page_of
from protection.forms import ErasureForm, PersonSearchForm
from protection.models import Erasure, ErasureState, ExportState, SubjectExport
from protection.services.erasing import (
    erasure_begin,
    erasure_obstacles,
    erasure_preview,
    erasure_steps,
)
from protection.services.exporting import AVAILABLE_FOR, export_ask, export_fetched

FOUND = 20
EXPORTS_SHOWN = 10


@require_safe
@desk_view(Permission.PROTECT_DATA)
def people(request: HttpRequest) -> HttpResponse:
    """Find somebody; below, who was erased."""
    form = PersonSearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    named = Q(name__icontains=words) | Q(email__icontains=words)
    found = list(Person.objects.filter(named).order_by("name")[: FOUND + 1]) if words else []
    context = {
        "form": form,
        "words": words,
        "found": found[:FOUND],
        "has_more": len(found) > FOUND,
        "page": page_of(request, Erasure.objects.select_related("by")),
    }
    return settings_page(request, "protection/settings/people.html", context)


@require_safe
@desk_view(Permission.PROTECT_DATA)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What is held about them, and what was gathered before."""
    tenant: Any = request
    subject = get_object_or_404(Person, pk=pk)
    exports = SubjectExport.objects.filter(person=subject, by=tenant.person)[:EXPORTS_SHOWN]
    context = {
        "subject": subject,
        "held": erasure_preview(subject),
        "exports": exports,
        "erasure": Erasure.objects.filter(person=subject).first(),
        "days": AVAILABLE_FOR.days,
    }
    return settings_page(request, "protection/settings/person.html", context)


@require_POST
@desk_view(Permission.PROTECT_DATA)
def export_asking(request: HttpRequest, pk: int) -> HttpResponse:
    """Have everything gathered."""
    row = export_ask(person=get_object_or_404(Person, pk=pk))
    return redirect(settings_url(request, "subject_export", row.pk))


@require_safe
@desk_view(Permission.PROTECT_DATA)
def export_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come; then where to fetch it."""
    row = _own_export(request, pk)
    done, total = cache.get(row.progress_key) or (0, 0)
    context = {"row": row, "subject": row.person, "done": done, "total": total}
    answer = settings_page(request, "protection/settings/export.html", context)
    if request.headers.get("HX-Request") and row.state != ExportState.GATHERING:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
@desk_view(Permission.PROTECT_DATA)
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for whoever asked for it: it was gathered with their eyes. That it was fetched is kept."""
    row = _own_export(request, pk)
    if row.state != ExportState.READY or not default_storage.exists(row.path):
        raise Http404
    if request.method == "GET":
        export_fetched(row=row)
    response = FileResponse(
        default_storage.open(row.path), as_attachment=True, filename=f"person-{row.person_id}-{row.pk}.zip"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _own_export(request: HttpRequest, pk: int) -> SubjectExport:
    tenant: Any = request
    rows = SubjectExport.objects.select_related("person")
    return get_object_or_404(rows, pk=pk, by=tenant.person)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.PROTECT_DATA)
def erasing(request: HttpRequest, pk: int) -> HttpResponse:
    """What will go and what must stay and why; the typed confirmation; afterwards how far it has come."""
    subject = get_object_or_404(Person, pk=pk)
    if found := Erasure.objects.filter(person=subject).first():
        return _erased(request, found)
    form = ErasureForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            erasure_begin(person=subject, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(settings_url(request, "erase", subject.pk))
    context = {
        "subject": subject,
        "held": erasure_preview(subject),
        "obstacles": erasure_obstacles(subject),
        "form": form,
        "is_one_word": len(subject.name.split()) < 2,
    }
    return settings_page(
        request, "protection/settings/erase.html", context, status=422 if form.errors else 200
    )


def _erased(request: HttpRequest, row: Erasure) -> HttpResponse:
    context = {"row": row, "done": len(row.counts), "total": len(erasure_steps())}
    answer = settings_page(request, "protection/settings/erased.html", context)
    if request.headers.get("HX-Request") and row.state == ErasureState.DONE:
        answer["HX-Refresh"] = "true"
    return answer
