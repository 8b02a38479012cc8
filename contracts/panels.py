"""What other parts show on a contract's page: allowances, coming visits. They register a panel, the page draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from contracts.models import Contract


class Slot(Enum):
    """A place on the page."""

    ALLOWANCES = "allowances"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class PanelRequest:
    """For which contract and local day a panel is drawn, and whether the provider's staff will read it."""

    contract: Contract
    day: date
    for_staff: bool
    provider_slug: str


@dataclass(frozen=True, slots=True)
class ContractPanel:
    """One panel: `context` gives what `template` needs, or None where there is nothing to show."""

    slot: Slot
    order: int
    template: str
    context: Callable[[PanelRequest], dict[str, Any] | None]


_panels: list[ContractPanel] = []


def contract_panel_add(panel: ContractPanel) -> None:
    """Called once by each app when Django starts. Registering twice counts once."""
    if panel not in _panels:
        _panels.append(panel)
        _panels.sort(key=lambda one: one.order)


def contract_panels(asked: PanelRequest) -> dict[str, list[dict[str, Any]]]:
    """The panels of each slot that have something to show: `template` and `panel`, its context."""
    found: dict[str, list[dict[str, Any]]] = {slot.value: [] for slot in Slot}
    for one in _panels:
        context = one.context(asked)
        if context is not None:
            found[one.slot.value].append({"template": one.template, "panel": context})
    return found
