"""Settings, Moving in: upload, preview, import; template and export."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view, may
from accounts.views.asking import confirm_page, posted, settings_url, slug_of
from accounts.views.paging import page_of
from onboarding.forms import UploadForm
from onboarding.known import known_read
from onboarding.models import Import, ImportState
from onboarding.selectors import SheetSummary, rows_shown, sheet_shown, sheets_of
from onboarding.services import import_discard, import_start, import_upload
from onboarding.writing import Rows, csv_archive, rows_of, workbook_bytes

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _people_too(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An import writes contracts and people, so whoever imports may do both."""

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request, Permission.MANAGE_PEOPLE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return asking


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
@_people_too
def moving_in(request: HttpRequest) -> HttpResponse:
    """Upload files; earlier imports."""
    form = UploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = import_upload(parts=form.cleaned_data["upload"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(settings_url(request, "moving_in_import", row.pk))
    page = page_of(request, Import.objects.select_related("by").prefetch_related("files"), per_page=20)
    status = 422 if form.errors else 200
    return settings_page(request, "onboarding/start.html", {"form": form, "page": page}, status=status)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
@_people_too
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the worker is, then what would change, then what was changed. Posting starts the import."""
    row = get_object_or_404(Import.objects.select_related("by"), pk=pk)
    if request.method == "POST":
        try:
            import_start(row=row)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(settings_url(request, "moving_in_import", row.pk))
    if row.is_working:
        done, total = row.progress
        return settings_page(request, "onboarding/progress.html", {"row": row, "done": done, "total": total})
    response = _preview(request, row)
    if getattr(request, "htmx", False):
        response["HX-Refresh"] = (
            "true"  # the part of the page that asks is told that there is another page now
        )
    return response


def _preview(request: HttpRequest, row: Import) -> HttpResponse:
    sheets = sheets_of(row)
    kind = sheet_shown(sheets, request.GET.get("sheet", ""))
    context = {
        "row": row,
        "files": row.files.all(),
        "sheets": sheets,
        "tabs": [_tab(sheet, kind) for sheet in sheets],
        "page": page_of(request, rows_shown(row, kind)) if kind else None,
        "may_import": row.state == ImportState.CHECKED and not row.problem_count and row.changes_anything,
        "may_discard": row.state == ImportState.CHECKED or row.dead_at is not None,
    }
    return settings_page(request, "onboarding/preview.html", context)


def _tab(sheet: SheetSummary, current: str | None) -> dict[str, Any]:
    return {
        "label": str(sheet.kind),
        "url": f"?sheet={sheet.kind.replace(' ', '+')}",
        "count": sheet.rows,
        "current": sheet.kind == current,
        "icon": "octagon-alert" if sheet.wrong else "",
    }


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
@_people_too
def import_discarding(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an upload that is not to be imported."""
    row = get_object_or_404(Import, pk=pk)
    back = settings_url(request, "moving_in_import", row.pk)
    if request.method == "POST":
        try:
            import_discard(row=row)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(back)
        messages.success(request, _("The upload is discarded and its files are removed."))
        return redirect(settings_url(request, "moving_in"))
    return confirm_page(
        request,
        heading=_("Discard this upload"),
        question=_("Its files and the preview are removed. Nothing of it has been imported."),
        action=_("Discard"),
        cancel_url=back,
        danger=True,
    )


@require_safe
@desk_view(Permission.MANAGE_CONTRACTS)
@_people_too
def template(request: HttpRequest) -> HttpResponse:
    """An empty workbook, or empty CSV files, to fill in."""
    return _file(request, "moving-in-template", {})


@require_safe
@desk_view(Permission.MANAGE_CONTRACTS)
@_people_too
def export(request: HttpRequest) -> HttpResponse:
    """Everything that there is, in the form that is imported."""
    return _file(request, f"{slug_of(request)}-customers", rows_of(known_read()))


def _file(request: HttpRequest, name: str, rows: Rows) -> HttpResponse:
    as_csv = request.GET.get("as") == "csv"
    content = csv_archive(rows) if as_csv else workbook_bytes(rows)
    response = HttpResponse(content, content_type="application/zip" if as_csv else WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{name}.{"zip" if as_csv else "xlsx"}"'
    response["Cache-Control"] = "private, no-store"
    return response
