"""Settings: the people of customers, their roles, who is nominated, and their way into the portal."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.people import ContactForm, ContactNewForm, PeopleFilterForm, SwitchForm
from accounts.models import Customer, CustomerMembership, Person
from accounts.people import contact_roles_set, invitation_send, person_change, person_switch
from accounts.permissions import Permission
from accounts.services import contact_create
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from accounts.views.paging import page_of


@require_safe
@desk_view(Permission.MANAGE_PEOPLE)
def contact_list(request: HttpRequest) -> HttpResponse:
    """Everybody at the customers, found by name, address or school."""
    form = PeopleFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    memberships = CustomerMembership.objects.select_related("customer")
    people = (
        Person.objects.filter(is_staff=False)
        .select_related("user")
        .prefetch_related(Prefetch("customer_memberships", queryset=memberships))
    )
    if words := asked.get("q", "").strip():
        schools = CustomerMembership.objects.filter(customer__name__icontains=words).values("person_id")
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(pk__in=schools))
    if role := asked.get("role"):
        people = people.filter(pk__in=CustomerMembership.objects.filter(role=role).values("person_id"))
    page = page_of(request, people)
    return settings_page(
        request, "accounts/settings/contacts.html", {"form": form, "page": page, "words": words or role}
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PEOPLE)
def contact_new(request: HttpRequest, customer: str) -> HttpResponse:
    """Somebody at a customer. A person whom the provider knows already gains a membership (Rule T2)."""
    school = get_object_or_404(Customer, slug=customer)
    form = ContactNewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = _contact_add(school, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is added.") % {"name": person.name})
            return redirect(settings_url(request, "customer", school.slug))
    return settings_form_page(
        request,
        form,
        heading=_("New person at %(customer)s") % {"customer": school.name},
        action=_("Add"),
        cancel_url=settings_url(request, "customer", school.slug),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PEOPLE)
def contact_edit(request: HttpRequest, customer: str, pk: int) -> HttpResponse:
    """One person as this customer knows them."""
    school, person, own = _membership(customer, pk)
    initial = {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "roles": [row.role for row in own],
        "is_nominated": any(row.is_nominated for row in own),
    }
    form = ContactForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                person_change(person=person, name=data["name"], email=data["email"], phone=data["phone"])
                contact_roles_set(
                    customer=school, person=person, roles=data["roles"], is_nominated=data["is_nominated"]
                )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(settings_url(request, "customer", school.slug))
    context = {"form": form, "one": person, "school": school}
    return settings_page(
        request, "accounts/settings/contact_edit.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PEOPLE)
def contact_switch(request: HttpRequest, customer: str, pk: int) -> HttpResponse:
    """Keep a person out of the portal and of the mail that opens tickets, or let them in again."""
    school, person, _own = _membership(customer, pk)
    form = SwitchForm(posted(request))
    back = settings_url(request, "contact_edit", school.slug, person.pk)
    if request.method == "POST" and form.is_valid():
        person_switch(person=person, is_active=not person.is_active, reason=form.cleaned_data["reason"])
        words = _("%(name)s is active again.") if person.is_active else _("%(name)s is deactivated.")
        messages.success(request, words % {"name": person.name})
        return redirect(settings_url(request, "customer", school.slug))
    consequences = [
        _("They can no longer sign in to the portal, at any of their schools."),
        _("Their requests and messages stay as they are."),
    ]
    question = _("Deactivate %(name)s?") if person.is_active else _("Let %(name)s in again?")
    return confirm_page(
        request,
        heading=person.name,
        question=question % {"name": person.name},
        consequences=consequences if person.is_active else [],
        action=_("Deactivate") if person.is_active else _("Reactivate"),
        danger=person.is_active,
        form=form,
        cancel_url=back,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PEOPLE)
def contact_remove(request: HttpRequest, customer: str, pk: int) -> HttpResponse:
    """Take a person out of one customer; what they did there stays."""
    school, person, _own = _membership(customer, pk)
    if request.method == "POST":
        contact_roles_set(customer=school, person=person, roles=[], is_nominated=False)
        words = _("%(name)s no longer belongs to %(customer)s.")
        messages.success(request, words % {"name": person.name, "customer": school.name})
        return redirect(settings_url(request, "customer", school.slug))
    question = _("Take %(name)s out of %(customer)s?") % {"name": person.name, "customer": school.name}
    consequences = [
        _("They no longer see this school's requests, and their mail no longer opens requests for it."),
        _("You can add them again at any time."),
    ]
    return confirm_page(
        request,
        heading=person.name,
        question=question,
        consequences=consequences,
        action=_("Take out"),
        danger=True,
        cancel_url=settings_url(request, "contact_edit", school.slug, person.pk),
    )


@require_POST
@desk_view(Permission.MANAGE_PEOPLE)
def contact_invite(request: HttpRequest, customer: str, pk: int) -> HttpResponse:
    """Send the invitation to the portal, or send it again."""
    school, person, _own = _membership(customer, pk)
    try:
        invitation_send(person=person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": person.email})
    return redirect(settings_url(request, "contact_edit", school.slug, person.pk))


@transaction.atomic
def _contact_add(school: Customer, data: dict[str, Any]) -> Person:
    known = Person.objects.filter(email=data["email"].lower()).first()
    if known is not None and known.is_staff:
        raise ValidationError({"email": _("This is the address of somebody of your own staff.")})
    if not data["roles"]:
        raise ValidationError({"roles": _("Choose at least one role.")})
    person = contact_create(
        customer=school,
        name=data["name"],
        email=data["email"],
        phone=data["phone"],
        roles=(),
        may_sign_in=False,
    )
    contact_roles_set(customer=school, person=person, roles=data["roles"], is_nominated=data["is_nominated"])
    if data["invite"]:
        invitation_send(person=person)
    return person


def _membership(customer: str, pk: int) -> tuple[Customer, Person, list[CustomerMembership]]:
    """The person as a member of the customer; 404 for anybody else, staff among them."""
    school = get_object_or_404(Customer, slug=customer)
    person = get_object_or_404(Person, pk=pk, is_staff=False)
    own = list(CustomerMembership.objects.filter(customer=school, person=person))
    if not own:
        get_object_or_404(CustomerMembership, customer=school, person=person)
    return school, person, own
