"""A form that does its work once."""

import hashlib
from uuid import uuid4

from django import forms
from django.db.models import Model


class OnceForm(forms.Form):
    """A form that does its work once, however often it is sent: each drawn page has a key of its own."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def digest(self, *asked: object) -> str:
        """What this sending is known by; '' without a key. Call it on a valid form.

        `asked` says by whom and for what. Other words are another sending, also from the same page: who goes back and
        writes something else loses nothing.
        """
        if self.cleaned_data["once"] is None:
            return ""
        said = [*asked, *(f"{name}={_said(value)}" for name, value in sorted(self.cleaned_data.items()))]
        return hashlib.sha256("\0".join(map(str, said)).encode()).hexdigest()


def _said(value: object) -> object:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, list):  # files
        return [(part.name, hashlib.sha256(part.content).hexdigest()) for part in value]
    return value
