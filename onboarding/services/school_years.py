"""The sheet Term dates (rules P2, M3)."""

from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError

from accounts.models import Customer
from onboarding.known import Known
from onboarding.reading import Entry
from onboarding.services.base import Outcome, differences, note, school_of
from visits.models import SchoolTerm
from visits.services.terms import TermDates, term_change, terms_add


def terms_apply(entries: Iterable[Entry], known: Known) -> Iterator[Entry]:
    """Write terms; yields each row once it is decided. Those that there are come first, and may make room."""
    found = [(entry, school_of(entry, known)) for entry in entries]
    for entry, school in sorted(found, key=lambda pair: _existing(pair[0], pair[1], known) is None):
        if school is not None and not entry.problems:
            _term(entry, school, known)
        yield entry


def _existing(entry: Entry, school: Customer | None, known: Known) -> SchoolTerm | None:
    first_day = entry.values.get("first_day")
    return known.terms.get((school.pk, first_day)) if school and first_day else None


def _term(entry: Entry, school: Customer, known: Known) -> None:
    old = _existing(entry, school, known)
    dates = TermDates(entry.values["name"], entry.values["first_day"], entry.values["last_day"])
    try:
        if old is None:
            [term] = terms_add(customer=school, terms=[dates])
            known.terms[school.pk, term.first_day] = term
            entry.outcome = Outcome.NEW
            return
        before = {"name": old.name, "last_day": old.last_day}
        changed = differences(before, {"name": dates.name, "last_day": dates.last_day})
        if changed:
            term_change(term=old, dates=dates)
        note(entry, before, changed)
    except ValidationError as error:
        entry.refused(error, instead="first_day")
