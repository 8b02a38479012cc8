"""A plan of visits: a regular place for each school, then what does not fit it, then room made for the rest."""

from dataclasses import dataclass
from datetime import date

from visits.planning.board import Board, Cell
from visits.planning.problem import FRIDAY, Gap, Plan, Problem, Reason, Served, Slot, Usual
from visits.planning.weeks import wanted_weeks, week_of

# What a wish costs that is not met, against one visit that cannot take place at the regular time.
OTHER_WEEKDAY, OTHER_SLOT, OTHER_ENGINEER, OTHER_AREA = 3, 3, 6, 4


@dataclass(frozen=True, slots=True)
class _Pattern:
    usual: Usual
    cells: tuple[Cell, ...]
    left: tuple[int, ...]  # wanted weeks in which the regular place is not free


def plan(problem: Problem) -> Plan:
    """Plan all visits of the problem that can be planned; the others are its gaps (rules P2, S3).

    Term days come first, then other open weeks of the window. Each school gets the regular engineer, weekday and slot
    that are free most often and meet its wishes best, the schools with most visits first.
    """
    board = Board(problem)
    usual: dict[int, Usual] = {}
    waiting: list[tuple[int, Served]] = []
    for contract in sorted(problem.contracts, key=lambda one: (-one.visits, _choices(board, one), one.key)):
        pattern = _best_pattern(board, contract)
        weeks = pattern.left if pattern else tuple(wanted_weeks(board.open_days[contract.key], 0))
        if pattern:
            usual[contract.key] = pattern.usual
            for cell in pattern.cells:
                board.put(contract, cell)
        placed = len(board.visited[contract.key])
        middle = week_of(contract.first_day) + (week_of(contract.last_day) - week_of(contract.first_day)) // 2
        weeks += (middle,) * (contract.visits - placed - len(weeks))
        waiting += [(week, contract) for week in weeks]
    missing: dict[int, int] = {}
    for week, contract in sorted(waiting, key=lambda one: (one[0], one[1].key)):
        # Once no place is free for a contract none will be: so far the engineers' days only fill up.
        if contract.key in missing or not _place(board, contract, week, usual.get(contract.key)):
            missing[contract.key] = missing.get(contract.key, 0) + 1
    gaps = [
        Gap(contract.key, left, _reason(board, contract))
        for contract in sorted(problem.contracts, key=lambda one: one.key)
        if (left := _fill(board, contract, missing.get(contract.key, 0)))
    ]
    return Plan(board.assignments(), tuple(gaps), usual)


def _best_pattern(board: Board, contract: Served) -> _Pattern | None:
    """The regular place that costs least: missed weeks, unmet wishes, and of equals the engineer with least to do."""
    best: _Pattern | None = None
    least: tuple[int, int, int] | None = None
    targets = [wanted_weeks(board.open_days[contract.key], phase) for phase in (0, 1)]
    busy = sorted(board.engineers, key=lambda key: (board.load[key], key))
    slots = sorted(contract.slots, key=lambda slot: (slot.starts, slot.key))
    places = [
        (_wish_cost(contract, engineer, weekday, slot), rank, weekday, slot, engineer)
        for rank, engineer in enumerate(busy)
        for weekday in range(FRIDAY + 1)
        for slot in slots
    ]
    for cost, rank, weekday, slot, engineer in sorted(places, key=lambda place: place[:2]):
        if least is not None and cost > least[0]:
            break  # sorted by cost: with every week free it would still be worse
        for phase, weeks in enumerate(targets):
            found = _pattern(board, contract, Usual(engineer, weekday, slot.key), slot, weeks)
            price = (cost + len(found.left), rank, phase)
            if found.cells and (least is None or price < least):
                best, least = found, price
    return best


def _choices(board: Board, contract: Served) -> int:
    """How many places meet the contract's wishes as well as can be."""
    costs = [
        _wish_cost(contract, engineer, weekday, slot)
        for engineer in board.engineers
        for weekday in range(FRIDAY + 1)
        for slot in contract.slots
    ]
    return costs.count(min(costs)) if costs else 0


def _wish_cost(contract: Served, engineer: int, weekday: int, slot: Slot) -> int:
    return (
        OTHER_WEEKDAY * (contract.weekday not in (None, weekday))
        + OTHER_SLOT * (contract.slot not in (None, slot.key))
        + OTHER_ENGINEER * (contract.engineer not in (None, engineer))
        + OTHER_AREA * bool(contract.engineers and engineer not in contract.engineers)
    )


def _pattern(board: Board, contract: Served, usual: Usual, slot: Slot, weeks: list[int]) -> _Pattern:
    open_days = board.open_days[contract.key]
    cells, left = [], []
    for week in weeks:
        day = date.fromordinal(week * 7 + 1 + usual.weekday)
        cell = Cell(day, slot, usual.engineer)
        # In a term week only days of the term are meant, as `by_week` has them.
        is_meant = day in open_days.by_week[week] and slot in open_days.days[day]
        if is_meant and day not in contract.fixed and board.is_free(contract, cell):
            cells.append(cell)
        else:
            left.append(week)
    return _Pattern(usual, tuple(cells), tuple(left))


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
            _wish_cost(contract, cell.engineer, day.weekday(), cell.slot),
            2 * (not as_usual) + (not usual_slot),
            board.load[cell.engineer],
            cell.slot.starts,
            cell.slot.key,
            cell.engineer,
        )

    free = (cell for cell in board.cells(contract, [day]) if board.is_free(contract, cell))
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
