"""Term dates of schools: entered, pasted, copied to the other schools of a trust (rules P2, M3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.services import audit_record
from visits.models import SchoolTerm
from visits.wording import day_words

LONGEST_TERM = 200  # days; more is a mistyped year


@dataclass(frozen=True, slots=True)
class TermDates:
    """A stretch of teaching, local days, both included."""

    name: str
    first_day: date
    last_day: date


@transaction.atomic
def terms_add(*, customer: Customer, terms: Sequence[TermDates]) -> list[SchoolTerm]:
    """Enter terms of a school, all or none. Raises ValidationError by field: name, first_day, last_day."""
    if not terms:
        raise ValidationError({"name": _("Enter at least one term.")})
    _hold(customer)
    rows = [_save(SchoolTerm(customer=customer), one) for one in terms]
    audit_record(action="terms.added", target=customer, changes={"terms": (None, [str(row) for row in rows])})
    return rows


@transaction.atomic
def term_change(*, term: SchoolTerm, dates: TermDates) -> SchoolTerm:
    """Other days or another name. Raises ValidationError by field."""
    _hold(term.customer)
    before = [term.first_day, term.last_day]
    _save(term, dates)
    changes = {term.name: (before, [dates.first_day, dates.last_day])}
    audit_record(action="term.changed", target=term.customer, changes=changes)
    return term


@transaction.atomic
def term_remove(*, term: SchoolTerm) -> None:
    """Take a term out."""
    changes = {term.name: ([term.first_day, term.last_day], None)}
    audit_record(action="term.removed", target=term.customer, changes=changes)
    term.delete()


@transaction.atomic
def terms_copy(*, customer: Customer, others: Iterable[Customer], from_day: date) -> dict[Customer, int]:
    """Give other schools this one's terms that end on `from_day` or later; terms that stand in the way are replaced.

    How many each has got. Raises ValidationError where the school has none.
    """
    terms = list(SchoolTerm.objects.filter(customer=customer, last_day__gte=from_day))
    if not terms:
        raise ValidationError(_("%(school)s has no term dates to copy.") % {"school": customer.name})
    first, last = min(one.first_day for one in terms), max(one.last_day for one in terms)
    copied: dict[Customer, int] = {}
    for other in sorted(others, key=lambda one: one.pk):
        _hold(other)
        SchoolTerm.objects.filter(customer=other, first_day__lte=last, last_day__gte=first).delete()
        terms_add(customer=other, terms=[TermDates(one.name, one.first_day, one.last_day) for one in terms])
        copied[other] = len(terms)
    return copied


def _hold(customer: Customer) -> None:
    """The customer's row is the lock: of two that enter terms at once, the second sees the first's."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)


def _save(row: SchoolTerm, dates: TermDates) -> SchoolTerm:
    row.name, row.first_day, row.last_day = dates.name.strip(), dates.first_day, dates.last_day
    if not row.name:
        raise ValidationError({"name": _("Give the term a name.")})
    if row.last_day < row.first_day:
        raise ValidationError({"last_day": _("%(name)s ends before it begins.") % {"name": row.name}})
    if (row.last_day - row.first_day).days > LONGEST_TERM:
        words = _("%(name)s is longer than half a year. Look at the years of its days.")
        raise ValidationError({"last_day": words % {"name": row.name}})
    others = SchoolTerm.objects.filter(
        customer_id=row.customer_id, first_day__lte=row.last_day, last_day__gte=row.first_day
    ).exclude(pk=row.pk)
    if other := others.first():
        words = _("%(name)s overlaps with %(other)s, %(first)s to %(last)s.") % {
            "name": row.name,
            "other": other.name,
            "first": day_words(other.first_day),
            "last": day_words(other.last_day),
        }
        raise ValidationError({"first_day": words})
    row.save()
    return row
