"""The form by which a ticket is merged into another."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.memory import current_provider
from tickets.forms.fields import TenantChoiceField
from tickets.models import OPEN_STATES, Ticket, TicketMerge
from tickets.references import ticket_reference


def _named(ticket: Ticket) -> str:
    reference = ticket_reference(current_provider(), ticket.number)
    return f"{reference} {ticket.subject[:80]} ({ticket.requester.name})"


class MergeForm(forms.Form):
    """Into which of the school's open tickets. `refusal`: why into none, in words."""

    into = TenantChoiceField(
        lambda: Ticket.objects.none(),
        words=_named,
        label=_("Deal with it in"),
        empty_label=_("Choose a ticket of the school"),
        help_text=_(
            "What was said and what is still to be done goes there; this one is closed and counts in no figure. Who"
            " asked for it is told by mail and can read all of the other. It can be taken back."
        ),
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Ticket.objects.filter(
            customer_id=ticket.customer_id, state__in=OPEN_STATES, is_confidential=False
        ).exclude(pk=ticket.pk)
        rows: QuerySet[Ticket] = others.select_related("requester").order_by("-id")
        self.fields["into"].queryset = rows  # type: ignore[attr-defined]
        self.refusal = "" if rows.exists() else gettext("The school has no other open ticket.")


class MergedForm(forms.Form):
    """One ticket that is dealt with in this one."""

    merge = TenantChoiceField(lambda: TicketMerge.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TicketMerge.objects.filter(into=ticket, undone_at__isnull=True)
        self.fields["merge"].queryset = rows.select_related("ticket", "into")  # type: ignore[attr-defined]
