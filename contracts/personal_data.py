"""What this app holds of people: changes to systems that they told us of (Rule T7)."""

from django.utils.translation import gettext_lazy as _

from accounts.protecting import Fate, Holding, holding_add
from contracts.models import ReportedChange

holding_add(
    Holding(
        key="reported_changes",
        name=_("Changes to systems that they told us of"),
        rows=lambda person: ReportedChange.objects.filter(reported_by=person),
        shows=("customer__name", "what", "system", "changed_on", "reported_at"),
        fate=Fate.STAYS,
        why=_("It is the school's record of its systems; the name in it is replaced."),
    )
)
