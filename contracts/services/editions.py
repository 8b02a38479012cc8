"""New editions of the agreement. An edition that contracts were signed under is never edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit_record
from contracts.copies import package_copied
from contracts.models import AgreementVersion, ClauseCondition, Package, PackageClause, VisitSlot
from sla.models import ServiceTarget, TargetSet


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """The promise for one level: working minutes and whole per cent."""

    response_minutes: int
    fix_minutes: int
    target_percent: int
    warn_percent: int


@transaction.atomic
def edition_create(
    *,
    base: AgreementVersion,
    label: str,
    published_on: date,
    targets: Mapping[int, TargetTerms],
    comments: str = "",
) -> AgreementVersion:
    """A new edition with these targets (by level id) and copies of the packages of `base` (rules, part P).

    Contracts keep the edition they were signed under. Raises ValidationError for a label that there is already.
    """
    name = f"SLA {label}"
    if AgreementVersion.objects.filter(label=label).exists() or TargetSet.objects.filter(name=name).exists():
        raise ValidationError(_("There is an edition '%(label)s' already.") % {"label": label})
    target_set = TargetSet.objects.create(name=name)
    for level_id, terms in targets.items():
        ServiceTarget.objects.create(
            target_set=target_set,
            level_id=level_id,
            response_minutes=terms.response_minutes,
            fix_minutes=terms.fix_minutes,
            target_percent=terms.target_percent,
            warn_percent=terms.warn_percent,
        )
    edition = AgreementVersion.objects.create(
        label=label, published_on=published_on, comments=comments, target_set=target_set
    )
    for package in Package.objects.filter(version=base):
        _copy(package, edition)
    audit_record(
        action="edition.created", target=edition, changes={"from": (base.label, label)}, reason=comments
    )
    return edition


def _copy(package: Package, edition: AgreementVersion) -> None:
    clauses = list(PackageClause.objects.filter(package=package))
    conditions = list(ClauseCondition.objects.filter(clause__package=package))
    slots = list(VisitSlot.objects.filter(package=package))
    old_id = package.pk
    package.pk, package.version = None, edition
    package._state.adding = True
    package.save(force_insert=True)
    copies = {clause.pk: clause for clause in clauses}
    rows: list[PackageClause | VisitSlot] = [*clauses, *slots]
    for row in rows:
        row.pk, row.package = None, package
        row._state.adding = True
        row.save(force_insert=True)
    for condition in conditions:
        condition.pk, condition.clause = None, copies[condition.clause_id]
        condition._state.adding = True
        condition.save(force_insert=True)
    package_copied(old_id, package)
