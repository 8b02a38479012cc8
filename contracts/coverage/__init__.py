"""Is this covered? One typed question, one answer of Rule P1 with the clause that decided it.

`engine` decides, without a framework; `facts` is the vocabulary; `asking` reads what a package says.
"""

from contracts.coverage.asking import (
    Coverage,
    CoverageBook,
    condition_words,
    contract_coverage,
    package_coverage,
)
from contracts.coverage.facts import FACTS, Fact, FactKind

__all__ = [
    "FACTS",
    "Coverage",
    "CoverageBook",
    "Fact",
    "FactKind",
    "condition_words",
    "contract_coverage",
    "package_coverage",
]
