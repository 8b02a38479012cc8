"""The form field of telephone numbers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.telephone import LONGEST, numbers_in

NO_NUMBER = _("There is no telephone number in this. Write it like 01632 960001 or +33 1 23 45 67 89.")


class NumbersField(forms.CharField):
    """One number or several, as people write them, with words about them: it is kept as it was typed."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
        help_text = _("Several with commas between; an extension as 01632 960001 ext 12.")
        super().__init__(**{"max_length": LONGEST, "widget": widget, "help_text": help_text, **options})

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and not numbers_in(text):
            raise ValidationError(NO_NUMBER)
        return text
