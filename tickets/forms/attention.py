"""The form of the limits for tickets without an owner and for news of escalated ones (Rule E1)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.models import AttentionPolicy


class AttentionForm(forms.ModelForm):  # type: ignore[type-arg] # Django's own class is not generic
    """Each limit in the desk's opening hours; empty: it is not watched."""

    class Meta:
        model = AttentionPolicy
        fields = ("owner_within", "update_every", "update_every_senior")
        labels = {
            "owner_within": _("A ticket has an owner within so many minutes"),
            "update_every": _("While managers have a ticket, the school has news every so many hours"),
            "update_every_senior": _("While senior management has it, every so many hours"),
        }
        help_texts = {
            "owner_within": _(
                "When they have passed, the team’s lead is told once and the ticket is marked. It begins again when"
                " somebody takes the owner away."
            ),
            "update_every": _(
                "When they have passed since our last message to the school, its success manager and the technical"
                " lead are told; when they have passed once more, senior management is."
            ),
        }
