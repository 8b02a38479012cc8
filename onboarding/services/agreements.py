"""The sheet Contracts, with the visits that were purchased."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Customer
from contracts.models import Contract, Package, PausePolicy, VisitWindow
from contracts.services import contract_change, contract_create
from onboarding.cells import alike
from onboarding.known import Known
from onboarding.reading import Entry
from onboarding.services.base import Outcome, differences, note, school_of

PLAIN = ("ends_on", "visits_purchased", "pause_policy", "reference")


def contracts_apply(entries: Iterable[Entry], known: Known) -> Iterator[Entry]:
    """Write contracts; yields each row once it is decided.

    Those that there are come first: a last day in one row makes room for a new contract in another.
    """
    found = [(entry, school_of(entry, known)) for entry in entries]
    for entry, school in sorted(found, key=lambda pair: _existing(pair[0], pair[1], known) is None):
        if school is not None and not entry.problems:
            _contract(entry, school, known)
        yield entry


def _existing(entry: Entry, school: Customer | None, known: Known) -> Contract | None:
    starts_on = entry.values.get("starts_on")
    return known.contracts.get((school.pk, starts_on)) if school and starts_on else None


def _contract(entry: Entry, school: Customer, known: Known) -> None:
    old = _existing(entry, school, known)
    terms = _terms(entry, old, known)
    if entry.problems:
        return
    changed = terms if old is None else differences({name: getattr(old, name) for name in terms}, terms)
    _check_visits(entry, changed, old)
    if entry.problems:
        return
    try:
        if old is None:
            contract = contract_create(customer=school, starts_on=entry.values["starts_on"], **terms)
            known.contracts[school.pk, contract.starts_on] = contract
            entry.outcome = Outcome.NEW
            return
        before = _shown({name: getattr(old, name) for name in terms})
        if changed:
            contract_change(contract=old, changes=changed)
        note(entry, before, differences(before, _shown({name: getattr(old, name) for name in terms})))
    except ValidationError as error:
        entry.refused(error, instead="starts_on")


def _terms(entry: Entry, old: Contract | None, known: Known) -> dict[str, Any]:
    """What the services take, with package and service hours found."""
    terms: dict[str, Any] = {name: entry.values[name] for name in PLAIN if name in entry.values}
    terms["package"] = _package(entry, old, known)
    if "calendar" in entry.values:
        terms["calendar"] = known.calendars.get(alike(entry.values["calendar"]))
        if terms["calendar"] is None:
            names = "; ".join(one.name for one in known.calendars.values())
            entry.wrong(
                "calendar",
                _("You have no service hours of this name."),
                _("Write one of: %(names)s.") % {"names": names},
            )
    elif old is None:
        terms["calendar"] = known.own_hours
        if known.own_hours is None:
            entry.wrong("calendar", _("The desk has no hours of its own."), _("Name a calendar."))
    return terms


def _package(entry: Entry, old: Contract | None, known: Known) -> Package | None:
    name, edition = entry.values["package"], entry.values.get("edition")
    called = [one for one in known.packages if alike(name) in (alike(one.name), alike(one.key))]
    if not called:
        names = dict.fromkeys(one.name for one in known.packages)
        entry.wrong(
            "package",
            _("You have no package of this name."),
            _("Write one of: %(names)s.") % {"names": "; ".join(names)},
        )
        return None
    if edition is None:
        # A contract keeps the edition that it was signed under; a new one has the newest.
        edition = old.package.version.label if old and old.package in called else called[0].version.label
    found = [one for one in called if alike(one.version.label) == alike(edition)]
    if not found:
        labels = dict.fromkeys(one.version.label for one in called)
        entry.wrong(
            "edition",
            _("The package is not in an edition of this name."),
            _("Write one of: %(names)s.") % {"names": "; ".join(labels)},
        )
        return None
    if old is not None and old.package in found:
        return old.package
    exact = [one for one in found if one.key == name] or found
    if len(exact) > 1:
        keys = "; ".join(one.key for one in exact)
        entry.wrong(
            "package",
            _("Several packages have this name."),
            _("Write one of their keys: %(keys)s.") % {"keys": keys},
        )
        return None
    return exact[0]


def _check_visits(entry: Entry, changed: dict[str, Any], old: Contract | None) -> None:
    """No visits for a package without scheduled ones; a contract that stays as it is is not judged again."""
    if not {"package", "visits_purchased"} & set(changed):
        return
    package = changed.get("package") or (old.package if old else None)
    visits = changed.get("visits_purchased", old.visits_purchased if old else 0)
    if package is not None and visits and package.visit_window == VisitWindow.NONE:
        entry.wrong(
            "visits_purchased",
            _("%(package)s has no scheduled visits.") % {"package": package.name},
            _("Enter 0, or choose a package with scheduled visits."),
        )


def _shown(terms: dict[str, Any]) -> dict[str, Any]:
    """Terms as the sheet has them: a package is a name and an edition."""
    shown = dict(terms)
    if package := shown.get("package"):
        shown |= {"package": package.name, "edition": package.version.label}
    if policy := shown.get("pause_policy"):
        shown["pause_policy"] = str(PausePolicy(policy).label)
    return shown
