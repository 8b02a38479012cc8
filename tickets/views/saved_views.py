"""Views of the queue that people keep: made, changed, put in order, removed and brought back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view, may
from accounts.views.asking import posted, slug_of
from tickets.forms.fields import tell_at_fields
from tickets.forms.saved_views import SavedViewForm
from tickets.keeping import may_keep
from tickets.models import SavedView
from tickets.queue import DEFAULT_VIEW, VIEWS
from tickets.saved_views import FILTERS, saved_query
from tickets.services.saved_views import (
    saved_view_keep,
    saved_view_move,
    saved_view_remove,
    saved_view_restore,
)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def view_new(request: HttpRequest) -> HttpResponse:
    """Keep what the queue is narrowed to, which stands in the address."""
    return _form_page(request, None)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, picture or audience; other filters, where the address has some."""
    tenant: Any = request
    row = get_object_or_404(SavedView.objects.select_related("owner", "team"), pk=pk, removed_at=None)
    allowed = may_keep(
        audience=row.audience,
        owner=row.owner,
        team=row.team,
        person=tenant.person,
        permissions=tenant.permissions,
    )
    if not allowed:
        raise PermissionDenied
    return _form_page(request, row)


@require_POST
@desk_view(Permission.WORK_TICKETS)
def view_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Remove it, bring it back, or move it one place."""
    tenant: Any = request
    row = get_object_or_404(SavedView, pk=pk)
    who = {"by": tenant.person, "permissions": tenant.permissions}
    if action in {"up", "down"}:
        saved_view_move(view=row, up=action == "up", **who)
        return redirect(reverse("desk:view_edit", args=[slug_of(request), row.pk]))
    queue = reverse("desk:queue", args=[slug_of(request)])
    if action == "remove":
        saved_view_remove(view=row, **who)
        return redirect(f"{queue}?{urlencode({'removed': row.pk})}")
    if action != "restore":
        raise Http404
    try:
        saved_view_restore(view=row, **who)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect(queue)
    messages.success(request, _("The view is back."))
    return redirect(f"{queue}?{saved_query(row)}")


def _form_page(request: HttpRequest, row: SavedView | None) -> HttpResponse:
    tenant: Any = request
    form = SavedViewForm(
        posted(request), person=tenant.person, may_share=may(request, Permission.SHARE_VIEWS), view=row
    )
    queue = reverse("desk:queue", args=[slug_of(request)])
    if request.method == "POST" and form.is_valid():
        try:
            kept = saved_view_keep(
                view=row,
                **form.kept(),
                **_narrowed(request, row),
                by=tenant.person,
                permissions=tenant.permissions,
            )
        except ValidationError as problem:
            tell_at_fields(form, problem)
        else:
            messages.success(request, _("The view is kept."))
            return redirect(f"{queue}?{saved_query(kept)}")
    context = {"form": form, "saved": row, "cancel_url": f"{queue}?{request.GET.urlencode()}"}
    return render(request, "tickets/desk/saved_view.html", context, status=422 if form.errors else 200)


def _narrowed(request: HttpRequest, row: SavedView | None) -> dict[str, Any]:
    """What the address narrows the queue to; an address without a view leaves a kept one as it is."""
    if row is not None and "view" not in request.GET:
        return {"base": row.base, "chosen": row.chosen}
    base = request.GET.get("view", DEFAULT_VIEW)
    chosen = {key: request.GET[key][:200] for key in FILTERS if request.GET.get(key)}
    return {"base": base if base in VIEWS else DEFAULT_VIEW, "chosen": chosen}
