"""The form field of files."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.files import FileTooLarge, UploadedPart, parts_check


class ManyFilesInput(forms.ClearableFileInput):
    """A plain input of files; `data-files` is what files.js builds on: the limit and its words."""

    allow_multiple_selected = True

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        more = {"limit": settings.ATTACHMENT_LIMIT, "words": _words()}
        return {**super().build_attrs(base_attrs, extra_attrs), "data-files": json.dumps(more)}


def _words() -> dict[str, str]:
    """In braces what the script puts in."""
    return {
        "hint": _("You can also drop files here, or paste a picture."),
        "camera": _("Take a photo"),
        "list": _("Files to send"),
        "pasted": _("Pasted picture"),
        "remove": _("Remove"),
        "remove_one": _("Remove {name}"),
        "added": _("Added: {names}"),
        "removed": _("Removed: {name}"),
        "large": _("{name} is larger than {limit}: it cannot be sent."),
        "empty": _("{name} is empty: it cannot be sent."),
        "refused": _("{name} is not of a kind that is taken here."),
    }


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
