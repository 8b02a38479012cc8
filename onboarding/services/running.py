"""The one way in: all of a reading is written, or nothing. The preview does the same and takes it back (Y7)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from onboarding.known import Known, known_read, rows_lock
from onboarding.layout import KEYS, Kind
from onboarding.problems import Problem
from onboarding.reading import Entry, Reading
from onboarding.services.agreements import contracts_apply
from onboarding.services.base import Outcome
from onboarding.services.people import people_apply
from onboarding.services.school_years import terms_apply
from onboarding.services.schools import schools_apply

Progress = Callable[[int, int], None]
STEP = 25  # rows between two words of progress


@dataclass(slots=True)
class Result:
    """What became, or would become, of every row; `problems` of whole sheets and files."""

    entries: list[Entry]
    problems: list[Problem]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)  # sheet -> outcome -> rows

    @property
    def all_problems(self) -> list[Problem]:
        return [*self.problems, *(one for entry in self.entries for one in entry.problems)]

    @property
    def is_right(self) -> bool:
        return not self.all_problems

    def total(self, outcome: str) -> int:
        return sum(counts.get(outcome, 0) for counts in self.counts.values())

    @property
    def changes_anything(self) -> bool:
        return bool(self.total(Outcome.NEW) or self.total(Outcome.CHANGED))


def reading_apply(
    *,
    reading: Reading,
    write: bool,
    progress: Progress = lambda done, total: None,
    sources: Iterable[str] = (),
) -> Result:
    """Apply every row by the services that the pages use. Kept only if `write` and nothing at all is wrong.

    What is not kept is rolled back to a savepoint, so nothing remains of it: no row, no mail, no audit line. Needs
    the open scope of a provider's staff. `sources` are the names of the files, for the audit trail.
    """
    with transaction.atomic():
        result = _applied(reading, progress, locked=write)
        # What the database checks at the commit is checked now, also for the preview.
        connection.check_constraints()
        if write and result.is_right:
            _record(result, sources)
        else:
            transaction.set_rollback(True)
    return result


def _applied(reading: Reading, progress: Progress, *, locked: bool) -> Result:
    by_kind: dict[Kind, list[Entry]] = {kind: [] for kind in Kind}
    for entry in reading.entries:
        by_kind[entry.kind].append(entry)
    for entries in by_kind.values():
        _mark_repeated(entries)
    if locked:
        values = [entry.values for entry in reading.entries]
        rows_lock(
            slugs={one.get("slug") or one.get("school") or "" for one in values},
            emails={one.get("email") or "" for one in values},
        )
    total = len(reading.entries)
    for done, _entry in enumerate(_decided(by_kind, known_read()), start=1):
        if done % STEP == 0 or done == total:
            progress(done, total)
    return Result(reading.entries, list(reading.problems), _counts(reading.entries))


def _decided(by_kind: dict[Kind, list[Entry]], known: Known) -> Iterator[Entry]:
    """Each row as it is decided, schools first."""
    yield from schools_apply(by_kind[Kind.SCHOOLS], by_kind[Kind.DOMAINS], known)
    yield from people_apply(by_kind[Kind.PEOPLE], known)
    yield from contracts_apply(by_kind[Kind.CONTRACTS], known)
    yield from terms_apply(by_kind[Kind.TERMS], known)


def _mark_repeated(entries: list[Entry]) -> None:
    seen: dict[tuple[Any, ...], Entry] = {}
    for entry in entries:
        keys = KEYS[entry.kind]
        if not all(key in entry.values for key in keys):
            continue
        first = seen.setdefault(tuple(entry.values[key] for key in keys), entry)
        if first is not entry:
            words = _("Row %(row)d of %(sheet)s is about the same.")
            entry.wrong(
                keys[-1], words % {"row": first.number, "sheet": first.sheet}, _("Remove one of them.")
            )


def _counts(entries: list[Entry]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in Kind}
    for entry in entries:
        if entry.problems:
            entry.outcome = Outcome.WRONG
        counts[entry.kind][entry.outcome or Outcome.HELD] += 1
        entry.outcome = entry.outcome or Outcome.HELD
    return {kind: dict(counter) for kind, counter in counts.items() if counter}


def _record(result: Result, sources: Iterable[str]) -> None:
    """One line for the whole, beside those of each school, person and contract."""
    changes: dict[str, tuple[Any, Any]] = {
        str(kind): (None, counts) for kind, counts in result.counts.items()
    }
    audit_record(
        action="customers.imported",
        target=current_provider(),
        changes=changes,
        reason=", ".join(sources)[:500],
    )
