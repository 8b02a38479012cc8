"""Forms of reviews in the desk (Rule S12)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import ReviewKind, ReviewOutcome
from reviews.models.review import TEXT_LENGTH
from reviews.selectors import DONE, OPEN
from tickets.forms.desk import schools
from tickets.forms.fields import TenantChoiceField


class ReviewFilterForm(forms.Form):
    """What the list shows. Without a choice: every review, the newest first."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), (OPEN, _("Open")), (DONE, _("Done"))]
    )
    kind = forms.ChoiceField(label=_("Why"), required=False, choices=[("", _("All")), *ReviewKind.choices])
    school = TenantChoiceField(schools, label=_("School"), required=False, empty_label=_("All schools"))


class FinishForm(forms.Form):
    """What was found, what came of it, and what the school is told."""

    found = forms.CharField(
        label=_("What was found"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the staff. The school does not see it."),
    )
    outcome = forms.ChoiceField(label=_("Outcome"), choices=ReviewOutcome.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Words to the school"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, is_told: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_told:
            del self.fields["words"]
        else:
            self.fields["words"].help_text = _(
                "Mailed as you write them. With 'Nothing needed' you may leave this empty; then nobody is told."
            )
