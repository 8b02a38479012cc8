"""Settings: term dates of each school, what is missing, and copies to the schools of a trust."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Customer
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from accounts.views.paging import page_of
from contracts.views.customers import today
from visits.forms.terms import CopyForm, SchoolFilterForm, TermForm, TermsPasteForm
from visits.models import SchoolTerm
from visits.services.terms import term_change, term_remove, terms_add, terms_copy

# Dates that end sooner are asked for: a school knows its next year by then.
AHEAD = timedelta(days=120)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def term_schools(request: HttpRequest) -> HttpResponse:
    """Every school with the day to which its terms are known; those without any come first."""
    words = request.GET.get("q", "").strip()
    schools = Customer.objects.filter(is_active=True).filter(
        Q(name__icontains=words) | Q(trust__icontains=words)
    )
    known = dict(SchoolTerm.objects.order_by().values_list("customer").annotate(last=Max("last_day")))
    ordered = sorted(schools, key=lambda one: (known.get(one.pk) or date.min, one.name))
    rows = [
        {"school": one, "until": known.get(one.pk), "is_short": _is_short(request, known.get(one.pk))}
        for one in ordered
    ]
    context = {"page": page_of(request, rows), "form": SchoolFilterForm(request.GET)}
    return settings_page(request, "visits/settings/term_schools.html", context)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def term_list(request: HttpRequest, customer: str) -> HttpResponse:
    """The terms of a school."""
    school = _school(customer)
    rows = SchoolTerm.objects.filter(customer=school, last_day__gte=today(request) - timedelta(days=365))
    last = max((row.last_day for row in rows), default=None)
    context = {
        "school": school,
        "terms": rows,
        "is_short": _is_short(request, last),
        "last": last,
    }
    return settings_page(request, "visits/settings/terms.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def term_new(request: HttpRequest, customer: str) -> HttpResponse:
    """Add terms of a school: lines that are typed or pasted."""
    school = _school(customer)
    form = TermsPasteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            rows = terms_add(customer=school, terms=form.cleaned_data["lines"])
        except ValidationError as error:
            form.add_error("lines", error.messages)
        else:
            messages.success(
                request,
                ngettext("%(n)d term is added.", "%(n)d terms are added.", len(rows)) % {"n": len(rows)},
            )
            return redirect(settings_url(request, "terms", school.slug))
    return settings_form_page(
        request,
        form,
        heading=_("Add terms of %(school)s") % {"school": school.name},
        lead=_("A term is an unbroken stretch of teaching, so that half-term lies between two of them."),
        action=_("Add"),
        cancel_url=settings_url(request, "terms", school.slug),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def term_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other days of a term, or another name."""
    term = _term(pk)
    initial = {"name": term.name, "first_day": term.first_day, "last_day": term.last_day}
    form = TermForm(posted(request), initial=initial)
    back = settings_url(request, "terms", term.customer.slug)
    if request.method == "POST" and form.is_valid():
        try:
            term_change(term=term, dates=form.dates())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    heading = _("%(term)s of %(school)s") % {"term": term.name, "school": term.customer.name}
    return settings_form_page(request, form, heading=heading, action=_("Save"), cancel_url=back)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def term_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a term out, after a question."""
    term = _term(pk)
    back = settings_url(request, "terms", term.customer.slug)
    if request.method == "POST":
        term_remove(term=term)
        messages.success(request, _("%(name)s is removed.") % {"name": term.name})
        return redirect(back)
    return confirm_page(
        request,
        heading=term.customer.name,
        question=_("Remove the term '%(name)s'?") % {"name": term.name},
        consequences=[_("Its days count as holidays when visits are planned.")],
        action=_("Remove"),
        danger=True,
        cancel_url=back,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def term_copying(request: HttpRequest, customer: str) -> HttpResponse:
    """Give the same terms to other schools: those of the trust, or any where the school is in none."""
    school = _school(customer)
    form = CopyForm(posted(request), customer=school)
    back = settings_url(request, "terms", school.slug)
    if request.method == "POST" and form.is_valid():
        try:
            copied = terms_copy(customer=school, others=form.cleaned_data["schools"], from_day=today(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = ngettext(
                "%(n)d school has these terms now.", "%(n)d schools have these terms now.", len(copied)
            )
            messages.success(request, words % {"n": len(copied)})
            return redirect(back)
    return settings_form_page(
        request,
        form,
        heading=_("Copy the terms of %(school)s") % {"school": school.name},
        lead=_("To other schools of %(trust)s.") % {"trust": school.trust} if school.trust else "",
        notes=[_("Terms that these schools have on the same days are replaced.")],
        action=_("Copy"),
        cancel_url=back,
    )


def _is_short(request: HttpRequest, last: date | None) -> bool:
    return last is None or last < today(request) + AHEAD


def _school(slug: str) -> Customer:
    school: Customer = get_object_or_404(Customer, slug=slug)
    return school


def _term(pk: int) -> SchoolTerm:
    term: SchoolTerm = get_object_or_404(SchoolTerm.objects.select_related("customer"), pk=pk)
    return term
