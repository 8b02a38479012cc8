"""Macros: found, written, tried on a ticket, removed and brought back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.keys import key_in
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view, may
from accounts.views.asking import posted, slug_of
from accounts.views.paging import page_of
from tickets.forms.fields import tell_at_fields
from tickets.forms.macros import MacroForm
from tickets.keeping import may_keep
from tickets.macros import VARIABLES, Said, macro_does, macro_said, macro_values, macros_of
from tickets.mail_values import TICKET_EXAMPLES
from tickets.models import Macro, Ticket
from tickets.selectors import visible_tickets
from tickets.services.macros import KEPT, macro_keep, macro_remove, macro_restore
from tickets.views.macro_picker import WITH_VALUES


@require_safe
@desk_view(Permission.WORK_TICKETS)
def macro_list(request: HttpRequest) -> HttpResponse:
    """Every macro that the person sees, all or those with some words."""
    tenant: Any = request
    words = request.GET.get("q", "").strip()
    page = page_of(request, macros_of(tenant.person, words))
    context = {
        "page": page,
        "rows": [{"macro": one, "does": macro_does(one)} for one in page.rows],
        "words": words,
        "removed": key_in(request.GET.get("removed")),
    }
    return render(request, "tickets/desk/macros.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def macro_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new macro, or one that there is: written, tried, saved. Who sees it and may not change it reads it."""
    tenant: Any = request
    row = get_object_or_404(macros_of(tenant.person).select_related("owner"), pk=pk) if pk else None
    may_change = row is None or _may_change(request, row)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = MacroForm(
        posted(request) if may_change else None,
        person=tenant.person,
        may_share=may(request, Permission.SHARE_VIEWS),
        macro=row,
        examples=TICKET_EXAMPLES.choices(tenant.person),
    )
    tried: Said | None = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "preview":
            tried = _tried(request, form)
        elif _saved(request, form, row):
            messages.success(request, _("Saved."))
            return redirect(reverse("desk:macros", args=[slug_of(request)]))
    elif request.method == "GET" and row is not None:
        tried = _said_of(request, row, "")
    context = {
        "macro": row,
        "form": form,
        "may_change": may_change,
        "variables": VARIABLES.values(),
        "tried": tried,
        "was_asked": request.method == "POST",
    }
    return render(request, "tickets/desk/macro.html", context, status=422 if form.errors else 200)


@require_POST
@desk_view(Permission.WORK_TICKETS)
def macro_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Remove it, or bring it back."""
    tenant: Any = request
    row = get_object_or_404(Macro, pk=pk)
    who = {"by": tenant.person, "permissions": tenant.permissions}
    to = reverse("desk:macros", args=[slug_of(request)])
    if action == "remove":
        macro_remove(macro=row, **who)
        return redirect(f"{to}?{urlencode({'removed': row.pk})}")
    if action != "restore":
        raise Http404
    try:
        macro_restore(macro=row, **who)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("The macro is back."))
    return redirect(to)


def _may_change(request: HttpRequest, row: Macro) -> bool:
    tenant: Any = request
    return may_keep(
        audience=row.audience,
        owner=row.owner,
        team=row.team,
        person=tenant.person,
        permissions=tenant.permissions,
    )


def _saved(request: HttpRequest, form: MacroForm, row: Macro | None) -> bool:
    tenant: Any = request
    try:
        macro_keep(macro=row, values=form.kept(), by=tenant.person, permissions=tenant.permissions)
    except ValidationError as problem:
        _tell(form, problem)
        return False
    return True


def _tell(form: MacroForm, problem: ValidationError) -> None:
    """The model's owner of a ticket is one choice of the form."""
    told = dict(problem.error_dict) if hasattr(problem, "error_dict") else None
    if told and "to_team" in told:
        told["to"] = told.pop("to_team")
    tell_at_fields(form, ValidationError(told) if told else problem)


def _tried(request: HttpRequest, form: MacroForm) -> Said | None:
    """What was written, on the chosen ticket, saved nowhere."""
    values = form.kept()
    written = Macro(**{name: values[name] for name in KEPT if name in values})
    return _said_of(request, written, form.cleaned_data["example"])


def _said_of(request: HttpRequest, macro: Macro, key: str) -> Said | None:
    """The macro on the ticket of this number, or on the newest; None where there is no ticket."""
    tenant: Any = request
    rows = visible_tickets(tenant.person).select_related(*WITH_VALUES).order_by("-id")
    number = key_in(key)
    ticket: Ticket | None = (rows.filter(number=number) if number is not None else rows).first()
    return macro_said(macro, macro_values(tenant.provider, ticket, tenant.person)) if ticket else None
