"""The sheets Schools and Mail domains: a school and its domains are written in one act."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Customer, Nomination
from accounts.models.organisations import Nation
from accounts.services import customer_change, customer_create
from onboarding.cells import alike
from onboarding.known import Known
from onboarding.reading import Entry
from onboarding.services.base import Outcome, differences, note, school_of
from tickets.intake.personal_domains import PERSONAL_DOMAINS

NAMED = {"nation": Nation, "nomination": Nomination}
DETAILS = (
    "name",
    "nation",
    "trust",
    "phone",
    "address",
    "success_manager",
    "team",
    "nomination",
    "is_active",
)


def schools_apply(schools: Iterable[Entry], domains: Iterable[Entry], known: Known) -> Iterator[Entry]:
    """Write schools and their domains; yields each row once it is decided."""
    asked: dict[str, list[Entry]] = defaultdict(list)
    for entry in domains:
        if not entry.problems:
            asked[entry.values["school"]].append(entry)
        else:
            yield entry
    for entry in schools:
        own = asked.pop(entry.values.get("slug", ""), [])
        _school(entry, own, known)
        yield entry
        yield from own
    for own in asked.values():
        _domains_alone(own, known)
        yield from own


def _school(entry: Entry, domains: list[Entry], known: Known) -> None:
    details = _details(entry, known)
    if entry.problems:
        known.held_back.add(entry.values.get("slug", ""))
        return
    school = known.schools.get(entry.values["slug"])
    wanted = _new_domains(domains, known.domains[school.pk] if school else set())
    try:
        if school is None:
            school = customer_create(slug=entry.values["slug"], domains=tuple(sorted(wanted)), **details)
            entry.outcome = Outcome.NEW
        else:
            before = {name: getattr(school, name) for name in details}
            changed = differences(before, details)
            _change(school, wanted, changed, known)
            labels = {name: _plain(name, value) for name, value in before.items()}
            note(entry, labels, {name: _plain(name, value) for name, value in changed.items()})
    except ValidationError as error:
        entry.refused(error, instead="slug")
        known.held_back.add(entry.values["slug"])
        return
    known.schools[school.slug] = school
    known.domains[school.pk] |= wanted


def _domains_alone(domains: list[Entry], known: Known) -> None:
    [school, *_same] = [school_of(row, known) for row in domains]
    if school is not None:
        wanted = _new_domains(domains, known.domains[school.pk])
        _change(school, wanted, {}, known)
        known.domains[school.pk] |= wanted


def _change(school: Customer, wanted: set[str], changed: dict[str, Any], known: Known) -> None:
    if wanted or changed:
        customer_change(customer=school, domains=known.domains[school.pk] | wanted, **changed)


def _new_domains(rows: list[Entry], had: set[str]) -> set[str]:
    """The domains that a school gains, each row with its outcome."""
    wanted = set()
    for row in rows:
        domain = row.values["domain"]
        if domain in had:
            row.outcome = Outcome.SAME
        elif domain in PERSONAL_DOMAINS:
            row.wrong(
                "domain",
                _("This is a mail service for private persons: mail from it is never accepted for a school."),
                _("Remove the row, or enter the school's own domain."),
            )
        else:
            row.outcome = Outcome.NEW
            wanted.add(domain)
    return wanted


def _details(entry: Entry, known: Known) -> dict[str, Any]:
    """What the services take, with manager and team found."""
    details = {name: entry.values[name] for name in DETAILS if name in entry.values}
    if "success_manager" in details:
        details["success_manager"] = manager = known.managers.get(details["success_manager"])
        if manager is None:
            entry.wrong(
                "success_manager",
                _("Nobody of your staff who is a customer success manager has this address."),
                _("Correct it, or give the person that role first (settings, Staff)."),
            )
    if "team" in details:
        details["team"] = team = known.teams.get(alike(details["team"]))
        if team is None:
            entry.wrong(
                "team",
                _("You have no team of this name."),
                _("Write one of: %(names)s.") % {"names": "; ".join(t.name for t in known.teams.values())},
            )
    return details


def _plain(name: str, value: Any) -> Any:
    if name in NAMED:
        return str(NAMED[name](value).label)
    return value.email if name == "success_manager" and value else value
