"""The form field of files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.files import FileTooLarge, UploadedPart, parts_check


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as parts ready for the services. Files above the limit are refused by name."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedPart]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            super().clean(None, initial)  # says so where one is needed
        parts = [self._part(super(FilesField, self).clean(one, initial)) for one in files]
        try:
            parts_check(parts)
        except FileTooLarge as problem:
            raise ValidationError(str(problem)) from problem
        return parts

    def _part(self, upload: Any) -> UploadedPart:
        return UploadedPart(
            name=upload.name or "file",
            content_type=upload.content_type or "application/octet-stream",
            content=upload.read(),
        )
