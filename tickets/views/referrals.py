"""What is with third parties, and the provider's list of them (Rule E3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url
from accounts.views.paging import page_of
from tickets.forms.referrals import ReferralFilterForm, SupplierForm
from tickets.models import Supplier
from tickets.references import ticket_reference
from tickets.services.suppliers import supplier_save
from tickets.third_party import referrals_open


@require_safe
@desk_view(Permission.WORK_TICKETS)
def referral_list(request: HttpRequest) -> HttpResponse:
    """Tickets with third parties, by the next chase."""
    tenant: Any = request
    form = ReferralFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, referrals_open(supplier=chosen.get("supplier"), owner=chosen.get("owner")))
    context = {
        "form": form,
        "page": page,
        "rows": [
            {
                "referral": one,
                "reference": ticket_reference(tenant.provider, one.ticket.number),
                "path": one.ticket.desk_path(tenant.provider.slug),
            }
            for one in page.rows
        ],
        "clear_url": "?" if request.GET else "",
        "now": timezone.now(),
    }
    return render(request, "tickets/desk/referrals.html", context)


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def supplier_list(request: HttpRequest) -> HttpResponse:
    """The third parties that tickets can be passed to."""
    return settings_page(request, "tickets/settings/suppliers.html", {"suppliers": Supplier.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def supplier_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new one, or other facts of one."""
    supplier = get_object_or_404(Supplier, pk=pk) if pk is not None else None
    initial = {name: getattr(supplier, name) for name in SupplierForm.base_fields} if supplier else None
    form = SupplierForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            supplier_save(supplier=supplier, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(settings_url(request, "suppliers"))
    return settings_form_page(
        request,
        form,
        heading=supplier.name if supplier else _("New third party"),
        action=_("Save"),
        cancel_url=settings_url(request, "suppliers"),
    )
