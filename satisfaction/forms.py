"""Forms of the question, its settings and its list (Rule I6)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satisfaction.models import COMMENT_LENGTH, USUAL_GAP, Answer
from satisfaction.models.questions import LONGEST_GAP
from sla.quarters import Quarter
from tickets.forms.desk import schools
from tickets.forms.fields import TenantChoiceField

UNANSWERED = "none"


class AnswerForm(forms.Form):
    """The answer, and a comment to it."""

    answer = forms.ChoiceField(
        label=_("How did we do?"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the three answers."),
            "invalid_choice": _("Choose one of the three answers."),
        },
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was good, or what should we do better next time?"),
    )


class SatisfactionSettingsForm(forms.Form):
    is_asked = forms.BooleanField(
        label=_("Ask how we did when a request is closed"),
        required=False,
        help_text=_(
            "Who made the request is asked in the portal and by mail. Nobody is asked about alerts, spam, withdrawn and"
            " confidential requests. What has been asked stays, and can still be answered."
        ),
    )
    gap_days = forms.IntegerField(
        label=_("Days between two such mails to one person"),
        min_value=0,
        max_value=LONGEST_GAP,
        initial=USUAL_GAP,
        help_text=_(
            "Whoever makes many requests is not mailed about each. The question still stands beside each request in the"
            " portal. 0: a mail for each closing."
        ),
    )


class SatisfactionFilterForm(forms.Form):
    """What the list shows. Without a choice: every answer, the newest first."""

    school = TenantChoiceField(schools, label=_("School"), required=False, empty_label=_("All schools"))
    answer = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[("", _("Every answer")), *Answer.choices, (UNANSWERED, _("Not answered yet"))],
    )
    quarter = forms.ChoiceField(label=_("Closed in"), required=False)

    def __init__(self, *args: Any, quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["quarter"]
        offered.choices = [("", _("Any quarter")), *((str(one), one.label) for one in quarters)]
