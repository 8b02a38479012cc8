"""Forms of what is kept for oneself, a team or everybody."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Team
from tickets.keeping import teams_of
from tickets.models import Audience, Kept


class KeptForm(forms.Form):
    """Who sees it: nobody chooses a team that is not theirs, and few choose everybody."""

    audience = forms.ChoiceField(label=_("Who sees it"))

    def __init__(self, *args: Any, person: Person, may_share: bool, row: Kept | None, **options: Any) -> None:
        if row is not None:
            who = f"team:{row.team_id}" if row.team_id else row.audience
            options["initial"] = {**(options.get("initial") or {}), "audience": who}
        super().__init__(*args, **options)
        self.teams = {f"team:{one.pk}": one for one in teams_of(person)}
        own = [(Audience.OWN.value, Audience.OWN.label)]
        shared = [(Audience.SHARED.value, Audience.SHARED.label)] if may_share else []
        audience: Any = self.fields["audience"]
        audience.choices = [*own, *((key, team.name) for key, team in self.teams.items()), *shared]

    def audience_kept(self) -> dict[str, Any]:
        """Audience and team as the services take them."""
        chosen = self.cleaned_data["audience"]
        team: Team | None = self.teams.get(chosen)
        return {"audience": Audience.TEAM if team else Audience(chosen), "team": team}
