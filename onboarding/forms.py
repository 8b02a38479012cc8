"""The form that takes the files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.files import FilesField


class UploadForm(forms.Form):
    upload = FilesField(
        label=_("Spreadsheet"),
        help_text=_("An Excel workbook (.xlsx), one or several CSV files, or a ZIP archive of CSV files."),
    )
