"""A plan of visits: a regular place for each school, then what does not fit it, then room made for the rest."""

from collections import Counter
from datetime import date

from visits.planning.board import Board, Cell
from visits.planning.problem import Gap, Plan, Problem, Reason, Served, Usual
from visits.planning.regular import Pattern, best_pattern, choices, wish_cost
from visits.planning.weeks import repeated, wanted_weeks, week_of


def plan(problem: Problem) -> Plan:
    """Plan all visits of the problem that can be planned; the others are its gaps (rules P2, S3).

    Term days come first, then other open weeks of the window. Each school gets the regular engineer, weekday and slot
    that are free most often and meet its wishes best. The schools with most visits choose first, and of those the ones
    that have the fewest places as good as their best.
    """
    board = Board(problem)
    usual: dict[int, Usual] = {}
    waiting: list[tuple[int, Served]] = []
    for contract in sorted(problem.contracts, key=lambda one: (-one.visits, choices(board, one), one.key)):
        pattern = best_pattern(board, contract)
        if pattern:
            usual[contract.key] = pattern.usual
            for cell in pattern.cells:
                board.put(contract, cell)
        waiting += [(week, contract) for week in _weeks_left(board, contract, pattern)]
    missing = Counter({one.key: one.visits for one in problem.contracts if not board.open_days[one.key].days})
    for week, contract in sorted(waiting, key=lambda one: (one[0], one[1].key)):
        # Once no place is free for a contract none will be: so far the engineers' days only fill up.
        if missing[contract.key] or not _place(board, contract, week, usual.get(contract.key)):
            missing[contract.key] += 1
    gaps = [
        Gap(contract.key, left, _reason(board, contract))
        for contract in sorted(problem.contracts, key=lambda one: one.key)
        if (left := _fill(board, contract, missing[contract.key]))
    ]
    return Plan(board.assignments(), tuple(gaps), usual)


def _weeks_left(board: Board, contract: Served, pattern: Pattern | None) -> list[int]:
    """The weeks near which the visits would best take place that have no place yet."""
    open_days = board.open_days[contract.key]
    weeks = list(pattern.left) if pattern else wanted_weeks(open_days, 0)
    further = contract.visits - len(board.visited[contract.key]) - len(weeks)
    return weeks + repeated(sorted(open_days.by_week), further)


def _place(board: Board, contract: Served, week: int, usual: Usual | None) -> bool:
    for day in _days_near(board, contract, week, usual):
        cell = _best_cell(board, contract, day, usual)
        if cell is not None:
            board.put(contract, cell)
            return True
    return False


def _days_near(board: Board, contract: Served, week: int, usual: Usual | None) -> list[date]:
    """Days for a visit that was wanted in this week: that week, weeks without a visit (terms first), then any day."""
    open_days = board.open_days[contract.key]
    wanted_day = contract.weekday if contract.weekday is not None else usual.weekday if usual else 2
    seen = {week_of(day) for day in (*board.visited[contract.key], *contract.fixed)}
    term = set(open_days.term_weeks)

    def distance(day: date) -> tuple[bool, bool, bool, int, int, date]:
        here = week_of(day)
        in_term_week = here in term
        is_meant = day in open_days.contract.term_days or not in_term_week
        return (
            here in seen,  # a second visit in a week comes last
            not is_meant,
            not in_term_week,
            abs(here - week),
            abs(day.weekday() - wanted_day),
            day,
        )

    free_days = [day for day in open_days.days if board.may_visit(contract, day)]
    return sorted(free_days, key=distance)


def _best_cell(board: Board, contract: Served, day: date, usual: Usual | None) -> Cell | None:
    def unlike(cell: Cell) -> tuple[int, ...]:
        as_usual = usual is not None and cell.engineer == usual.engineer
        usual_slot = usual is not None and cell.slot.key == usual.slot
        return (
            wish_cost(contract, cell.engineer, day.weekday(), cell.slot),
            2 * (not as_usual) + (not usual_slot),
            board.load[cell.engineer],
            cell.slot.starts,
            cell.slot.key,
            cell.engineer,
        )

    free = (cell for cell in board.cells(contract, [day]) if board.has_room(contract, cell))
    return min(free, key=unlike, default=None)


def _fill(board: Board, contract: Served, missing: int) -> int:
    """Make room for visits that found none; how many of them are impossible."""
    while missing and board.make_room(contract, lambda one: board.open_days[one.key].days):
        missing -= 1
    return missing


def _reason(board: Board, contract: Served) -> Reason:
    if not contract.slots:
        return Reason.NO_SLOTS
    if contract.last_day < contract.first_day:
        return Reason.WINDOW_OVER
    if any(board.may_visit(contract, day) for day in board.open_days[contract.key].days):
        return Reason.NO_ENGINEER
    return Reason.NO_OPEN_DAY
