"""Everything that the page of a contract shows, for our staff and for the school's contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import CustomerMembership, CustomerRole
from contracts.models import (
    Contract,
    ContractDocument,
    EmergencyCallout,
    PackageClause,
    Variation,
    Varied,
    VisitSlot,
    VisitWindow,
)
from contracts.obligations import obligations_of
from contracts.panels import PanelRequest, contract_panels
from contracts.variations import in_force, standing_on
from contracts.variations.reading import clauses_under
from contracts.wording import period_words, thing_words, value_words
from sla.models import ServiceTarget

AHEAD = timedelta(days=365)
NAMED_CONTACTS = (
    CustomerRole.RELATIONSHIP_OWNER,
    CustomerRole.BUSINESS_MANAGER,
    CustomerRole.IT_LEAD,
    CustomerRole.FINANCE_CONTACT,
)


@dataclass(frozen=True, slots=True)
class VariationLine:
    """One line of the agreement's variations, in words. `state`: holds, coming, over, replaced or withdrawn."""

    row: Variation
    what: str
    value: str
    days: str
    state: str

    @property
    def is_standing(self) -> bool:
        return self.state in {"holds", "coming", "over"}


def contract_context(
    *, contract: Contract, day: date, today: date, for_staff: bool, slug: str
) -> dict[str, Any]:
    """The context of the page: terms of `day`, and what is true today. Local days of the provider."""
    lines = variation_lines(contract, day)
    known = [line.row for line in lines if line.is_standing]
    held = in_force(known, started_on=day, seen_on=day)
    package = contract.package
    panels = contract_panels(
        PanelRequest(contract=contract, day=today, for_staff=for_staff, provider_slug=slug)
    )
    return {
        "contract": contract,
        "customer": contract.customer,
        "day": day,
        "is_today": day == today,
        **terms_context(contract, day, known),
        "clauses": [
            {"clause": one, "is_varied": one.pk is None}
            for one in clauses_under(contract, held, PackageClause.objects.filter(package=package))
        ],
        "slots": VisitSlot.objects.filter(package=package),
        "callout": EmergencyCallout(package.emergency_callout).label,
        "lines": lines,
        "contacts": contacts_of(contract),
        "obligations": obligations_of(contract.customer_id, today),
        "documents": ContractDocument.objects.filter(contract=contract),
        "next_contract": Contract.objects.filter(
            customer_id=contract.customer_id, starts_on__gt=contract.starts_on
        )
        .select_related("package")
        .order_by("starts_on")
        .first(),
        "panels": panels,
    }


def terms_context(contract: Contract, day: date, known: Sequence[Variation]) -> dict[str, Any]:
    """What holds on a day: service hours, waiting, visits, and the promises of each level."""
    standing = standing_on(contract, day, known)
    return {
        "holds": contract.starts_on <= day and (contract.ends_on is None or contract.ends_on >= day),
        "standing": standing,
        "standing_lines": [
            {"what": thing_words(row), "value": value_words(row)} for row in standing.variations
        ],
        "varied": {row.varied for row in standing.variations},
        "visit_window": VisitWindow(standing.visit_window).label,
        "promises": _promises(contract, standing.variations),
    }


def variation_lines(contract: Contract, day: date) -> list[VariationLine]:
    """Every line that was ever recorded, in the order of the days from which they hold, as seen on a day."""
    rows = Variation.objects.filter(contract=contract).select_related(
        "calendar", "level", "approved_by", "entered_by", "period", "replaces"
    )
    return [
        VariationLine(
            row,
            thing_words(row),
            value_words(row),
            period_words(row.holds_from, row.holds_until),
            _state(row, day),
        )
        for row in rows
    ]


def lanes_of(contract: Contract, lines: Sequence[VariationLine], day: date, today: date) -> dict[str, Any]:
    """The drawn strip: the contract itself, and a lane for each thing that was ever agreed otherwise."""
    standing = [line for line in lines if line.is_standing]
    by_thing: dict[str, list[VariationLine]] = {}
    for line in standing:
        by_thing.setdefault(line.row.thing, []).append(line)
    ends = [line.row.holds_until or line.row.holds_from for line in standing]
    last = contract.ends_on or max([today + AHEAD, day, *ends])
    whole = {
        "first": contract.starts_on,
        "last": contract.ends_on,
        "label": f"{contract.package.name} ({contract.package.version.label})",
        "kind": "plain",
    }
    return {
        "first": contract.starts_on,
        "last": max(last, contract.starts_on),
        "mark": day,
        "mark_label": _("Today") if day == today else "",
        "lanes": [
            {"name": _("Contract"), "bars": [whole]},
            *({"name": own[0].what, "bars": [_bar(line) for line in own]} for own in by_thing.values()),
        ],
    }


def contacts_of(contract: Contract) -> list[dict[str, Any]]:
    """The four named contacts (Rule T3), each with whoever holds the role; a role that nobody holds stands out."""
    rows = CustomerMembership.objects.filter(
        customer_id=contract.customer_id, role__in=NAMED_CONTACTS, person__is_active=True
    ).select_related("person")
    people: dict[str, list[Any]] = {role: [] for role in NAMED_CONTACTS}
    for row in rows.order_by("person__name"):
        people[row.role].append(row.person)
    return [{"role": CustomerRole(role).label, "people": found} for role, found in people.items()]


def _promises(contract: Contract, held: Sequence[Variation]) -> list[dict[str, Any]]:
    """Reply, fix and target of each level, with what differs from the edition marked."""
    rows = ServiceTarget.objects.filter(target_set_id=contract.package.version.target_set_id)
    found = []
    for target in rows.select_related("level"):
        own = {row.varied: row.number for row in held if row.level_id == target.level_id}
        found.append(
            {
                "level": target.level,
                "response": own.get(Varied.RESPONSE, target.response_minutes),
                "fix": own.get(Varied.FIX, target.fix_minutes),
                "percent": own.get(Varied.TARGET, target.target_percent),
                "varied": set(own),
            }
        )
    return found


def _state(row: Variation, day: date) -> str:
    if row.is_withdrawn:
        return "withdrawn"
    if getattr(row, "period", None) is None:
        return "replaced"
    if row.holds_from > day:
        return "coming"
    return "holds" if row.holds_until is None or row.holds_until >= day else "over"


def _bar(line: VariationLine) -> dict[str, Any]:
    return {
        "first": line.row.holds_from,
        "last": line.row.holds_until,
        "label": line.value,
        "kind": "agreed",
    }
