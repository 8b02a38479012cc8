"""Portal: the people of one's own school, for its relationship owner and its IT lead (Rule T4)."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.people import ColleagueForm
from accounts.models import Customer, CustomerMembership, CustomerRole, Person
from accounts.nominating import NOMINATING, colleague_add, colleague_remove, nominated_only, nomination_set
from accounts.tenancy.access import contact_view
from accounts.views.asking import posted, slug_of


@require_safe
@contact_view(NOMINATING)
def people(request: HttpRequest) -> HttpResponse:
    """Who belongs to one's schools, school by school."""
    schools = list(_schools(request))
    rows = CustomerMembership.objects.filter(customer__in=schools).select_related("person__user")
    people = _by_person(rows.order_by("person__name", "role"))
    tenant: Any = request
    context = {
        "schools": [
            {
                "school": school,
                "people": people.get(school.pk, []),
                "nominated_only": nominated_only(school, provider=tenant.provider),
            }
            for school in schools
        ]
    }
    return render(request, "accounts/portal/people.html", context)


@require_http_methods(["GET", "POST"])
@contact_view(NOMINATING)
def add(request: HttpRequest, customer: str) -> HttpResponse:
    """Somebody new, who is invited at once."""
    school = get_object_or_404(_schools(request), slug=customer)
    form = ColleagueForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = colleague_add(customer=school, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = _("%(name)s is added. A mail with the way in goes to %(email)s.")
            messages.success(request, words % {"name": person.name, "email": person.email})
            return redirect("portal_people:list", slug_of(request))
    context = {"form": form, "school": school}
    return render(request, "accounts/portal/person_new.html", context, status=422 if form.errors else 200)


@require_POST
@contact_view(NOMINATING)
def nominate(request: HttpRequest, customer: str, pk: int) -> HttpResponse:
    """Let somebody ask for support, or no longer; asked again it is the other way round."""
    school, person = _colleague(request, customer, pk)
    is_nominated = request.POST.get("nominated") == "yes"
    nomination_set(customer=school, person=person, is_nominated=is_nominated)
    words = (
        _("%(name)s may ask for support.") if is_nominated else _("%(name)s may no longer ask for support.")
    )
    messages.success(request, words % {"name": person.name})
    return redirect("portal_people:list", slug_of(request))


@require_http_methods(["GET", "POST"])
@contact_view(NOMINATING)
def remove(request: HttpRequest, customer: str, pk: int) -> HttpResponse:
    """Somebody has left the school."""
    school, person = _colleague(request, customer, pk)
    if request.method == "POST":
        try:
            colleague_remove(customer=school, person=person)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            words = _("%(name)s no longer belongs to %(school)s.")
            messages.success(request, words % {"name": person.name, "school": school.name})
        return redirect("portal_people:list", slug_of(request))
    return render(request, "accounts/portal/person_remove.html", {"one": person, "school": school})


def _schools(request: HttpRequest) -> QuerySet[Customer]:
    """The schools for which the reader may decide this: of a trust perhaps one, and requester at the others."""
    tenant: Any = request
    own = CustomerMembership.objects.filter(person=tenant.person, role__in=NOMINATING)
    return Customer.objects.filter(pk__in=own.values("customer_id"))


def _colleague(request: HttpRequest, customer: str, pk: int) -> tuple[Customer, Person]:
    school = get_object_or_404(_schools(request), slug=customer)
    membership = get_object_or_404(
        CustomerMembership.objects.filter(customer=school, person_id=pk).select_related("person")[:1]
    )
    return school, membership.person


def _by_person(memberships: Iterable[CustomerMembership]) -> dict[int, list[dict[str, Any]]]:
    """By school, one row for each of its people, with all of their roles."""
    schools: dict[int, dict[int, dict[str, Any]]] = {}
    for one in memberships:
        rows = schools.setdefault(one.customer_id, {})
        empty = {"person": one.person, "roles": [], "is_nominated": False, "is_named": False}
        row = rows.setdefault(one.person_id, empty)
        row["roles"].append(one.get_role_display())
        row["is_nominated"] |= one.is_nominated
        row["is_named"] |= one.role != CustomerRole.REQUESTER
    return {key: list(rows.values()) for key, rows in schools.items()}
