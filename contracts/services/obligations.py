"""The list of a provider's obligations, and reviews of how a customer stands with them (Rule E6)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.services import audit_record
from accounts.tenancy.scope import current_scope
from contracts.models import Obligation, ObligationReview, ObligationState

CHANGEABLE = frozenset({"name", "wording", "position", "review_months", "is_active"})


@transaction.atomic
def obligation_create(
    *, name: str, wording: str, review_months: int = 12, position: int | None = None
) -> Obligation:
    """Another thing that is asked of every customer; without a place it comes last. Raises ValidationError."""
    if position is None:
        position = (Obligation.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    row = Obligation(name=name, wording=wording, review_months=review_months, position=position)
    _save(row)
    audit_record(action="obligation.created", target=row)
    return row


@transaction.atomic
def obligation_change(*, obligation: Obligation, **changes: Any) -> Obligation:
    """Word it otherwise, move it in the list, or ask it no longer; reviews stay. Raises ValidationError."""
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"Cannot be set: {', '.join(sorted(unknown))}")
    differences = {}
    for name, value in changes.items():
        before = getattr(obligation, name)
        if before != value:
            differences[name] = (before, value)
            setattr(obligation, name, value)
    if differences:
        _save(obligation)
        audit_record(action="obligation.changed", target=obligation, changes=differences)
    return obligation


@transaction.atomic
def obligation_review(
    *, customer: Customer, obligation: Obligation, state: str, reviewed_on: date, today: date, note: str = ""
) -> ObligationReview:
    """Record how the customer stands; the line before stays. Local days. Raises ValidationError, by field."""
    if state not in ObligationState.values:
        raise ValidationError({"state": _("There is no such state.")})
    if reviewed_on > today:
        raise ValidationError({"reviewed_on": _("This day has not come yet.")})
    row = ObligationReview.objects.create(
        customer=customer,
        obligation=obligation,
        state=state,
        reviewed_on=reviewed_on,
        note=note.strip(),
        by_id=current_scope().person_id,
    )
    audit_record(action="obligation.reviewed", target=row, changes={"state": (None, state)})
    return row


def _save(row: Obligation) -> None:
    if Obligation.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        raise ValidationError({"name": _("There is such an obligation already.")})
    row.full_clean(exclude=["provider"])
    row.save()
