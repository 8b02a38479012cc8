"""What staff do with quotes: ask for one, write it, send it, take it back, write it anew."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, slug_of
from quotes.forms import LINES, LinesFormSet, QuoteAskForm, QuoteForm, WhyForm
from quotes.models import Quote, QuoteState
from quotes.references import quote_reference
from quotes.services import quote_ask, quote_revise, quote_send, quote_withdraw, quote_write

FORMS = ["GET", "HEAD", "POST"]


@require_http_methods(FORMS)
@desk_view(Permission.MANAGE_CONTRACTS)
def quote_new(request: HttpRequest) -> HttpResponse:
    """A quote for a school that no ticket asks for."""
    tenant: Any = request
    form = QuoteAskForm(posted(request), initial={"school": request.GET.get("school", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        quote = quote_ask(
            customer=data["school"], subject=data["subject"], wanted=data["wanted"], by=tenant.person
        )
        return redirect(_address(request, "edit", quote))
    status = 422 if form.errors else 200
    return render(request, "quotes/desk/new.html", {"form": form}, status=status)


@require_http_methods(FORMS)
@desk_view(Permission.MANAGE_CONTRACTS)
def quote_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The words and lines of a draft. `more` saves and comes back with further empty lines."""
    quote = _quote(pk)
    if quote.state != QuoteState.DRAFT:
        messages.error(request, _("Only a quote that is still to be written can be changed."))
        return redirect(_address(request, "quote", quote))
    form = QuoteForm(posted(request), initial=QuoteForm.initial_of(quote))
    lines = LINES(posted(request), initial=LinesFormSet.initial_of(quote), prefix="lines")
    if (
        request.method == "POST"
        and form.is_valid() & lines.is_valid()
        and _write(request, quote, form, lines)
    ):
        messages.success(request, _("Saved. The school does not see it before you send it."))
        return redirect(_address(request, "edit" if "more" in request.POST else "quote", quote))
    context = {"form": form, "lines": lines, "quote": quote, "reference": _reference(request, quote)}
    failed = form.errors or lines.total_error_count()
    return render(request, "quotes/desk/edit.html", context, status=422 if failed else 200)


def _write(request: HttpRequest, quote: Quote, form: QuoteForm, lines: LinesFormSet) -> bool:
    tenant: Any = request
    data = dict(form.cleaned_data)
    version = data.pop("version")
    try:
        quote_write(quote=quote, by=tenant.person, lines=lines.lines, expected_version=version, **data)
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        fresh = _quote(quote.pk)
        form.data = {**form.data.dict(), "version": str(fresh.version)}  # type: ignore[attr-defined]
        return False
    return True


@require_http_methods(FORMS)
@desk_view(Permission.MANAGE_CONTRACTS)
def quote_sending(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft, after a look at it as the school will read it."""
    quote = _quote(pk)
    tenant: Any = request
    return _confirmed(
        request,
        quote,
        act=lambda data: quote_send(quote=quote, by=tenant.person),
        done=_("Sent. You will be told what the school decides."),
        heading=_("Send %(quote)s"),
        question=_("Send this quote to the relationship owner of %(school)s?"),
        consequences=[
            _("It comes to £%(gross)s with VAT.") % {"gross": f"{quote.totals.gross:,}"},
            _("The school can accept or decline it in the portal; what you sent can no longer be changed."),
        ],
        action=_("Send the quote"),
    )


@require_http_methods(FORMS)
@desk_view(Permission.MANAGE_CONTRACTS)
def quote_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a quote that was not decided yet."""
    quote = _quote(pk)
    tenant: Any = request
    return _confirmed(
        request,
        quote,
        form=WhyForm(posted(request)),
        act=lambda data: quote_withdraw(quote=quote, by=tenant.person, reason=data["reason"]),
        done=_("Withdrawn."),
        heading=_("Withdraw %(quote)s"),
        question=_("Take back the quote for %(school)s?"),
        consequences=[_("It can no longer be accepted. You can write a new one with the same lines.")],
        action=_("Withdraw the quote"),
    )


@require_http_methods(FORMS)
@desk_view(Permission.MANAGE_CONTRACTS)
def quote_revision(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft with the lines of this quote, in its place."""
    quote = _quote(pk)
    tenant: Any = request
    return _confirmed(
        request,
        quote,
        form=WhyForm(posted(request)),
        act=lambda data: quote_revise(quote=quote, by=tenant.person, reason=data["reason"]),
        done=_("Here is the new one, with the same lines."),
        heading=_("Replace %(quote)s"),
        question=_("Write a new quote for %(school)s with the lines of this one?"),
        consequences=[_("The school can no longer accept the old one; it goes on reading it.")],
        action=_("Write a new one"),
        then="edit",
    )


def _confirmed(
    request: HttpRequest,
    quote: Quote,
    *,
    act: Callable[[dict[str, Any]], Quote],
    done: str,
    heading: str,
    question: str,
    consequences: list[str],
    action: str,
    form: WhyForm | None = None,
    then: str = "quote",
) -> HttpResponse:
    """Ask first; what cannot be done (any longer) is said on the quote's page."""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            quote = act(form.cleaned_data if form else {})
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return redirect(_address(request, "quote", quote))
        messages.success(request, done)
        return redirect(_address(request, then, quote))
    words = {"quote": _reference(request, quote), "school": quote.customer.name}
    context = {
        "heading": heading % words,
        "question": question % words,
        "consequences": consequences,
        "action": action,
        "form": form,
        "cancel_url": _address(request, "quote", quote),
    }
    return render(request, "confirm.html", context, status=422 if form and form.errors else 200)


def _quote(pk: int) -> Quote:
    return get_object_or_404(Quote.objects.select_related("customer").prefetch_related("lines"), pk=pk)


def _reference(request: HttpRequest, quote: Quote) -> str:
    tenant: Any = request
    return quote_reference(tenant.provider, quote)


def _address(request: HttpRequest, name: str, quote: Quote) -> str:
    return reverse(f"quotes:{name}", args=[slug_of(request), quote.pk])
