"""Forms of reports."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from reports.models import WORDS_LIMIT, QuarterlyReport, ReportState
from reports.services import Words
from sla.quarters import Quarter
from tickets.portal_lists import NEEDS

STATES = [("", _("Any state")), ("none", _("Not started")), *ReportState.choices]


class WordsForm(forms.Form):
    """The words of a draft; `version` is the state of the report that the writer saw."""

    introduction = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("How the quarter was, in two or three sentences. It stands on page one."),
    )
    about_misses = forms.CharField(
        label=_("What we did about the misses"),
        required=False,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    next_steps = forms.CharField(
        label=_("What comes next"),
        required=False,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, report: QuarterlyReport | None) -> "WordsForm":
        if report is None:
            return cls(initial={"version": 1})
        return cls(initial={**Words.of(report)._asdict(), "version": report.version})

    @property
    def words(self) -> Words:
        """What was written, once the form is valid; line ends as they are stored."""
        chosen = self.cleaned_data
        return Words(**{name: chosen[name].replace("\r\n", "\n").strip() for name in Words._fields})


class OverviewForm(forms.Form):
    """Which reports the list shows."""

    quarter = forms.ChoiceField(label=_("Quarter"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, *args: object, quarters: list[Quarter], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["quarter"]
        field.choices = [(str(one), one.label) for one in quarters]  # type: ignore[attr-defined]


class SchoolRequestsForm(forms.Form):
    """Which of the open requests of several schools to show; `at` becomes the school itself."""

    q = forms.CharField(label=_("Search in subjects"), required=False, max_length=100)
    at = forms.ChoiceField(label=_("School"), required=False)
    need = forms.ChoiceField(label=_("What it needs"), required=False, choices=list(NEEDS.items()))

    def __init__(self, *args: Any, schools: Sequence[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = {school.slug: school for school in schools}
        at: Any = self.fields["at"]
        at.choices = [("", _("All my schools")), *((one.slug, one.name) for one in schools)]

    def clean_at(self) -> Customer | None:
        return self.schools.get(self.cleaned_data["at"])
