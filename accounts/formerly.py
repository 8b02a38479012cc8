"""What a person was called, and where they could be reached, now and before (Rule T7)."""

from dataclasses import dataclass

from accounts.models import AuditEntry, Person


@dataclass(slots=True)
class Known:
    """All that the audit trail still knows, the present values first."""

    name: list[str]
    email: list[str]
    phone: list[str]


def known_of(person: Person) -> Known:
    """Names, addresses and telephone numbers of somebody, also those that were changed since."""
    known = Known([person.name], [person.email], [person.phone])
    entries = AuditEntry.objects.filter(object_type="accounts.person", object_id=person.pk)
    for changes in entries.values_list("changes", flat=True):
        for values, key in ((known.name, "name"), (known.email, "email"), (known.phone, "phone")):
            values += [str(one) for one in changes.get(key, ()) if one]
    return known
