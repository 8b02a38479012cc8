"""Clauses and their conditions in a draft edition. One that holds, or was signed, is never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from contracts.coverage.engine import Comparison, Operator
from contracts.coverage.facts import comparisons_read, comparisons_stored
from contracts.models import Answer, ClauseCondition, ClauseTopic, Package, PackageClause
from contracts.selectors import is_draft
from sla.times import local_day

# Two conditions of a clause never have the same place, not even while they change places.
OUT_OF_THE_WAY = 1000


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """When a condition holds, and its answer in words, or the topic of the clause that it `refers_to` instead."""

    comparisons: tuple[Comparison, ...]
    refers_to: str = ""
    answer: str = ""
    wording: str = ""


@transaction.atomic
def clause_set(*, package: Package, topic: ClauseTopic, answer: str, wording: str) -> PackageClause:
    """What the package says about a topic where no condition holds; its conditions stay (Rule P1).

    Raises ValidationError by field, and for an edition that holds or that a contract was signed under.
    """
    _draft_lock(package)
    _check_answer(answer, wording)
    clause = PackageClause.objects.filter(package=package, topic=topic).first()
    before = [clause.answer, clause.wording] if clause else None
    clause = clause or PackageClause(package=package, topic=topic)
    clause.answer, clause.wording = answer, wording.strip()
    clause.save()
    audit_record(
        action="clause.set", target=clause, changes={"clause": (before, [clause.answer, clause.wording])}
    )
    return clause


@transaction.atomic
def condition_add(*, clause: PackageClause, terms: CaseTerms, place: int | None = None) -> ClauseCondition:
    """A further case of a clause, at this place of the order (from 1), else the last (rules P1, P6, P7).

    Raises ValidationError by field, and for an edition that holds or that a contract was signed under.
    """
    _draft_lock(clause.package)
    return _condition_put(ClauseCondition(clause=clause), terms, place, action="condition.added")


@transaction.atomic
def condition_change(
    *, condition: ClauseCondition, terms: CaseTerms, place: int | None = None
) -> ClauseCondition:
    """Another case in the place of this one; raises as `condition_add` does."""
    _draft_lock(condition.clause.package)
    return _condition_put(condition, terms, place or condition.position, action="condition.changed")


@transaction.atomic
def condition_remove(*, condition: ClauseCondition) -> None:
    """Take a case out; those after it move up. Raises ValidationError where the edition is no draft."""
    _draft_lock(condition.clause.package)
    audit_record(
        action="condition.removed", target=condition, changes={"condition": (_said(condition), None)}
    )
    clause = condition.clause
    condition.delete()
    _number(list(ClauseCondition.objects.filter(clause=clause)))


def _condition_put(
    condition: ClauseCondition, terms: CaseTerms, place: int | None, *, action: str
) -> ClauseCondition:
    others = list(ClauseCondition.objects.filter(clause=condition.clause).exclude(pk=condition.pk))
    _check_terms(terms, condition.clause, others)
    before = _said(condition) if condition.pk else None
    condition.facts = comparisons_stored(terms.comparisons)
    condition.refers_to, condition.answer = terms.refers_to, terms.answer
    condition.wording = terms.wording.strip()
    last = len(others) + 1
    others.insert(min(max(place or last, 1), last) - 1, condition)
    _number(others)
    audit_record(action=action, target=condition, changes={"condition": (before, _said(condition))})
    return condition


def _number(rows: Sequence[ClauseCondition]) -> None:
    kept = [row.pk for row in rows if row.pk]
    ClauseCondition.objects.filter(pk__in=kept).update(position=F("position") + OUT_OF_THE_WAY)
    for position, row in enumerate(rows, start=1):
        row.position = position
        row.save()


def _draft_lock(package: Package) -> None:
    # A contract that is being signed under a draft holds its package's row: whoever comes second sees the other.
    packages = Package.objects.select_for_update(of=("self",)).select_related("version")
    edition, *_others = [one.version for one in packages.filter(version=package.version_id).order_by("pk")]
    if not is_draft(edition, local_day(timezone.now(), current_provider().time_zone)):
        words = _("Edition %(label)s holds, or a contract was signed under it. Make a new edition from it.")
        raise ValidationError(words % {"label": edition.label}, code="in_force")


def _check_answer(answer: str, wording: str) -> None:
    problems = {}
    if answer not in Answer.values:
        problems["answer"] = _("Choose an answer.")
    if not wording.strip():
        problems["wording"] = _("Say it in words for the school.")
    if problems:
        raise ValidationError(problems)


def _check_terms(terms: CaseTerms, clause: PackageClause, others: Sequence[ClauseCondition]) -> None:
    stored = comparisons_stored(terms.comparisons)
    _check_facts(comparisons_read(stored))
    if any(one.facts == stored for one in others):
        raise ValidationError(_("There is a case with the same facts; one of the two would never decide."))
    if not terms.refers_to:
        _check_answer(terms.answer, terms.wording)
    elif terms.refers_to not in ClauseTopic.values or terms.refers_to == clause.topic:
        raise ValidationError({"refers_to": _("Choose another clause of the package.")})
    elif terms.answer or terms.wording.strip():
        words = _("Another clause decides: leave answer and words empty, or choose no other clause.")
        raise ValidationError({"refers_to": words})


def _check_facts(comparisons: Sequence[Comparison]) -> None:
    """Refuse bounds of a number that nothing can lie between."""
    over, most = (
        {one.fact: one.values[0] for one in comparisons if one.operator == operator}
        for operator in (Operator.MORE_THAN, Operator.AT_MOST)
    )
    for fact in over.keys() & most.keys():
        low, high = over[fact], most[fact]
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low >= high:
            raise ValidationError({f"most_{fact}": _("Nothing is more than the one and at most the other.")})


def _said(condition: ClauseCondition) -> dict[str, object]:
    names = ("position", "facts", "refers_to", "answer", "wording")
    return {name: getattr(condition, name) for name in names}
