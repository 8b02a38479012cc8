"""Planning again after something changed, e.g. somebody fell ill: only what must move moves (Rule P2)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from visits.planning.board import Board, Cell, Held
from visits.planning.problem import Assignment, Gap, Problem, Reason, Served, Slot


@dataclass(frozen=True, slots=True)
class Replanned:
    """What became of each visit: `kept` as they were, `moved` from and to, and `lost`: no place is left for them."""

    kept: tuple[Assignment, ...]
    moved: tuple[tuple[Assignment, Assignment], ...]
    lost: tuple[Assignment, ...]
    gaps: tuple[Gap, ...]


def replan(problem: Problem, current: Sequence[Assignment], *, earliest: date | None = None) -> Replanned:
    """Keep every visit that can still take place as it is; give the others another engineer on their day, as many as
    can have one, and the rest the nearest day that is free, none before `earliest`: a school needs some notice.

    `visits` of the contracts counts for nothing here.
    """
    board = Board(problem)
    contracts = {one.key: one for one in problem.contracts}
    kept, homeless = [], []
    for one in sorted(current, key=lambda one: (one.day, one.contract)):
        contract = contracts[one.contract]
        cell = _cell_of(contract, one)
        if _still_stands(board, contract, cell):
            board.put(contract, cell)
            kept.append(one)
        else:
            homeless.append(one)
    moved = _keep_the_day(board, contracts, homeless)
    lost = []
    for one in homeless:
        if one not in moved:
            place = _nearest(board, contracts[one.contract], one, earliest or date.min)
            if place is None:
                lost.append(one)
            else:
                board.put(contracts[one.contract], place)
                moved[one] = Assignment(one.contract, place.day, place.slot.key, place.engineer)
    return Replanned(
        kept=tuple(sorted(kept)),
        moved=tuple(sorted(moved.items())),
        lost=tuple(sorted(lost)),
        gaps=tuple(_gaps(board, contracts, lost)),
    )


def _cell_of(contract: Served, one: Assignment) -> Cell:
    slot = next((slot for slot in contract.slots if slot.key == one.slot), Slot(one.slot, 0, 0))
    return Cell(one.day, slot, one.engineer)


def _still_stands(board: Board, contract: Served, cell: Cell) -> bool:
    return (
        cell.engineer in board.engineers
        and board.may_visit(contract, cell.day)
        and cell.slot in board.open_days[contract.key].days[cell.day]
        and board.is_free(contract, cell)
    )


def _keep_the_day(
    board: Board, contracts: dict[int, Served], homeless: Sequence[Assignment]
) -> dict[Assignment, Assignment]:
    """As many as possible stay on their day, at their time before another; those that stood still are not touched."""
    placed: dict[Assignment, Held] = {}
    newcomers: set[Held] = set()
    for one in homeless:
        contract = contracts[one.contract]
        if not board.may_visit(contract, one.day):
            continue
        cells = sorted(board.cells(contract, [one.day]), key=lambda cell: _unlike(board, one, cell))
        free = next((cell for cell in cells if board.is_free(contract, cell)), None)
        if free is not None:
            placed[one] = board.put(contract, free)
        elif board.make_room(contract, _only(one.day), newcomers.__contains__):
            placed[one] = board.visited[contract.key][one.day]
        else:
            continue
        newcomers.add(placed[one])
    return {
        one: Assignment(one.contract, held.cell.day, held.cell.slot.key, held.cell.engineer)
        for one, held in placed.items()
    }


def _only(day: date) -> Callable[[Served], Iterable[date]]:
    return lambda contract: [day]


def _nearest(board: Board, contract: Served, one: Assignment, earliest: date) -> Cell | None:
    open_days = board.open_days[contract.key].days
    days = [day for day in open_days if day >= earliest and board.may_visit(contract, day)]
    in_term = one.day in contract.term_days

    def distance(day: date) -> tuple[bool, int, date]:
        return in_term and day not in contract.term_days, abs((day - one.day).days), day

    for day in sorted(days, key=distance):
        for cell in sorted(board.cells(contract, [day]), key=lambda cell: _unlike(board, one, cell)):
            if board.is_free(contract, cell):
                return cell
    return None


def _unlike(board: Board, one: Assignment, cell: Cell) -> tuple[bool, bool, int, int, int]:
    return (
        cell.slot.key != one.slot,
        cell.engineer != one.engineer,
        board.load[cell.engineer],
        cell.slot.starts,
        cell.engineer,
    )


def _gaps(board: Board, contracts: dict[int, Served], lost: Sequence[Assignment]) -> list[Gap]:
    gaps = []
    for key in sorted({one.contract for one in lost}):
        contract = contracts[key]
        some_day_left = any(board.may_visit(contract, day) for day in board.open_days[key].days)
        reason = Reason.NO_ENGINEER if some_day_left else Reason.NO_OPEN_DAY
        gaps.append(Gap(key, sum(one.contract == key for one in lost), reason))
    return gaps
