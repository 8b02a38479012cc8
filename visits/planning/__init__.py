"""Planning a year of visits: plain data in, plain data out, no framework (rules P2, S3).

    found = plan(problem)       # a Plan: assignments, and what is impossible with its reason
    moved = replan(problem, found.assignments)   # somebody fell ill: only what must move moves

Days are local to the provider, times are minutes after local midnight. The same problem always gets the same plan.
"""

from visits.planning.planner import plan
from visits.planning.problem import (
    DAY_END,
    Assignment,
    Closing,
    Engagement,
    Engineer,
    Gap,
    Minutes,
    Options,
    Plan,
    Problem,
    Reason,
    Rhythm,
    Served,
    Slot,
    Usual,
)
from visits.planning.replanner import Replanned, replan

__all__ = [
    "DAY_END",
    "Assignment",
    "Closing",
    "Engagement",
    "Engineer",
    "Gap",
    "Minutes",
    "Options",
    "Plan",
    "Problem",
    "Reason",
    "Replanned",
    "Rhythm",
    "Served",
    "Slot",
    "Usual",
    "plan",
    "replan",
]
