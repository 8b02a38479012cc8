"""Contracts begin, change, end and are renewed. Two of one customer never hold on the same day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from contracts.ending import contract_shortened
from contracts.models import Contract, Package, PausePolicy
from contracts.services.variations import variants_ensure
from sla.models import BusinessCalendar
from sla.times import local_day

CHANGEABLE = frozenset(
    {
        "package",
        "calendar",
        "reference",
        "starts_on",
        "ends_on",
        "visits_purchased",
        "fix_runs_in_visits",
        "pause_policy",
        "notes",
    }
)


@transaction.atomic
def contract_create(
    *,
    customer: Customer,
    package: Package,
    calendar: BusinessCalendar,
    starts_on: date,
    ends_on: date | None = None,
    reference: str = "",
    visits_purchased: int = 0,
    fix_runs_in_visits: bool = True,
    pause_policy: str = PausePolicy.STRICT,
    notes: str = "",
) -> Contract:
    """A contract from `starts_on` to `ends_on`, local days, both included; without an end it holds until ended.

    It keeps the edition of its package (rules, part P). Raises ValidationError where another contract of the
    customer holds on one of the days.
    """
    contract = Contract(
        customer=customer,
        package=package,
        calendar=calendar,
        reference=reference,
        starts_on=starts_on,
        ends_on=ends_on,
        visits_purchased=visits_purchased,
        fix_runs_in_visits=fix_runs_in_visits,
        pause_policy=pause_policy,
        notes=notes,
    )
    _save(contract)
    audit_record(action="contract.created", target=contract, changes={"package": (None, str(package))})
    return contract


@transaction.atomic
def contract_change(*, contract: Contract, changes: Mapping[str, Any], reason: str = "") -> Contract:
    """Correct a contract. Running clocks keep the terms that they were started under (Rule P8).

    Raises ValidationError for an overlap or days the wrong way round, ValueError for a field that cannot change.
    """
    if unknown := set(changes) - CHANGEABLE:
        raise ValueError(f"A contract does not change its {', '.join(sorted(unknown))}.")
    before = {name: getattr(contract, name) for name in changes}
    for name, value in changes.items():
        setattr(contract, name, value)
    changed = {
        name: (_plain(old), _plain(changes[name])) for name, old in before.items() if old != changes[name]
    }
    if not changed:
        return contract
    _save(contract)
    variants_ensure(contract)
    if "notes" in changed:
        changed["notes"] = ("…", "…")
    audit_record(action="contract.changed", target=contract, changes=changed, reason=reason)
    if "ends_on" in before:
        contract_shortened(contract, before["ends_on"])
    return contract


@transaction.atomic
def contract_end(*, contract: Contract, last_day: date, reason: str = "") -> Contract:
    """Let the contract end with `last_day`, a local day that still belongs to it."""
    if last_day < contract.starts_on:
        raise ValidationError({"last_day": _("The contract starts after this day.")})
    before = contract.ends_on
    contract.ends_on = last_day
    _save(contract)
    audit_record(
        action="contract.ended", target=contract, changes={"ends_on": (before, last_day)}, reason=reason
    )
    contract_shortened(contract, before)
    return contract


@transaction.atomic
def contract_renew(*, contract: Contract, starts_on: date, **terms: Any) -> Contract:
    """A following contract from `starts_on`, with the old one's terms except those given.

    The old contract ends the day before, so that what held when stays readable (Rule P8).
    """
    if contract.ends_on is None or contract.ends_on >= starts_on:
        contract_end(contract=contract, last_day=starts_on - timedelta(days=1), reason=_("Renewed"))
    kept = {
        name: getattr(contract, name)
        for name in ("package", "calendar", "visits_purchased", "fix_runs_in_visits", "pause_policy")
    }
    return contract_create(customer=contract.customer, starts_on=starts_on, **{**kept, **terms})


def _save(contract: Contract) -> None:
    if contract.ends_on and contract.ends_on < contract.starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    # The customer's row is the lock: of two that look for an overlap at once, the second sees the first's.
    Customer.objects.select_for_update().get(pk=contract.customer_id)
    others = Contract.objects.filter(customer_id=contract.customer_id).exclude(pk=contract.pk)
    for other in others:
        starts_inside = contract.ends_on is None or other.starts_on <= contract.ends_on
        ends_inside = other.ends_on is None or other.ends_on >= contract.starts_on
        if starts_inside and ends_inside:
            until = other.ends_on.isoformat() if other.ends_on else _("no end")
            words = _(
                "Another contract of this customer already holds from %(first)s to %(last)s. End it first."
            )
            raise ValidationError(
                {"starts_on": words % {"first": other.starts_on.isoformat(), "last": until}}
            )
    _draft_held(contract)
    contract.save()


def _draft_held(contract: Contract) -> None:
    """Keep a draft's clauses as they are while a contract is signed under it (`contracts.services.clauses`).

    The foreign key alone does not: it is looked at only when the transaction ends.
    """
    today = local_day(timezone.now(), current_provider().time_zone)
    drafts = Package.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(drafts.filter(pk=contract.package_id, version__published_on__gt=today))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Package | BusinessCalendar) else value
