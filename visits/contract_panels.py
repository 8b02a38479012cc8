"""What stands of visits on a contract's page, for staff and for the school.

It is fetched after the page, or behind a link without JavaScript: the page has enough to read of its own.
"""

from typing import Any

from django.urls import reverse

from contracts.panels import ContractPanel, PanelRequest, Slot, contract_panel_add


def _left(asked: PanelRequest) -> dict[str, Any]:
    page = "visits:left" if asked.for_staff else "portal_visits:left"
    return {"url": reverse(page, args=[asked.provider_slug, asked.contract.pk])}


contract_panel_add(ContractPanel(Slot.ALLOWANCES, 10, "visits/parts/left_panel.html", _left))
