"""A person is forgotten: their words go, their name is replaced wherever it stands, figures stay (Rule T7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.formerly import known_of
from accounts.models import Person
from accounts.protecting import Holding, holdings, obstacles_of
from accounts.services import audit_record
from accounts.tenancy.scope import as_system, current_scope
from accounts.tenancy.wall import is_provider, is_tenant_owned
from delivery.due import Moment
from delivery.hints import hint
from protection.models import Erasure, ErasureState
from protection.patterns import patterns_of
from protection.selectors import holds_now
from protection.services.asking import asking_person
from protection.services.files import files_doom
from protection.services.sweeping import A_MOMENT

ERASURES = "erasures"
TABLES_A_STEP = 25
# Names of schools are not names of people; what a school was given as a report stays as it was given.
NOT_SEARCHED = frozenset({"accounts_customer", "reports_quarterlyreport"})


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a holding there is, for the preview."""

    holding: Holding
    count: int


def erasure_preview(person: Person) -> list[Held]:
    """What is held of somebody, of every kind of which there is anything. Counts only, of confidential tickets too."""
    counts = [Coalesce(Subquery(_count(one.rows(person))), 0) for one in holdings()]
    with as_system():
        (found,) = Person.objects.filter(pk=person.pk).values_list(*counts)
    held = [Held(one, count) for one, count in zip(holdings(), found, strict=True)]
    return [one for one in held if one.count]


def _count(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Their number as a sub-query: all holdings are counted in one question."""
    together: QuerySet[Any] = rows.order_by().annotate(together=Value(1)).values("together")
    counted: QuerySet[Any] = together.annotate(n=Count("pk")).values("n")
    return counted


def erasure_obstacles(person: Person) -> list[str]:
    """Why somebody cannot be erased now, in words; empty where nothing is in the way."""
    with as_system():
        found = obstacles_of(person)
        held = set(
            holds_now()
            .filter(Q(person=person) | Q(ticket__requester=person))
            .values_list("person", flat=True)
        )
        if person.pk in held:
            found.append(_("Everything about them is held."))
        if None in held:
            found.append(_("A request of theirs is held."))
    if person.pk == current_scope().person_id:
        found.append(_("Somebody else has to erase you."))
    return found


@transaction.atomic
def erasure_begin(*, person: Person, reason: str, typed: str) -> Erasure:
    """Let the worker erase somebody. From now on they cannot sign in; nothing of it can be undone.

    Raises ValidationError where something is in the way, and where `typed` is not their address.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if Erasure.objects.filter(person=person).exists():
        raise ValidationError(_("This person is erased already."))
    if typed.strip().lower() != person.email:
        raise ValidationError({"typed": _("This is not the address that stands above.")})
    if obstacles := erasure_obstacles(person):
        raise ValidationError(obstacles)
    known = known_of(person)
    row = Erasure.objects.create(
        person=person,
        by_id=asking_person(),
        reason=reason,
        needles=patterns_of(known.name, known.email, known.phone),
        wake_at=timezone.now(),
    )
    Person.objects.filter(pk=person.pk).update(is_active=False)
    audit_record(action="person.erasing", target=row)
    hint(ERASURES, row)
    return row


def erasure_turn(row: Erasure, moment: Moment) -> None:
    """The next step, committed with the mark that it is done: killed at any point, it goes on where it was."""
    step = next((one for one in erasure_steps() if one not in row.counts), None)
    if step is None:
        _finish(row, moment)
        return
    kind, _colon, what = step.partition(":")
    if kind == "holding":
        row.counts[step] = _erase_holding(row, what)
    else:
        row.counts[step] = sum(_mentions_remove(row, table) for table in _tables()[int(what)])
    row.wake_at = (row.wake_at or moment.now) + A_MOMENT
    row.save(update_fields=["counts", "wake_at"])


def erasure_steps() -> list[str]:
    """All steps in their order: what each app holds, the person last, then the texts of all tables."""
    own = [f"holding:{one.key}" for one in holdings() if one.erase is not None]
    return own + [f"tables:{number}" for number in range(len(_tables()))]


def _erase_holding(row: Erasure, key: str) -> int:
    (holding,) = [one for one in holdings() if one.key == key]
    person = Person.objects.get(pk=row.person_id)
    count = holding.rows(person).count()
    if holding.erase is not None:
        files_doom(holding.erase(person))
    return count


def _finish(row: Erasure, moment: Moment) -> None:
    row.state, row.done_at, row.needles, row.wake_at = ErasureState.DONE, moment.now, [], None
    row.save(update_fields=["state", "done_at", "needles", "wake_at"])
    audit_record(action="person.erased", target=row)


def _tables() -> list[list[str]]:
    """The tables whose texts are searched: all of tenants, also those that a later version adds."""
    names = sorted(_searched())
    return [names[start : start + TABLES_A_STEP] for start in range(0, len(names), TABLES_A_STEP)]


def _searched() -> Iterator[str]:
    for model in apps.get_models():
        table = model._meta.db_table
        if is_tenant_owned(model) and not is_provider(model) and table not in NOT_SEARCHED:
            yield table


def _mentions_remove(row: Erasure, table: str) -> int:
    """Put 'erased' into the place of every mention; the database does it, also where the application may only add."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT protection_mentions_remove(%s, %s)", [row.pk, table])
        return int(cursor.fetchone()[0])
