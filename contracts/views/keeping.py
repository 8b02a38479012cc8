"""Settings: the list of obligations, reviews of a customer's, and the documents of a contract."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Customer
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url, slug_of
from contracts.forms.obligations import DocumentForm, DocumentRemoveForm, ObligationForm, ReviewForm
from contracts.models import Contract, ContractDocument, Obligation, ObligationReview
from contracts.selectors import held_on
from contracts.services import (
    document_add,
    document_remove,
    obligation_change,
    obligation_create,
    obligation_review,
)
from contracts.views.customers import today
from contracts.views.variations import page_url


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def obligation_list(request: HttpRequest) -> HttpResponse:
    """What the agreement asks of every customer."""
    context = {"obligations": Obligation.objects.order_by("-is_active", "position", "pk")}
    return settings_page(request, "contracts/settings/obligations.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def obligation_new(request: HttpRequest) -> HttpResponse:
    """Ask another thing of every customer."""
    form = ObligationForm(posted(request))
    del form.fields["is_active"]
    if request.method == "POST" and form.is_valid():
        try:
            obligation_create(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The obligation is added."))
            return redirect(settings_url(request, "obligations"))
    return settings_form_page(
        request,
        form,
        heading=_("New obligation"),
        action=_("Add"),
        cancel_url=settings_url(request, "obligations"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def obligation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Word an obligation otherwise, or ask it no longer; reviews stay."""
    obligation = get_object_or_404(Obligation, pk=pk)
    names = ("name", "wording", "review_months", "position", "is_active")
    form = ObligationForm(posted(request), initial={name: getattr(obligation, name) for name in names})
    if request.method == "POST" and form.is_valid():
        data = {**form.cleaned_data, "position": form.cleaned_data["position"] or 0}
        try:
            obligation_change(obligation=obligation, **data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(settings_url(request, "obligations"))
    return settings_form_page(
        request,
        form,
        heading=_("Obligation: %(name)s") % {"name": obligation.name},
        action=_("Save"),
        cancel_url=settings_url(request, "obligations"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def obligation_reviewed(request: HttpRequest, customer: str, pk: int) -> HttpResponse:
    """Record how a customer stands with an obligation."""
    school = get_object_or_404(Customer, slug=customer)
    obligation = get_object_or_404(Obligation, pk=pk)
    newest = ObligationReview.objects.filter(customer=school, obligation=obligation).order_by("-id").first()
    initial = {"reviewed_on": today(request), "state": newest.state if newest else None}
    form = ReviewForm(posted(request), initial=initial)
    back = _back(request, school)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            obligation_review(customer=school, obligation=obligation, today=today(request), **data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The review is recorded."))
            return redirect(back)
    return settings_form_page(
        request,
        form,
        heading=_("%(what)s: %(school)s") % {"what": obligation.name, "school": school.name},
        lead=obligation.wording,
        action=_("Record the review"),
        cancel_url=back,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file with a contract."""
    contract = get_object_or_404(Contract.objects.select_related("customer"), pk=pk)
    form = DocumentForm(posted(request), request.FILES or None)
    back = page_url(request, contract)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        for part in data["file"]:
            document_add(contract=contract, title=data["title"], part=part)
        messages.success(request, _("The document is kept with the contract."))
        return redirect(back)
    return settings_form_page(
        request,
        form,
        heading=_("Add a document: %(school)s") % {"school": contract.customer.name},
        action=_("Add"),
        cancel_url=back,
        has_files=True,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def document_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off a contract."""
    document = get_object_or_404(ContractDocument.objects.select_related("contract"), pk=pk)
    form = DocumentRemoveForm(posted(request))
    back = page_url(request, document.contract)
    if request.method == "POST" and form.is_valid():
        document_remove(document=document, reason=form.cleaned_data["reason"])
        messages.success(request, _("The document is removed."))
        return redirect(back)
    return settings_form_page(
        request,
        form,
        heading=_("Remove: %(title)s") % {"title": document.title},
        lead=document.name,
        action=_("Remove the document"),
        cancel_url=back,
    )


def _back(request: HttpRequest, school: Customer) -> str:
    """The page of the contract that holds today, or the customer's own."""
    contract: Any = Contract.objects.filter(held_on(today(request)), customer=school).first()
    if contract is not None:
        return reverse("desk_contracts:contract", args=[slug_of(request), contract.pk])
    return settings_url(request, "customer", school.slug)
