"""What this app holds of people: quotes that they asked for (Rule T7)."""

from django.utils.translation import gettext_lazy as _

from accounts.protecting import Fate, Holding, holding_add
from quotes.models import Quote

holding_add(
    Holding(
        key="quotes",
        name=_("Quotes that they asked for"),
        rows=lambda person: Quote.objects.filter(asked_by=person),
        shows=("customer__name", "subject", "wanted", "state", "asked_at"),
        fate=Fate.STAYS,
        why=_("A quote belongs to the school's accounts; the name in it is replaced."),
    )
)
