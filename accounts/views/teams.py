"""Settings: teams of technicians and their leads."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.people import TeamForm
from accounts.models import Team, TeamMember
from accounts.people import team_save
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url


@require_safe
@desk_view(Permission.MANAGE_PEOPLE)
def team_list(request: HttpRequest) -> HttpResponse:
    """The teams with their leads and members."""
    members = TeamMember.objects.select_related("person").order_by("person__name")
    teams = Team.objects.select_related("lead").prefetch_related(Prefetch("members", queryset=members))
    return settings_page(request, "accounts/settings/teams.html", {"teams": teams})


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PEOPLE)
def team_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new team, or one that there is."""
    team = get_object_or_404(Team, pk=pk) if pk is not None else None
    initial = {}
    if team is not None:
        members = TeamMember.objects.filter(team=team).values_list("person_id", flat=True)
        initial = {"name": team.name, "lead": team.lead_id, "members": list(members)}
    form = TeamForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                saved = team_save(team=team, name=data["name"], lead=data["lead"], members=data["members"])
        except IntegrityError:
            form.add_error("name", ValidationError(_("There is another team of this name.")))
        else:
            messages.success(request, _("The team %(name)s is saved.") % {"name": saved.name})
            return redirect(settings_url(request, "teams"))
    return settings_form_page(
        request,
        form,
        heading=team.name if team else _("New team"),
        action=_("Save"),
        cancel_url=settings_url(request, "teams"),
    )
