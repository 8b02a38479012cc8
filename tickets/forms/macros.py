"""Forms of macros: the one that keeps a macro, and the composer with what a macro proposed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.keys import row_in
from accounts.models import Team
from sla.models import ServiceLevel
from tickets.forms.desk import SCHOOL_READS_IT, ReplyForm, levels, teams
from tickets.forms.fields import TenantChoiceField
from tickets.forms.keeping import KeptForm
from tickets.macros import Said
from tickets.models import SAYS, WAITS_FOR, Macro, MacroThen
from tickets.services.macro_runs import Also

AS_IT_IS = _("Leave it as it is")
TO_ME = "me"


class MacroForm(KeptForm):
    """A macro: its words, and what is done when they are sent."""

    name = forms.CharField(label=_("Name"), min_length=2, max_length=80)
    text = forms.CharField(
        label=_("Answer to the school"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "It goes into the answer at the cursor, to be changed there. A line with an empty variable is left out."
        ),
    )
    to = forms.ChoiceField(label=_("Owner"), required=False)
    level = TenantChoiceField(levels, label=_("Level"), required=False, empty_label=AS_IT_IS)
    level_reason = forms.CharField(
        label=_("Why the level changes"), required=False, max_length=300, help_text=SCHOOL_READS_IT
    )
    then = forms.ChoiceField(
        label=_("Afterwards"), required=False, choices=[("", AS_IT_IS), *MacroThen.choices]
    )
    reason = forms.CharField(
        label=_("What we wait for"), required=False, max_length=300, help_text=SCHOOL_READS_IT
    )
    note = forms.CharField(
        label=_("Note for staff"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The school never sees it."),
    )
    example = forms.ChoiceField(label=_("Try it on"), required=False)

    field_order = (
        "name",
        "audience",
        "text",
        "to",
        "level",
        "level_reason",
        "then",
        "reason",
        "note",
        "example",
    )

    def __init__(
        self, *args: Any, macro: Macro | None, examples: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        if macro is not None:
            options["initial"] = {
                **{name: getattr(macro, name) for name in ("name", "text", "level_reason", "then", "reason")},
                "note": macro.note,
                "level": macro.level_id,
                "to": TO_ME if macro.takes else f"team:{macro.to_team_id}" if macro.to_team_id else "",
            }
        super().__init__(*args, row=macro, **options)
        self.all_teams = {f"team:{one.pk}": one for one in teams()}
        choices: Any = self.fields["to"]
        choices.choices = [
            ("", AS_IT_IS),
            (TO_ME, _("Whoever sends it")),
            *((key, team.name) for key, team in self.all_teams.items()),
        ]
        example: Any = self.fields["example"]
        example.choices = examples
        self.fields["audience"].help_text = _("A team's members may change its macros.")

    def kept(self) -> dict[str, Any]:
        """The values as `macro_keep` takes them."""
        given = dict(self.cleaned_data)
        to = given.pop("to")
        given.pop("example")
        return {
            **given,
            **self.audience_kept(),
            "takes": to == TO_ME,
            "to_team": self.all_teams.get(to),
        }


class ComposedForm(ReplyForm):
    """The composer with what a macro proposed: each thing is there to be left out or changed before it is sent.

    What is done is what the form says, not what the macro says by then: a macro that is changed or removed meanwhile
    changes nothing of it. `said`: the macro, for a new form; a form that was sent has the fields that it came with.
    `cleaned_data["also"]` is what is to be done.
    """

    also_to = forms.ChoiceField(label=_("Owner"), required=False)
    also_level = forms.ChoiceField(label=_("Level"), required=False)
    also_level_reason = forms.CharField(
        label=_("Why the level changes"), required=False, max_length=300, help_text=SCHOOL_READS_IT
    )
    also_then = forms.ChoiceField(label=_("Afterwards"), required=False)
    also_reason = forms.CharField(
        label=_("What we wait for"), required=False, max_length=300, help_text=SCHOOL_READS_IT
    )
    also_note = forms.CharField(
        label=_("Note for staff"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The school never sees it."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *args: Any, said: Said | None = None, **options: Any
    ) -> None:
        proposed = _proposed(said) if said else {}
        options["initial"] = {**(options.get("initial") or {}), **proposed}
        super().__init__(data, *args, **options)
        self.fields["text"].required = False
        given: Mapping[str, Any] = proposed if data is None else data
        for name in [one for one in self.fields if one.startswith("also_") and one not in given]:
            del self.fields[name]
        self.team: Team | None = said.macro.to_team if said else None
        self.level: ServiceLevel | None = said.macro.level if said else None
        if said is None:
            self._look_up(given)
        self._offer(given)

    @property
    def also_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.name.startswith("also_")]

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if not bound.name.startswith("also_")]

    def _also(self, given: dict[str, Any]) -> Also:
        to = given.get("also_to", "")
        return Also(
            takes=to == TO_ME,
            to_team=self.team if to and to != TO_ME else None,
            level=self.level if given.get("also_level") else None,
            level_reason=given.get("also_level_reason", ""),
            then=given.get("also_then", ""),
            reason=given.get("also_reason", ""),
            note=given.get("also_note", ""),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._needs(given, "also_level", "also_level_reason", _("Say why the level changes."))
        if given.get("also_then") in WAITS_FOR:
            self._needs(given, "also_then", "also_reason", _("Say what we wait for."))
        if "text" not in self.errors and not given.get("text"):
            if given.get("also_then") in SAYS:
                self.add_error("text", _("Write what the school is told."))
            elif not any(given.get(name) for name in ("also_to", "also_level", "also_then", "also_note")):
                self.add_error("text", _("Write an answer, or choose something to be done."))
            elif given.get("attachments"):
                self.add_error("text", _("Write something to go with the files."))
        return {**given, "also": self._also(given)}

    def _needs(self, given: dict[str, Any], chosen: str, field: str, words: Any) -> None:
        if given.get(chosen) and field in self.fields and not given.get(field, "").strip():
            self.add_error(field, words)

    def _look_up(self, given: Mapping[str, Any]) -> None:
        to = str(given.get("also_to") or "")
        self.team = row_in(teams(), to.removeprefix("team:")) if to.startswith("team:") else None
        self.level = row_in(levels(), str(given.get("also_level") or ""))

    def _offer(self, given: Mapping[str, Any]) -> None:
        """Each choice is what was proposed, or nothing. A team or level that is not there is no choice."""
        to, level, then = (str(given.get(name) or "") for name in ("also_to", "also_level", "also_then"))
        me = (TO_ME, _("You")) if to == TO_ME else None
        team = (to, self.team.name) if self.team else None
        self._choices("also_to", me or team)
        self._choices("also_level", (level, self.level.name) if self.level else None)
        self._choices("also_then", (then, MacroThen(then).label) if then in MacroThen.values else None)

    def _choices(self, name: str, proposed: tuple[str, Any] | None) -> None:
        if name in self.fields:
            field: Any = self.fields[name]
            field.choices = [("", AS_IT_IS), *([proposed] if proposed else [])]


def _proposed(said: Said) -> dict[str, str]:
    """First values of the fields for what a macro does; no field for what it does not."""
    macro = said.macro
    to = TO_ME if macro.takes else f"team:{macro.to_team_id}" if macro.to_team_id else ""
    values = {
        "also_to": to,
        "also_level": str(macro.level_id or ""),
        "also_level_reason": said.level_reason if macro.level_id else "",
        "also_then": macro.then,
        "also_reason": said.reason if macro.then in WAITS_FOR else "",
        "also_note": said.note,
    }
    return {name: value for name, value in values.items() if value}
