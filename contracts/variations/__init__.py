"""What a contract says on a day, its variations included (Rule P8).

`folding` decides which variations hold, without a database; `reading` asks for rows and answers in terms and clauses.
"""

from contracts.variations.folding import in_force
from contracts.variations.reading import (
    Standing,
    standing_on,
    variations_held,
    variations_of,
    variations_of_many,
    varied_clauses,
    varied_terms,
    visit_window_on,
    visits_purchased_on,
)

__all__ = [
    "Standing",
    "in_force",
    "standing_on",
    "variations_held",
    "variations_of",
    "variations_of_many",
    "varied_clauses",
    "varied_terms",
    "visit_window_on",
    "visits_purchased_on",
]
