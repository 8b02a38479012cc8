"""The question and its answer: what a package says, the contract's variations included, and the engine to decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.tenancy.memory import current_provider
from contracts.coverage.engine import (
    ClauseRules,
    Decision,
    Outcome,
    Refer,
    Rule,
    Value,
    decide,
    facts_asked,
)
from contracts.coverage.facts import FACTS, Fact, comparison_words, comparisons_read
from contracts.models import Answer, ClauseCondition, ClauseTopic, Contract, Package, PackageClause
from contracts.selectors import DESK_CHANNELS, CoverageAnswer, clause_missing, desk_access
from contracts.variations import varied_clauses
from sla.times import local_day

# For a major failure the desk may always be asked, also where the package has no desk access (Rule I9).
OPEN_TO_ALL = frozenset({ClauseTopic.EMERGENCY_CALLOUT})


@dataclass(frozen=True, slots=True)
class Coverage:
    """The one answer to 'is this covered?' (Rule P1).

    `decided_by` is the topic of the clause that decided, `because` the facts that led there, `open_questions` what
    could still change the answer: with none of them it is final.
    """

    asked: ClauseTopic
    answer: Answer
    decided_by: ClauseTopic
    wording: str
    package: Package
    is_varied: bool
    because: tuple[str, ...]
    open_questions: tuple[Fact, ...]

    @property
    def is_final(self) -> bool:
        return not self.open_questions

    @property
    def clause_words(self) -> str:
        """'Classroom AV, On-Demand Support, v3.2'."""
        return f"{self.decided_by.label}, {self.package.name}, {self.package.version.label}"


@dataclass(frozen=True, slots=True)
class CoverageBook:
    """What one package says about every topic on one day, read once for any number of questions."""

    package: Package
    rules: Mapping[str, ClauseRules]
    varied: frozenset[str]

    @classmethod
    def of_contract(cls, contract: Contract, day: date) -> "CoverageBook":
        """What the contract's package says on a local day, as varied (Rule P8)."""
        return cls._read(contract.package, varied_clauses(contract, day, _with_cases(contract.package)))

    @classmethod
    def of_package(cls, package: Package) -> "CoverageBook":
        """What a package says to every school that has bought it."""
        return cls._read(package, _with_cases(package))

    @classmethod
    def _read(cls, package: Package, clauses: Iterable[PackageClause]) -> "CoverageBook":
        rules = {topic.value: ClauseRules(_outcome(clause_missing(package, topic))) for topic in ClauseTopic}
        varied: set[str] = set()
        for clause in clauses:
            # Words that were agreed with one school have no conditions: those of the package were of other words.
            own = clause.cases or [] if clause.pk else []  # type: ignore[attr-defined]  # see `_with_cases`
            said = Outcome(clause.topic, clause.answer, clause.wording)
            rules[clause.topic] = ClauseRules(said, tuple(_rule(one, clause.topic) for one in own))
            if clause.pk is None:
                varied.add(clause.topic)
        return cls(package, rules, frozenset(varied))

    def answer(self, topic: ClauseTopic, facts: Mapping[str, Value]) -> Coverage:
        """Exactly one answer, whatever is known. `facts` are values of the vocabulary by key."""
        decision = self._desk(topic, facts) or decide(self.rules, topic.value, facts)
        outcome = decision.outcome
        return Coverage(
            asked=topic,
            answer=Answer(outcome.answer),
            decided_by=ClauseTopic(outcome.topic),
            wording=outcome.wording,
            package=self.package,
            is_varied=outcome.topic in self.varied,
            because=tuple(comparison_words(one) for one in decision.because),
            open_questions=tuple(FACTS[key] for key in decision.open_facts),
        )

    def facts_of(self, topic: ClauseTopic) -> tuple[Fact, ...]:
        """What can be asked about a topic, in the order of the conditions."""
        return tuple(FACTS[key] for key in facts_asked(self.rules, topic.value))

    def _desk(self, topic: ClauseTopic, facts: Mapping[str, Value]) -> Decision | None:
        """The refusal of a desk channel, where the package has no desk access (Rule I9)."""
        if topic in OPEN_TO_ALL or facts.get("channel") not in DESK_CHANNELS:
            return None
        said = self.rules[ClauseTopic.DESK_ACCESS].otherwise
        found = CoverageAnswer(
            Answer(said.answer),
            ClauseTopic.DESK_ACCESS,
            said.wording,
            self.package,
            said.topic in self.varied,
        )
        access = desk_access(found)
        return Decision(_outcome(access)) if access.answer == Answer.NO_DESK_ACCESS else None


def condition_words(condition: ClauseCondition) -> str:
    """When a condition holds: 'Which kind of unit is it? is A projector; How high …? is more than 2.5'."""
    return "; ".join(comparison_words(one) for one in comparisons_read(condition.facts))


def contract_coverage(
    *, contract: Contract, topic: ClauseTopic, facts: Mapping[str, Value], day: date | None = None
) -> Coverage:
    """Whether the contract covers a request on a local day, today where none is given (rules P1, P6, P7, P8)."""
    day = day or local_day(timezone.now(), current_provider().time_zone)
    return CoverageBook.of_contract(contract, day).answer(topic, facts)


def package_coverage(*, package: Package, topic: ClauseTopic, facts: Mapping[str, Value]) -> Coverage:
    """Whether a package covers a request, without a contract's variations (rules P1, P6, P7)."""
    return CoverageBook.of_package(package).answer(topic, facts)


def _with_cases(package: Package) -> QuerySet[PackageClause]:
    """The clauses of a package in one query, each with its conditions in order as `cases`."""
    case = JSONObject(**{name: f"conditions__{name}" for name in ("facts", "refers_to", "answer", "wording")})
    cases = JSONBAgg(case, filter=Q(conditions__isnull=False), order_by="conditions__position")
    return PackageClause.objects.filter(package=package).annotate(cases=cases)


def _rule(case: Mapping[str, str], topic: str) -> Rule:
    then = Refer(case["refers_to"]) if case["refers_to"] else Outcome(topic, case["answer"], case["wording"])
    return Rule(comparisons_read(case["facts"]), then)


def _outcome(found: CoverageAnswer) -> Outcome:
    return Outcome(found.topic.value, found.answer.value, found.wording)
