"""Which of a package's conditions decides, in order, and which unknown facts could still change that. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Value = str | bool | Decimal
Facts = Mapping[str, Value]


class Operator(StrEnum):
    """How a fact is compared. `ONE_OF` and `NONE_OF` compare with several values, the last two with a number."""

    IS = "is"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"


NUMERIC = frozenset({Operator.AT_MOST, Operator.MORE_THAN})
MANY = frozenset({Operator.ONE_OF, Operator.NONE_OF})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: the fact's name, the operator, and the values that it is compared with."""

    fact: str
    operator: Operator
    values: tuple[Value, ...]

    def holds(self, facts: Facts) -> bool | None:
        """Whether it holds for these facts; None where the fact is not known."""
        if self.fact not in facts:
            return None
        known = facts[self.fact]
        match self.operator:
            case Operator.IS | Operator.ONE_OF:
                return known in self.values
            case Operator.NONE_OF:
                return known not in self.values
            case Operator.AT_MOST:
                return isinstance(known, Decimal) and all(known <= _number(one) for one in self.values)
            case Operator.MORE_THAN:
                return isinstance(known, Decimal) and all(known > _number(one) for one in self.values)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer under a topic's clause, in words that can be sent."""

    topic: str
    answer: str
    wording: str


@dataclass(frozen=True, slots=True)
class Refer:
    """Another clause of the same package decides."""

    topic: str


@dataclass(frozen=True, slots=True)
class Rule:
    """All comparisons have to hold."""

    comparisons: tuple[Comparison, ...]
    then: Outcome | Refer


@dataclass(frozen=True, slots=True)
class ClauseRules:
    """A clause: its rules in order, and what it says where none of them holds."""

    otherwise: Outcome
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The one outcome, the comparisons that led to it, and what to ask next. Without open facts it is final."""

    outcome: Outcome
    because: tuple[Comparison, ...] = ()
    open_facts: tuple[str, ...] = ()


Book = Mapping[str, ClauseRules]


def decide(book: Book, topic: str, facts: Facts) -> Decision:
    """The first rule of the topic's clause that holds decides; where none does, the clause itself.

    A rule that may hold, for want of a fact, does not decide: the fact is open if the rule's outcome is another one.
    A rule may refer to another clause, whose rules then decide; a clause that is reached twice speaks for itself.
    Raises KeyError where the book lacks a topic.
    """
    return _decide(book, topic, facts, frozenset())


def facts_asked(book: Book, topic: str) -> tuple[str, ...]:
    """The facts that rules of this topic, and of the clauses that they refer to, can turn on; in the rules' order."""
    return tuple(dict.fromkeys(_facts_under(book, topic, frozenset())))


def _decide(book: Book, topic: str, facts: Facts, seen: frozenset[str]) -> Decision:
    clause = book[topic]
    if topic in seen:
        return Decision(clause.otherwise)
    inside = seen | {topic}
    undecided: list[tuple[str, Decision]] = []
    decision = Decision(clause.otherwise)
    for rule in clause.rules:
        results = [(one, one.holds(facts)) for one in rule.comparisons]
        if any(result is False for _, result in results):
            continue
        unknown = next((one.fact for one, result in results if result is None), None)
        reached = _reach(book, rule, facts, inside)
        if unknown is None:
            decision = reached
            break
        undecided.append((unknown, reached))
    return _with_open(decision, undecided)


def _reach(book: Book, rule: Rule, facts: Facts, seen: frozenset[str]) -> Decision:
    if isinstance(rule.then, Outcome):
        return Decision(rule.then, rule.comparisons)
    found = _decide(book, rule.then.topic, facts, seen)
    return Decision(found.outcome, rule.comparisons + found.because, found.open_facts)


def _with_open(decision: Decision, undecided: Iterable[tuple[str, Decision]]) -> Decision:
    """Add what is open: of each rule that may hold and would change the outcome, its first unknown fact."""
    deciding = [fact for fact, other in undecided if other.outcome != decision.outcome or other.open_facts]
    return Decision(
        decision.outcome, decision.because, tuple(dict.fromkeys([*deciding, *decision.open_facts]))
    )


def _facts_under(book: Book, topic: str, seen: frozenset[str]) -> Iterator[str]:
    if topic in seen:
        return
    for rule in book[topic].rules:
        yield from (one.fact for one in rule.comparisons)
    for rule in book[topic].rules:
        if isinstance(rule.then, Refer):
            yield from _facts_under(book, rule.then.topic, seen | {topic})


def _number(value: Value) -> Decimal:
    assert isinstance(value, Decimal)
    return value
