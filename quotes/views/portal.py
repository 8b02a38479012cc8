"""Quotes in the portal: what the school was offered, and its decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import CustomerRole
from accounts.own_schools import of_school_chosen
from accounts.tenancy.access import contact_view
from accounts.views.asking import posted, slug_of
from accounts.views.paging import page_of
from contracts.views.customers import today
from quotes.forms import AcceptForm, DeclineForm
from quotes.models import Quote, QuoteState
from quotes.presentation import face_of
from quotes.references import quote_reference
from quotes.selectors import READERS, decides, owners_of, quotes_of_reader, waiting_first, withdrawal_of
from quotes.services import quote_accept, quote_decline
from quotes.totals import pounds

DECIDERS = frozenset({CustomerRole.RELATIONSHIP_OWNER})
FORMS = ["GET", "HEAD", "POST"]


@require_safe
@contact_view(READERS)
def quote_list(request: HttpRequest) -> HttpResponse:
    """What the reader's schools were offered: what waits for an answer first, then the newest."""
    tenant: Any = request
    quotes = of_school_chosen(request, quotes_of_reader(tenant.person))
    page = page_of(request, waiting_first(quotes, today(request)))
    faces = [face_of(quote, tenant.provider, today(request)) for quote in page.rows]
    return render(request, "quotes/portal/list.html", {"page": page, "faces": faces})


@require_safe
@contact_view(READERS)
def quote_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One quote as it was sent, to read, print, accept or decline."""
    tenant: Any = request
    quote = _quote(request, pk)
    waits = _waits(quote, request)
    may_decide = decides(tenant.person, quote)
    context = {
        "quote": quote,
        "face": face_of(quote, tenant.provider, today(request)),
        "may_decide": waits and may_decide,
        "deciders": [] if may_decide or not waits else list(owners_of(quote.customer_id)),
        "withdrawal": withdrawal_of(quote),
        "replaced_by": quotes_of_reader(tenant.person).filter(revises=quote).first(),
    }
    return render(request, "quotes/portal/quote.html", context)


@require_http_methods(FORMS)
@contact_view(DECIDERS)
def quote_acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Order it, after a question."""
    tenant: Any = request
    quote = _quote(request, pk)
    return _decided(
        request,
        quote,
        form=AcceptForm(posted(request)),
        act=lambda data: quote_accept(quote=quote, by=tenant.person, **data),
        done=_("Accepted. We have told your customer success manager, who will be in touch."),
        heading=_("Accept quote %(quote)s"),
        question=_("Order “%(subject)s” for %(gross)s with VAT?"),
        action=_("Accept the quote"),
    )


@require_http_methods(FORMS)
@contact_view(DECIDERS)
def quote_refusal(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not order it, after a question."""
    tenant: Any = request
    quote = _quote(request, pk)
    return _decided(
        request,
        quote,
        form=DeclineForm(posted(request)),
        act=lambda data: quote_decline(quote=quote, by=tenant.person, **data),
        done=_("Declined. Nothing is ordered."),
        heading=_("Decline quote %(quote)s"),
        question=_("Decline “%(subject)s”?"),
        action=_("Decline the quote"),
    )


def _decided(
    request: HttpRequest,
    quote: Quote,
    *,
    form: AcceptForm | DeclineForm,
    act: Callable[[dict[str, Any]], Quote],
    done: str,
    heading: str,
    question: str,
    action: str,
) -> HttpResponse:
    tenant: Any = request
    page = reverse("portal_quotes:quote", args=[slug_of(request), quote.pk])
    if not decides(tenant.person, quote):
        messages.error(
            request, _("Only the relationship owner of %(school)s decides.") % {"school": quote.customer.name}
        )
        return redirect(page)
    if request.method != "POST" and not _waits(quote, request):
        return redirect(page)  # it says what became of the quote
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, done)
        return redirect(page)
    names = {
        "quote": quote_reference(tenant.provider, quote),
        "subject": quote.subject,
        "gross": pounds(quote.totals.gross),
    }
    context = {
        "shell": "portal/shell.html",
        "heading": heading % names,
        "question": question % names,
        "action": action,
        "form": form,
        "cancel_url": page,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


def _quote(request: HttpRequest, pk: int) -> Quote:
    tenant: Any = request
    return get_object_or_404(quotes_of_reader(tenant.person), pk=pk)


def _waits(quote: Quote, request: HttpRequest) -> bool:
    return quote.state == QuoteState.SENT and not quote.has_run_out(today(request))
