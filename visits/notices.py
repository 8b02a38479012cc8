"""Telling the provider's own people about visits and allowances."""

from django.urls import reverse

from accounts.responsible import success_managers_of
from accounts.tenancy.memory import current_provider
from contracts.models import Contract
from delivery.services import notification_add


def managers_tell(contract: Contract, *, key: str, summary: str, detail: str = "", path: str = "") -> None:
    """Tell whoever answers for the school; it leads to `path`, or to the contract's page."""
    provider = current_provider()
    for person_id in success_managers_of(contract.customer):
        notification_add(
            person_id=person_id,
            key=key,
            summary=summary,
            detail=detail,
            path=path or reverse("desk_contracts:contract", args=[provider.slug, contract.pk]),
            customer_id=contract.customer_id,
        )
