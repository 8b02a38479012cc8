"""What saved views and macros share: the locked row of somebody who may change it, and its place among the others."""

from collections.abc import Collection
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.permissions import Permission
from tickets.keeping import may_keep
from tickets.models import Audience, Kept

K = TypeVar("K", bound=Kept)


def kept_locked(row: K, by: Person, permissions: Collection[Permission]) -> K:
    """The row, locked and read afresh. Raises PermissionDenied where `by` may not change it."""
    rows: Any = type(row)._default_manager
    fresh: K = rows.select_for_update(of=["self"]).select_related("owner", "team").get(pk=row.pk)
    kept_permitted(fresh, by, permissions)
    return fresh


def kept_permitted(row: Kept, by: Person, permissions: Collection[Permission]) -> None:
    """Raise PermissionDenied where `by` may not keep this, as its audience now is."""
    allowed = may_keep(
        audience=row.audience, owner=row.owner, team=row.team, person=by, permissions=permissions
    )
    if not allowed:
        raise PermissionDenied


def kept_audience_check(row: Kept) -> None:
    """Raise ValidationError for a team's without a team."""
    if row.audience == Audience.TEAM and row.team is None:
        raise ValidationError({"audience": _("Choose the team.")})


def kept_beside(row: K) -> QuerySet[K]:
    """What stands in one list with this one: of the same person, the same team, or everybody's."""
    all_rows: Any = type(row)._default_manager
    rows: QuerySet[K] = all_rows.filter(audience=row.audience, team=row.team, removed_at__isnull=True)
    return rows.filter(owner=row.owner) if row.audience == Audience.OWN else rows


def too_many(most: int) -> ValidationError:
    """What is said where a list is full."""
    problem = _("There are %(number)d already. Remove one of them first.") % {"number": most}
    return ValidationError({"audience": problem})
