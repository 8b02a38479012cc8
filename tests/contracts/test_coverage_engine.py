"""The engine that decides coverage: exactly one answer for whatever is known, in order, with what is still open."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.coverage.engine import (
    Book,
    ClauseRules,
    Comparison,
    Operator,
    Outcome,
    Refer,
    Rule,
    Value,
    decide,
    facts_asked,
)

DOMAIN: dict[str, tuple[Value, ...]] = {
    "colour": ("red", "green", "blue"),
    "ours": (True, False),
    "height": (Decimal(1), Decimal("2.5"), Decimal(4)),
}
TOPICS = ("one", "two", "three")
outcomes = st.builds(Outcome, st.sampled_from(TOPICS), st.sampled_from(["yes", "no", "quote"]), st.just(""))
tests = st.one_of(
    st.builds(
        Comparison, st.just("colour"), st.just(Operator.IS), st.tuples(st.sampled_from(DOMAIN["colour"]))
    ),
    st.builds(
        Comparison,
        st.just("colour"),
        st.sampled_from([Operator.ONE_OF, Operator.NONE_OF]),
        st.lists(st.sampled_from(DOMAIN["colour"]), min_size=1, max_size=2).map(tuple),
    ),
    st.builds(Comparison, st.just("ours"), st.just(Operator.IS), st.tuples(st.booleans())),
    st.builds(
        Comparison,
        st.just("height"),
        st.sampled_from([Operator.AT_MOST, Operator.MORE_THAN]),
        st.tuples(st.sampled_from(DOMAIN["height"])),
    ),
)
rules = st.builds(
    Rule,
    st.lists(tests, min_size=1, max_size=3).map(tuple),
    st.one_of(outcomes, st.builds(Refer, st.sampled_from(TOPICS))),
)
clauses = st.builds(ClauseRules, outcomes, st.lists(rules, max_size=5).map(tuple))
books = st.fixed_dictionaries(dict.fromkeys(TOPICS, clauses))
everything = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in DOMAIN.items()})
something = st.fixed_dictionaries({}, optional={name: st.sampled_from(v) for name, v in DOMAIN.items()})


def naive(book: Book, topic: str, facts: Mapping[str, Value], seen: tuple[str, ...] = ()) -> Outcome:
    """The first rule that holds, read off the rows without a thought for what is not known."""
    if topic not in seen:
        for rule in book[topic].rules:
            if all(test.holds(facts) for test in rule.comparisons):
                if isinstance(rule.then, Outcome):
                    return rule.then
                return naive(book, rule.then.topic, facts, (*seen, topic))
    return book[topic].otherwise


def completions(facts: Mapping[str, Value]) -> list[dict[str, Value]]:
    """Every way in which the unknown could turn out."""
    names = list(DOMAIN)
    chosen = [(facts[name],) if name in facts else DOMAIN[name] for name in names]
    return [dict(zip(names, values, strict=True)) for values in product(*chosen)]


@pytest.mark.rule("P1")
@given(books, everything)
def test_with_all_facts_the_first_rule_that_holds_decides(book: Book, facts: dict[str, Value]) -> None:
    found = decide(book, "one", facts)
    assert found.outcome == naive(book, "one", facts)
    assert found.open_facts == ()
    assert all(test.holds(facts) for test in found.because)


@pytest.mark.rule("P1")
@given(books, something)
def test_an_answer_without_open_facts_is_final(book: Book, facts: dict[str, Value]) -> None:
    found = decide(book, "one", facts)
    assert set(found.open_facts) <= set(facts_asked(book, "one")) - set(facts)
    if not found.open_facts:
        assert {naive(book, "one", full) for full in completions(facts)} == {found.outcome}


@pytest.mark.rule("P1")
@given(books, everything)
def test_answering_what_is_open_comes_to_the_same_answer(book: Book, facts: dict[str, Value]) -> None:
    known: dict[str, Value] = {}
    while found := decide(book, "one", known).open_facts:
        known[found[0]] = facts[found[0]]
    assert decide(book, "one", known).outcome == naive(book, "one", facts)


def test_facts_that_cannot_change_the_answer_are_not_asked() -> None:
    same = Outcome("one", "yes", "")
    rule = Rule((Comparison("ours", Operator.IS, (True,)),), same)
    assert decide({"one": ClauseRules(same, (rule,))}, "one", {}).open_facts == ()


def test_two_clauses_that_refer_to_each_other_come_to_an_end() -> None:
    def book(first: str, other: str) -> ClauseRules:
        return ClauseRules(
            Outcome(first, "no", ""), (Rule((Comparison("ours", Operator.IS, (True,)),), Refer(other)),)
        )

    found = decide({"one": book("one", "two"), "two": book("two", "one")}, "one", {"ours": True})
    assert found.outcome.topic == "one"
