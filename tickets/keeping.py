"""Who sees and who changes what is kept for oneself, a team or everybody: views of the queue, macros."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.models import Person, Team, TeamMember
from accounts.permissions import Permission
from tickets.models import Audience


def kept_for(person: Person) -> Q:
    """What somebody sees: their own, that of their teams, and what is everybody's. Without what was removed."""
    of_teams = Q(team__in=TeamMember.objects.filter(person=person).values("team")) | Q(team__lead=person)
    seen = Q(audience=Audience.OWN, owner=person) | Q(audience=Audience.SHARED) | of_teams
    return seen & Q(removed_at__isnull=True)


def teams_of(person: Person) -> QuerySet[Team]:
    """The teams in which somebody works or which they lead."""
    return Team.objects.filter(Q(members__person=person) | Q(lead=person)).distinct()


def may_keep(
    *, audience: str, owner: Person, team: Team | None, person: Person, permissions: Collection[Permission]
) -> bool:
    """Whether somebody may make, change and remove what has this audience.

    One's own is nobody else's; a team's is its members' and its lead's; what everybody sees needs SHARE_VIEWS.
    """
    if audience == Audience.SHARED:
        return Permission.SHARE_VIEWS in permissions
    if audience == Audience.TEAM:
        return team is not None and teams_of(person).filter(pk=team.pk).exists()
    return owner.pk == person.pk
