"""The form in which a provider writes the words of a mail."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery.wording.checking import BODY_LENGTH, SUBJECT_LENGTH, words_check
from delivery.wording.kinds import MailKind


class WordsForm(forms.Form):
    """Subject and text, and what to try them on. `version` is the newest that the writer has seen."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=SUBJECT_LENGTH)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy(
            "Leave a line empty between paragraphs. **bold**, - list, [words](address). Keep a sentence on one line: a"
            " line is left out where a variable in it is empty."
        ),
    )
    example = forms.ChoiceField(label=gettext_lazy("Try it on"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, data: Any, *, kind: MailKind, examples: Sequence[tuple[str, str]], **details: Any
    ) -> None:
        super().__init__(data, **details)
        self.kind = kind
        example: Any = self.fields["example"]
        example.choices = examples
        if not kind.subject:
            del self.fields["subject"]
        elif kind.tag:
            self.fields["subject"].help_text = _(
                "The number of the request is put in front of it, so that answers find their way."
            )

    @property
    def subject_written(self) -> str:
        return str(self.cleaned_data.get("subject", ""))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "body" in cleaned and ("subject" in cleaned or "subject" not in self.fields):
            try:
                words_check(kind=self.kind, subject=cleaned.get("subject", ""), body=cleaned["body"])
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned
