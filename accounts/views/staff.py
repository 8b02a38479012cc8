"""Settings: the provider's own people. Nobody can give, or touch, more than they hold themselves."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.people import StaffFilterForm, StaffForm, StaffInviteForm, SwitchForm
from accounts.models import Person, StaffRole, Team, TeamMember
from accounts.people import invitation_send, person_change, person_switch, staff_roles_set, staff_teams_set
from accounts.permissions import STAFF_PERMISSIONS, Permission, permissions_of
from accounts.services import staff_create
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted
from accounts.views.paging import page_of


@require_safe
@desk_view(Permission.MANAGE_PEOPLE)
def staff_list(request: HttpRequest) -> HttpResponse:
    """Everybody who works for the provider, with roles, teams and the last time they signed in."""
    form = StaffFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    people = _staff().order_by("name")
    if asked.get("state") != "all":
        people = people.filter(is_active=asked.get("state") != "off")
    if words := asked.get("q", "").strip():
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    page = page_of(request, people)
    return settings_page(request, "accounts/settings/staff.html", {"form": form, "page": page})


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PEOPLE)
def staff_new(request: HttpRequest) -> HttpResponse:
    """Somebody new, with an invitation by mail."""
    form = StaffInviteForm(request.POST or None, roles=_roles_to_give(request), teams=_team_choices())
    if request.method == "POST" and form.is_valid():
        try:
            person = _staff_add(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is added.") % {"name": person.name})
            return redirect("settings:staff", _slug(request))
    return settings_form_page(
        request,
        form,
        heading=_("Invite somebody to your staff"),
        action=_("Add"),
        cancel_url=reverse("settings:staff", args=[_slug(request)]),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PEOPLE)
def staff_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, address, roles and teams of one person."""
    person = _editable(request, pk)
    initial = {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "roles": [row.role for row in person.staff_memberships.all()],
        "teams": [str(row.team_id) for row in person.team_memberships.all()],
    }
    form = StaffForm(
        request.POST or None, initial=initial, roles=_roles_to_give(request), teams=_team_choices()
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                person_change(person=person, name=data["name"], email=data["email"], phone=data["phone"])
                staff_roles_set(person=person, roles=data["roles"])
                staff_teams_set(person=person, team_ids=[int(key) for key in data.get("teams", [])])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:staff", _slug(request))
    return settings_page(
        request,
        "accounts/settings/staff_edit.html",
        {"form": form, "one": person},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PEOPLE)
def staff_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep somebody out, after a question; or let them in again at once."""
    person = _editable(request, pk)
    form = SwitchForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            person_switch(person=person, is_active=not person.is_active, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            words = (
                _("%(name)s may sign in again.") if person.is_active else _("%(name)s can no longer sign in.")
            )
            messages.success(request, words % {"name": person.name})
        return redirect("settings:staff", _slug(request))
    question = (_("Deactivate %(name)s?") if person.is_active else _("Let %(name)s in again?")) % {
        "name": person.name
    }
    consequences = [
        _("From now on they can open nothing here until you reactivate them."),
        _(
            "Their name stays on everything they did; their open tickets stay theirs until you give them to others."
        ),
    ]
    return settings_page(
        request,
        "confirm.html",
        {
            "heading": person.name,
            "question": question,
            "consequences": consequences if person.is_active else [],
            "action": _("Deactivate") if person.is_active else _("Reactivate"),
            "danger": person.is_active,
            "form": form,
            "cancel_url": reverse("settings:staff_edit", args=[_slug(request), person.pk]),
        },
    )


@require_POST
@desk_view(Permission.MANAGE_PEOPLE)
def staff_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation, or send it again."""
    person = _editable(request, pk)
    try:
        invitation_send(person=person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": person.email})
    return redirect("settings:staff_edit", _slug(request), person.pk)


@transaction.atomic
def _staff_add(data: dict[str, Any]) -> Person:
    if Person.objects.filter(email=data["email"].lower()).exists():
        raise ValidationError({"email": _("Another person has this e-mail address.")})
    roles = tuple(StaffRole(role) for role in data["roles"])
    person = staff_create(name=data["name"], email=data["email"], roles=roles, phone=data["phone"])
    staff_teams_set(person=person, team_ids=[int(key) for key in data.get("teams", [])])
    if data["invite"]:
        invitation_send(person=person)
    return person


def _staff() -> Any:
    members = TeamMember.objects.select_related("team")
    return (
        Person.objects.filter(is_staff=True)
        .select_related("user")
        .prefetch_related("staff_memberships", Prefetch("team_memberships", queryset=members))
    )


def _editable(request: HttpRequest, pk: int) -> Person:
    """The person, unless they may do more than the one who asks: nobody climbs by way of somebody else's account."""
    tenant: Any = request
    person: Person = get_object_or_404(_staff(), pk=pk)
    theirs = permissions_of(frozenset(row.role for row in person.staff_memberships.all()))
    if not theirs <= tenant.permissions:
        raise PermissionDenied
    return person


def _roles_to_give(request: HttpRequest) -> list[StaffRole]:
    tenant: Any = request
    return [role for role in StaffRole if STAFF_PERMISSIONS[role] <= tenant.permissions]


def _team_choices() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")]


def _slug(request: HttpRequest) -> str:
    tenant: Any = request
    return str(tenant.provider.slug)
