"""Who is where: the engineers' days while a plan grows, and how room is made on them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from visits.planning.problem import Assignment, Engineer, Problem, Served, Slot
from visits.planning.weeks import OpenDays


@dataclass(frozen=True, slots=True)
class Cell:
    """A place for a visit."""

    day: date
    slot: Slot
    engineer: int


@dataclass(eq=False, slots=True)
class Held:
    """Time of an engineer that is taken: by a planned visit of `contract`, or for good where that is None."""

    contract: Served | None
    school: int | None
    cell: Cell


class Board:
    """The engineers' days. A school is visited at most once a day; nobody is in two places (rules P2, S3)."""

    def __init__(self, problem: Problem) -> None:
        self.options = problem.options
        self.engineers = {one.key: one for one in sorted(problem.engineers, key=lambda one: one.key)}
        self.open_days = {one.key: OpenDays(one, problem.options) for one in problem.contracts}
        self.visited: dict[int, dict[date, Held]] = {one.key: {} for one in problem.contracts}
        self.load = dict.fromkeys(self.engineers, 0)
        self._taken: dict[tuple[int, date], list[Held]] = {}
        self._stuck: set[Held] = set()
        for engineer in self.engineers.values():
            for one in engineer.engagements:
                cell = Cell(one.day, Slot(0, one.starts, one.ends), engineer.key)
                self._taken.setdefault((engineer.key, one.day), []).append(Held(None, one.school, cell))
        self._workers_then: dict[tuple[int, int, int], dict[int, Engineer]] = {}

    def may_visit(self, contract: Served, day: date) -> bool:
        """Whether the day is open, and has no visit of the contract yet."""
        return (
            day in self.open_days[contract.key].days
            and day not in contract.fixed
            and day not in self.visited[contract.key]
        )

    def is_free(self, contract: Served, cell: Cell) -> bool:
        """Whether the engineer works then, is there, and has time to come. The day is known to be open."""
        engineer = self._workers(cell.day, cell.slot).get(cell.engineer)
        return engineer is not None and cell.day not in engineer.absent and self.has_room(contract, cell)

    def has_room(self, contract: Served, cell: Cell) -> bool:
        """The same of a cell that `cells` gave."""
        held = self._taken.get((cell.engineer, cell.day))
        return not held or (
            len(held) < self.options.visits_a_day
            and not any(self._in_the_way(contract, cell, one) for one in held)
        )

    def put(self, contract: Served, cell: Cell) -> Held:
        """Place a visit; the cell is known to be free."""
        held = Held(contract, contract.school, cell)
        self._put(held, cell)
        return held

    def assignments(self) -> tuple[Assignment, ...]:
        """All visits that are placed, by contract and day."""
        return tuple(
            Assignment(contract, day, held.cell.slot.key, held.cell.engineer)
            for contract, days in sorted(self.visited.items())
            for day, held in sorted(days.items())
        )

    def cells(self, contract: Served, days: Iterable[date]) -> Iterator[Cell]:
        """Every place on these days at which some engineer works."""
        open_slots = self.open_days[contract.key].days
        for day in days:
            for slot in open_slots[day]:
                for key, engineer in self._workers(day, slot).items():
                    if day not in engineer.absent:
                        yield Cell(day, slot, key)

    def make_room(
        self,
        contract: Served,
        days: Callable[[Served], Iterable[date]],
        may_move: Callable[[Held], bool] = lambda held: True,
    ) -> bool:
        """Place one more visit by moving others: the shortest chain in which each takes the place of the next.

        `days` gives the days that a contract's visits may move to. Where visits last as long as each other this is an
        augmenting path, so that False means: not one visit more can be planned. What a search in vain has seen
        can never help later, and is not looked at again.
        """
        start = Held(contract, contract.school, Cell(date.min, Slot(0, 0, 0), 0))
        came: dict[Held, tuple[Held, Cell]] = {}
        expanded: set[int] = set()
        queue = deque([start])
        while queue:
            mover = queue.popleft()
            for cell in self._cells_for(mover, days, expanded):
                for blocker in self._blockers(mover, cell):
                    if blocker is None:
                        if self._move_along(start, mover, cell, came):
                            return True
                    elif blocker not in came and blocker not in self._stuck and may_move(blocker):
                        came[blocker] = (mover, cell)
                        queue.append(blocker)
        self._stuck.update(came)
        return False

    def _cells_for(
        self, mover: Held, days: Callable[[Served], Iterable[date]], expanded: set[int]
    ) -> Iterator[Cell]:
        assert mover.contract is not None
        own_day = mover.cell.day
        if own_day != date.min:
            yield from self.cells(mover.contract, [own_day])
        # From one visit of a contract as much can be reached as from another, but for its own day.
        if mover.contract.key not in expanded:
            expanded.add(mover.contract.key)
            there = [day for day in days(mover.contract) if self.may_visit(mover.contract, day)]
            yield from self.cells(mover.contract, there)

    def _blockers(self, mover: Held, cell: Cell) -> Iterator[Held | None]:
        """The visits of which one has to go for the mover to come; None: the place is free."""
        assert mover.contract is not None
        held = [one for one in self._taken.get((cell.engineer, cell.day), ()) if one is not mover]
        hit = [one for one in held if self._in_the_way(mover.contract, cell, one)]
        if len(hit) > 1:
            return
        if hit:
            if hit[0].contract is not None:
                yield hit[0]
        elif len(held) < self.options.visits_a_day:
            yield None
        else:
            yield from (one for one in held if one.contract is not None)

    def _move_along(self, start: Held, last: Held, free: Cell, came: dict[Held, tuple[Held, Cell]]) -> bool:
        """Move the chain's last visit into the free place, then each into the place of the next; or nothing at all."""
        moves, mover, cell = [(last, free)], last, free
        while mover is not start:
            mover, cell = came[mover]
            moves.append((mover, cell))
        done: list[tuple[Held, Cell]] = []
        for mover, cell in moves:
            assert mover.contract is not None
            before = mover.cell
            if mover is not start:
                self._take_away(mover)
            if not (self.may_visit(mover.contract, cell.day) and self.is_free(mover.contract, cell)):
                if mover is not start:
                    self._put(mover, before)
                for moved, old in reversed(done):
                    self._take_away(moved)
                    self._put(moved, old)
                return False
            self._put(mover, cell)
            done.append((mover, before))
        return True

    def _workers(self, day: date, slot: Slot) -> dict[int, Engineer]:
        """The engineers whose hours on that weekday cover the slot, by key."""
        place = (day.weekday(), slot.starts, slot.ends)
        if place not in self._workers_then:
            self._workers_then[place] = {
                key: engineer
                for key, engineer in self.engineers.items()
                if _covers(engineer, day.weekday(), slot)
            }
        return self._workers_then[place]

    def _in_the_way(self, contract: Served, cell: Cell, held: Held) -> bool:
        travel = 0 if held.school == contract.school else self.options.travel_minutes
        there = held.cell.slot
        return cell.slot.starts < there.ends + travel and there.starts < cell.slot.ends + travel

    def _put(self, held: Held, cell: Cell) -> None:
        assert held.contract is not None
        held.cell = cell
        self._taken.setdefault((cell.engineer, cell.day), []).append(held)
        self.visited[held.contract.key][cell.day] = held
        self.load[cell.engineer] += 1

    def _take_away(self, held: Held) -> None:
        assert held.contract is not None
        self._taken[held.cell.engineer, held.cell.day].remove(held)
        del self.visited[held.contract.key][held.cell.day]
        self.load[held.cell.engineer] -= 1


def _covers(engineer: Engineer, weekday: int, slot: Slot) -> bool:
    return any(
        starts <= slot.starts and slot.ends <= ends for starts, ends in engineer.hours.get(weekday, ())
    )
