"""Forms by which a ticket is linked to another, and by which a message becomes a ticket of its own."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.forms.desk import levels
from tickets.forms.fields import OnceForm, TenantChoiceField
from tickets.models import LinkKind, Message, Ticket, TicketLink
from tickets.services.linking import splittable

CAUSE_OF = "cause"  # "caused", the other way round
KINDS = [
    (LinkKind.RELATED.value, LinkKind.RELATED.label),
    (LinkKind.CAUSED.value, LinkKind.CAUSED.label),
    (CAUSE_OF, _("Cause of")),
]
_NUMBER = re.compile(r"\s*(?:[A-Za-z]{2,6}-)?#?(\d{1,9})\s*", re.ASCII)
SHOWN_OF_MESSAGE = 60


class LinkForm(forms.Form):
    """To which ticket of the school, by its number as people write it, and how the two hang together."""

    kind = forms.ChoiceField(label=_("This ticket is"), choices=KINDS)
    other = forms.CharField(
        label=_("Ticket"),
        max_length=20,
        help_text=_("The number of another ticket of the school, such as 1042."),
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket

    def clean_other(self) -> Ticket:
        """The ticket of that number. Another school's is not told apart from one that does not exist."""
        number = _NUMBER.fullmatch(self.cleaned_data["other"])
        rows = Ticket.objects.filter(customer_id=self.ticket.customer_id, is_confidential=False)
        found = rows.filter(number=number[1]).first() if number else None
        if found is None:
            raise ValidationError(_("The school has no ticket of this number."))
        return found


class LinkOfTicketForm(forms.Form):
    """One link of this ticket, from either side."""

    link = TenantChoiceField(lambda: TicketLink.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TicketLink.objects.filter(ticket=ticket) | TicketLink.objects.filter(other=ticket)
        self.fields["link"].queryset = rows.select_related("ticket", "other")  # type: ignore[attr-defined]


def _said(message: Message) -> str:
    when = date_format(localtime(message.at), "D j M H:i")
    words = " ".join(message.text.split())
    short = words if len(words) <= SHOWN_OF_MESSAGE else f"{words[:SHOWN_OF_MESSAGE].rstrip()} …"
    return f"{when}, {message.author}: {short}"


class SplitForm(OnceForm):
    """Which message becomes a ticket of its own, and about what. `refusal`: why none can, in words."""

    message = TenantChoiceField(
        lambda: Message.objects.none(),
        words=_said,
        label=_("Message"),
        empty_label=_("Choose a message of the school"),
        help_text=_(
            "It stays here too. Who wrote it gets an acknowledgement, and the clocks of the new ticket run from when it"
            " came. Merging the new ticket into this one takes it back."
        ),
    )
    subject = forms.CharField(label=_("What the new ticket is about"), max_length=300)
    level = TenantChoiceField(levels, label=_("Level"), empty_label=None)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = splittable(ticket)
        self.fields["message"].queryset = rows  # type: ignore[attr-defined]
        self.fields["level"].initial = ticket.level_id
        self.refusal = "" if rows.exists() else gettext("The school has not written again since.")
