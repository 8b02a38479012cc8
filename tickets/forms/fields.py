"""Form fields that several forms of tickets share."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.models import ModelChoiceIterator

from tickets.errors import TooLarge
from tickets.services.attachments import UploadedPart, attachments_check


class RowsRead(ModelChoiceIterator):  # type: ignore[type-arg] # not subscriptable when it runs
    """Reads the rows once for each form, however often a widget goes through the choices."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for row in self.queryset:
            yield self.choice(row)


class TenantChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable when it runs
    """A choice among rows of the open scope, looked up when a form is made, not when it is defined.

    `words` says how a row reads; its own name where it is not given.
    """

    iterator = RowsRead

    def __init__(
        self, rows: Callable[[], QuerySet[Any]], *, words: Callable[[Any], str] | None = None, **options: Any
    ) -> None:
        self.rows, self.words = rows, words or str
        super().__init__(queryset=None, **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> "TenantChoiceField":
        own: TenantChoiceField = super().__deepcopy__(memo)
        own.queryset = self.rows()
        return own

    def label_from_instance(self, obj: Any) -> str:
        return self.words(obj)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as parts ready for the services. Files above the limit are refused by name."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedPart]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        parts = [self._part(super(FilesField, self).clean(one, initial)) for one in files]
        try:
            attachments_check(parts)
        except TooLarge as problem:
            raise ValidationError(str(problem)) from problem
        return parts

    def _part(self, upload: Any) -> UploadedPart:
        return UploadedPart(
            name=upload.name or "file",
            content_type=upload.content_type or "application/octet-stream",
            content=upload.read(),
        )


class OnceForm(forms.Form):
    """A form that does its work once, however often it is sent: each drawn page has a key of its own."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def digest(self, *asked: object) -> str:
        """What `sent_once` knows this sending by; '' without a key. Call it on a valid form.

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
