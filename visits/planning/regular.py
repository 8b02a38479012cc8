"""The regular place of a school: engineer, weekday and time of day that suit it best and are free most often."""

from dataclasses import dataclass
from datetime import date

from visits.planning.board import Board, Cell
from visits.planning.problem import FRIDAY, Served, Slot, Usual
from visits.planning.weeks import wanted_weeks, week_of

# What a wish costs that is not met, against one visit that cannot take place at the regular time.
OTHER_WEEKDAY, OTHER_SLOT, OTHER_ENGINEER, OTHER_AREA = 3, 3, 6, 4


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular place with the visits that can take place there, and the wanted weeks in which none can."""

    usual: Usual
    cells: tuple[Cell, ...]
    left: tuple[int, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """A place to look at. `floor` is what it costs at least; of equals the engineer with least to do is better."""

    floor: int
    rank: int
    phase: int
    weekday: int
    slot_rank: int
    engineer: int


def best_pattern(board: Board, contract: Served) -> Pattern | None:
    """The regular place that costs least in missed weeks and unmet wishes. None where nobody can come at all."""
    open_days = board.open_days[contract.key]
    targets = [wanted_weeks(open_days, phase) for phase in (0, 1)]
    slots = sorted(contract.slots, key=lambda slot: (slot.starts, slot.key))
    days = {
        (phase, weekday, slot.key): _days(board, contract, weeks, weekday, slot)
        for phase, weeks in enumerate(targets)
        for weekday in range(FRIDAY + 1)
        for slot in slots
    }
    busy = sorted(board.engineers, key=lambda key: (board.load[key], key))
    places = [
        _Place(
            wish_cost(contract, engineer, weekday, slot) + len(weeks) - len(days[phase, weekday, slot.key]),
            *(rank, phase, weekday, slot_rank, engineer),
        )
        for rank, engineer in enumerate(busy)
        for phase, weeks in enumerate(targets)
        for weekday in range(FRIDAY + 1)
        for slot_rank, slot in enumerate(slots)
    ]
    best: tuple[int, _Place, list[Cell]] | None = None
    for place in sorted(places):
        if best is not None and place.floor > best[0]:
            break  # sorted by it: with every day free it would still be worse
        if best is not None and (place.floor, place.rank) >= (best[0], best[1].rank):
            continue
        slot = slots[place.slot_rank]
        open_then = days[place.phase, place.weekday, slot.key]
        cells = [Cell(day, slot, place.engineer) for day in open_then]
        free = [cell for cell in cells if board.is_free(contract, cell)]
        price = place.floor + len(cells) - len(free)
        if free and (best is None or (price, place.rank) < (best[0], best[1].rank)):
            best = price, place, free
    if best is None:
        return None
    _price, place, free = best
    seen = {week_of(cell.day) for cell in free}
    return Pattern(
        Usual(place.engineer, place.weekday, slots[place.slot_rank].key),
        tuple(free),
        tuple(week for week in targets[place.phase] if week not in seen),
    )


def choices(board: Board, contract: Served) -> int:
    """How many places meet the contract's wishes as well as can be."""
    costs = [
        wish_cost(contract, engineer, weekday, slot)
        for engineer in board.engineers
        for weekday in range(FRIDAY + 1)
        for slot in contract.slots
    ]
    return costs.count(min(costs)) if costs else 0


def wish_cost(contract: Served, engineer: int, weekday: int, slot: Slot) -> int:
    """What a visit then would leave of the contract's wishes."""
    return (
        OTHER_WEEKDAY * (contract.weekday not in (None, weekday))
        + OTHER_SLOT * (contract.slot not in (None, slot.key))
        + OTHER_ENGINEER * (contract.engineer not in (None, engineer))
        + OTHER_AREA * bool(contract.engineers and engineer not in contract.engineers)
    )


def _days(board: Board, contract: Served, weeks: list[int], weekday: int, slot: Slot) -> list[date]:
    """This weekday of the weeks, where the slot is open then; in a term week only where it lies in term."""
    open_days = board.open_days[contract.key]
    days = [date.fromordinal(week * 7 + 1 + weekday) for week in weeks]
    return [
        day
        for day in days
        if day in open_days.by_week[week_of(day)]
        and slot in open_days.days[day]
        and day not in contract.fixed
    ]
