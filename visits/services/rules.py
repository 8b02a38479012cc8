"""What an administrator decides about visits: on-site hours, how packages count, fair use of one contract (Rule P5)."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from contracts.models import Contract, Package
from sla.models import BusinessCalendar
from sla.times import local_day
from visits.models import AllowanceKind, AllowanceRule, FairUseAgreement, Period, VisitPolicy
from visits.services.base import contract_lock
from visits.services.ledger import allowance_watch

MOST = 10_000


@transaction.atomic
def visit_policy_set(*, on_site_hours: BusinessCalendar, callout_rank: int) -> VisitPolicy:
    """The hours of visits, and up to which rank of level there are emergency callouts (rules S3, P4).

    Visits that are booked already stay as they are. Raises ValidationError by field.
    """
    if on_site_hours.follows_id is not None or on_site_hours.runs_in_visits:
        raise ValidationError({"on_site_hours": _("Choose one of the calendars.")})
    if on_site_hours.always_open or not on_site_hours.keeps_closures:
        words = _("Choose hours of the day that keep closures: visits are never at night or in the shutdown.")
        raise ValidationError({"on_site_hours": words})
    if callout_rank < 1:
        raise ValidationError({"callout_rank": _("The gravest level has rank 1.")})
    old = VisitPolicy.objects.select_for_update().select_related("on_site_hours").first()
    policy = old or VisitPolicy()
    before = (str(old.on_site_hours), old.callout_rank) if old else (None, None)
    policy.on_site_hours, policy.callout_rank = on_site_hours, callout_rank
    policy.save()
    changes = {
        "on_site_hours": (before[0], str(on_site_hours)),
        "callout_rank": (before[1], callout_rank),
    }
    audit_record(action="visit_policy.set", target=policy, changes=changes)
    return policy


@transaction.atomic
def allowance_rule_set(
    *,
    package: Package,
    kind: str,
    period: str,
    norm: int | None,
    carry_over: int = 0,
    warn_at: Collection[int] = (80, 95),
) -> AllowanceRule:
    """How a package counts one kind of use; `norm` None: counted, without a threshold (Rule P5).

    Raises ValidationError by field: kind, period, norm, carry_over, warn_at.
    """
    _check(
        {
            "kind": kind in AllowanceKind.values,
            "period": period in Period.values,
            "norm": norm is None or (0 < norm <= MOST and kind != AllowanceKind.SCHEDULED_VISIT),
            "carry_over": 0 <= carry_over <= MOST,
            "warn_at": all(1 <= percent <= 100 for percent in warn_at),
        }
    )
    values = {"period": period, "norm": norm, "carry_over": carry_over, "warn_at": sorted(set(warn_at))}
    old = AllowanceRule.objects.filter(package=package, kind=kind).first()
    before = {name: getattr(old, name, None) for name in values}
    rule, _is_new = AllowanceRule.objects.update_or_create(package=package, kind=kind, defaults=values)
    changes = {name: (before[name], values[name]) for name in values if before[name] != values[name]}
    audit_record(action="allowance_rule.set", target=rule, changes=changes)
    return rule


def allowance_rules_copy(package_id: int, copy: Package) -> None:
    """A package of a new edition counts as the one that it was copied from."""
    rules = list(AllowanceRule.objects.filter(package=package_id))
    for rule in rules:
        rule.pk, rule.package = None, copy
        rule._state.adding = True
    AllowanceRule.objects.bulk_create(rules)


@transaction.atomic
def fair_use_agree(*, contract: Contract, kind: str, norm: int, note: str = "") -> FairUseAgreement:
    """A threshold for one contract in place of its package's (Rule P5). Raises ValidationError by field: kind, norm."""
    _check(
        {
            "kind": kind in {AllowanceKind.ON_DEMAND_VISIT, AllowanceKind.REMOTE_SESSION},
            "norm": 0 < norm <= MOST,
        }
    )
    contract = contract_lock(contract.pk)
    old = FairUseAgreement.objects.filter(contract=contract, kind=kind).first()
    agreement, _is_new = FairUseAgreement.objects.update_or_create(
        contract=contract,
        kind=kind,
        defaults={"customer_id": contract.customer_id, "norm": norm, "note": note.strip()},
    )
    changes = {"norm": (old.norm if old else None, norm)}
    audit_record(action="fair_use.agreed", target=agreement, changes=changes, reason=note.strip())
    allowance_watch(contract, kind, local_day(timezone.now(), current_provider().time_zone))
    return agreement


@transaction.atomic
def fair_use_end(*, agreement: FairUseAgreement) -> None:
    """The package's own threshold holds again."""
    audit_record(action="fair_use.ended", target=agreement, changes={"norm": (agreement.norm, None)})
    agreement.delete()


def _check(answers: dict[str, bool]) -> None:
    wrong = {name: _("This cannot be.") for name, is_right in answers.items() if not is_right}
    if wrong:
        raise ValidationError(wrong)
