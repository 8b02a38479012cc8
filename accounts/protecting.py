"""What each app holds of people: how it ages, what is handed out of it, and how it goes (Rule T7).

An app registers its own in a module `personal_data.py` that its `apps.py` imports; the app `protection` asks these
registries and knows no table of another app.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import Person

Words = str | Promise
Paths = list[
    str
]  # files below MEDIA_ROOT that nothing needs any more; whoever asked removes them after the commit


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record that loses its words after a period, which each provider sets.

    `rows(before)` are those whose time began before that instant and that still have something to lose; `began` is the
    field of that time. `release(ids)` takes their words away, in the open system scope. `ticket`, `people` and
    `addresses` are look-ups to what a hold can name.
    """

    key: str
    order: int
    name: Words
    begins: Words  # 'when the ticket was closed'
    loses: Words  # what goes, and what stays
    usual_days: int
    least_days: int
    rows: Callable[[datetime], QuerySet[Any]]
    began: str
    release: Callable[[Sequence[int]], Paths]
    ticket: str = ""
    people: tuple[str, ...] = ()
    addresses: str = ""
    is_append_only: bool = False  # then its rows cannot be locked, and need not be: nobody changes them


class Fate(Enum):
    """What becomes of a holding when its person is erased."""

    GOES = "goes"
    LOSES_WORDS = "loses_words"
    STAYS = "stays"  # with the name replaced


@dataclass(frozen=True, slots=True)
class Holding:
    """What one table holds of a person: `rows(person)`, of which the fields `shows` are handed out.

    `others`: words of third persons may stand inside, so it is marked for review. `file`: its field with bytes that are
    handed out too. `erase(person)` takes it away in the open system scope; None where it stays.
    """

    key: str
    name: Words
    rows: Callable[[Person], QuerySet[Any]]
    shows: tuple[str, ...]
    fate: Fate
    why: Words  # what goes or stays, and why
    erase: Callable[[Person], Paths] | None = None
    others: bool = False
    file: str = ""


Obstacle = Callable[
    [Person], str
]  # why the person cannot be erased now, in words; '' where nothing is in the way

_obstacles: list[Obstacle] = []
_kinds: dict[str, RecordKind] = {}
_holdings: dict[str, Holding] = {}


def record_kind_add(kind: RecordKind) -> None:
    """Called once by each app when Django starts."""
    _kinds[kind.key] = kind


def record_kinds() -> list[RecordKind]:
    """All kinds of records that age, in the order in which people look for them."""
    return sorted(_kinds.values(), key=lambda one: one.order)


def holding_add(holding: Holding) -> None:
    """Called once by each app when Django starts."""
    _holdings[holding.key] = holding


def holdings() -> list[Holding]:
    """All that is held of people."""
    return list(_holdings.values())


def obstacle_add(obstacle: Obstacle) -> None:
    """Called once by each app when Django starts."""
    _obstacles.append(obstacle)


def obstacles_of(person: Person) -> list[str]:
    """Why a person cannot be erased now: open requests, chats, complaints, duties. Needs the open system scope."""
    return [words for obstacle in _obstacles if (words := obstacle(person))]
