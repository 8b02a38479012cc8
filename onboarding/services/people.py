"""The sheet People: persons, and their roles at each of their schools (rules T2, T3)."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Customer, CustomerRole, Person
from accounts.people import contact_roles_set, person_change, person_switch
from accounts.services import contact_create
from onboarding.cells import alike, labelled
from onboarding.known import Belonging, Known
from onboarding.reading import Entry
from onboarding.services.base import Outcome, differences, note, school_of

# A person has one of each, however many schools: rows of one address must agree.
OWN = ("name", "phone", "is_active")
LABELS = {role.value: role.label for role in CustomerRole}


def people_apply(entries: Iterable[Entry], known: Known) -> Iterator[Entry]:
    """Write persons; yields each row once it is decided."""
    first: dict[str, Entry] = {}
    for entry in entries:
        school = school_of(entry, known)
        if not entry.problems:
            _agrees(entry, first.setdefault(entry.values["email"], entry))
        if school is not None and not entry.problems:
            try:
                _person(entry, school, known)
            except ValidationError as error:
                entry.refused(error, instead="email")
        yield entry


def _agrees(entry: Entry, first: Entry) -> None:
    for key in OWN:
        mine, theirs = entry.values.get(key), first.values.get(key)
        if mine is not None and theirs is not None and alike(str(mine)) != alike(str(theirs)):
            wrong = _("Row %(row)d of %(sheet)s says something else of this person.")
            entry.wrong(
                key, wrong % {"row": first.number, "sheet": first.sheet}, _("Write the same in both rows.")
            )


def _person(entry: Entry, school: Customer, known: Known) -> None:
    values, email = entry.values, entry.values["email"]
    person = known.people.get(email)
    if person is None:
        known.people[email] = person = _added(school, values)
        entry.outcome = Outcome.NEW
        known.belongings[school.pk, person.pk] = Belonging(
            values.get("roles") or (CustomerRole.REQUESTER,), values.get("is_nominated", False)
        )
    elif person.is_staff:
        entry.wrong(
            "email",
            _("This is the address of somebody of your own staff."),
            _("Enter the address that the person has at the school, or remove the row."),
        )
    else:
        _changed(entry, person, school, known)


def _added(school: Customer, values: dict[str, Any]) -> Person:
    person = contact_create(
        customer=school,
        name=values["name"],
        email=values["email"],
        roles=values.get("roles") or (CustomerRole.REQUESTER,),
        phone=values.get("phone", ""),
        nominated=values.get("is_nominated", False),
    )
    if not values.get("is_active", True):
        person_switch(person=person, is_active=False)
    return person


def _changed(entry: Entry, person: Person, school: Customer, known: Known) -> None:
    given = {key: entry.values[key] for key in OWN if key in entry.values}
    before: dict[str, Any] = {key: getattr(person, key) for key in OWN}
    changed = differences(before, given)
    if "name" in changed or "phone" in changed:
        kept = {key: changed.get(key, before[key]) for key in ("name", "phone")}
        person_change(person=person, email=person.email, **kept)
    if "is_active" in changed:
        person_switch(person=person, is_active=changed["is_active"])
    had = known.belongings.get((school.pk, person.pk), Belonging())
    roles = entry.values.get("roles") or had.roles or (CustomerRole.REQUESTER.value,)
    now = Belonging(tuple(str(role) for role in roles), entry.values.get("is_nominated", had.is_nominated))
    if now != had:
        contact_roles_set(customer=school, person=person, roles=now.roles, is_nominated=now.is_nominated)
        known.belongings[school.pk, person.pk] = now
        before |= {"roles": labelled(had.roles, LABELS), "is_nominated": had.is_nominated}
        after = {"roles": labelled(now.roles, LABELS), "is_nominated": now.is_nominated}
        changed |= differences(before, after)
    note(entry, before, changed)
