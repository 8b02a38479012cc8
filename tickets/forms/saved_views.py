"""The form of a kept view of the queue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.keeping import KeptForm
from tickets.models import SavedView, ViewIcon


class SavedViewForm(KeptForm):
    """What it is called and who sees it. What it shows stands in the address, as the queue was narrowed."""

    name = forms.CharField(label=_("Name"), min_length=2, max_length=40)
    icon = forms.ChoiceField(label=_("Picture"), choices=ViewIcon, initial=ViewIcon.FILTER)

    field_order = ("name", "icon", "audience")

    def __init__(self, *args: Any, view: SavedView | None, **options: Any) -> None:
        if view is not None:
            options["initial"] = {"name": view.name, "icon": view.icon}
        super().__init__(*args, row=view, **options)
        self.fields["audience"].help_text = _("A team's members may change its views.")

    def kept(self) -> dict[str, Any]:
        """The values as `saved_view_keep` takes them."""
        return {**self.cleaned_data, **self.audience_kept()}
