"""Whether a plan keeps the hard rules: written from the rules, sharing nothing with the planner (rules P2, S3)."""

from collections import Counter
from datetime import date

from visits.planning import Assignment, Engineer, Plan, Problem, Served, Slot


def broken_rules(problem: Problem, assignments: tuple[Assignment, ...]) -> list[str]:
    """What is wrong with these assignments, in words; nothing where all is well."""
    contracts = {one.key: one for one in problem.contracts}
    engineers = {one.key: one for one in problem.engineers}
    found = []
    for one in assignments:
        contract, engineer = contracts[one.contract], engineers.get(one.engineer)
        slot = next((slot for slot in contract.slots if slot.key == one.slot), None)
        if slot is None:
            found.append(f"{one}: no such slot")
        else:
            found += [f"{one}: {words}" for words in _day_faults(problem, contract, slot, one.day)]
            found += [f"{one}: {words}" for words in _engineer_faults(engineer, slot, one.day)]
    for (contract_key, day), number in Counter((one.contract, one.day) for one in assignments).items():
        if number > 1 or day in contracts[contract_key].fixed:
            found.append(f"contract {contract_key} is visited twice on {day}")
    for engineer in problem.engineers:
        found += _two_places(problem, contracts, engineer, assignments)
    return found


def wrong_numbers(problem: Problem, plan: Plan) -> list[str]:
    """Contracts whose planned and impossible visits are not together what they bought."""
    planned = Counter(one.contract for one in plan.assignments)
    impossible = Counter({gap.contract: gap.visits for gap in plan.gaps})
    return [
        f"contract {one.key}: {planned[one.key]} planned, {impossible[one.key]} impossible of {one.visits}"
        for one in problem.contracts
        if planned[one.key] + impossible[one.key] != one.visits
    ]


def _day_faults(problem: Problem, contract: Served, slot: Slot, day: date) -> list[str]:
    found = []
    if not contract.first_day <= day <= contract.last_day:
        found.append("outside the window")
    if day.isoweekday() > 5:
        found.append("at a weekend")
    if slot.starts < problem.options.opens or slot.ends > problem.options.closes:
        found.append("outside on-site hours")
    for closing in contract.closed.get(day, ()):
        if max(closing.starts, slot.starts) < min(closing.ends, slot.ends):
            found.append(f"closed: {closing.name}")
    return found


def _engineer_faults(engineer: Engineer | None, slot: Slot, day: date) -> list[str]:
    if engineer is None:
        return ["no such engineer"]
    if day in engineer.absent:
        return ["engineer away"]
    hours = engineer.hours.get(day.weekday(), ())
    return (
        [] if any(a <= slot.starts and slot.ends <= z for a, z in hours) else ["engineer does not work then"]
    )


def _two_places(
    problem: Problem, contracts: dict[int, Served], engineer: Engineer, assignments: tuple[Assignment, ...]
) -> list[str]:
    days: dict[date, list[tuple[int, int, int | None, bool]]] = {}
    for one in engineer.engagements:
        days.setdefault(one.day, []).append((one.starts, one.ends, one.school, False))
    for visit in assignments:
        if visit.engineer == engineer.key:
            contract = contracts[visit.contract]
            slot = next(slot for slot in contract.slots if slot.key == visit.slot)
            days.setdefault(visit.day, []).append((slot.starts, slot.ends, contract.school, True))
    found = []
    for day, stays in days.items():
        if not any(planned for *_rest, planned in stays):
            continue
        stays.sort(key=lambda stay: stay[:2])
        if len(stays) > problem.options.visits_a_day:
            found.append(f"engineer {engineer.key} has {len(stays)} visits on {day}")
        for index, first in enumerate(stays):
            for second in stays[index + 1 :]:
                travel = 0 if first[2] == second[2] else problem.options.travel_minutes
                if (first[3] or second[3]) and second[0] < first[1] + travel:
                    found.append(f"engineer {engineer.key} is in two places on {day}")
    return found
