"""Macros that people keep. Whether somebody may is checked here: a macro's audience decides it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.permissions import Permission
from accounts.services import audit_record
from delivery.wording.checking import variable_problems
from tickets.macros import VARIABLES
from tickets.models import WAITS_FOR, Audience, Macro
from tickets.services.keeping import kept_audience_check, kept_beside, kept_locked, kept_permitted, too_many

# For each person, each team, and everybody: more than that nobody finds anything in.
MOST_MACROS = 200
KEPT: dict[str, Any] = {
    **dict.fromkeys(("name", "audience", "text", "note", "level_reason", "then", "reason"), ""),
    **dict.fromkeys(("team", "to_team", "level")),
    "takes": False,
}
WITH_VARIABLES = ("text", "note", "level_reason", "reason")


@transaction.atomic
def macro_keep(
    *, macro: Macro | None, values: Mapping[str, Any], by: Person, permissions: Collection[Permission]
) -> Macro:
    """Keep a new macro (None), or change one. `values` are the fields of KEPT; one that is left out is empty.

    Raises ValidationError by field: a variable that is not known among it; PermissionDenied where `by` may not keep
    macros of the old or the new audience.
    """
    row = kept_locked(macro, by, permissions) if macro else Macro(owner=by)
    before = _words(row) if macro else {}
    moved = macro is None or (row.audience, row.team) != (values["audience"], values.get("team"))
    for name, empty in KEPT.items():
        setattr(row, name, values.get(name, empty))
    row.name = row.name.strip()
    if row.audience == Audience.OWN:
        row.owner = by
    _check(row)
    kept_permitted(row, by, permissions)
    if moved:
        _room_check(row)
    row.save()
    after = _words(row)
    changes = {key: (before.get(key, ""), words) for key, words in after.items() if before.get(key) != words}
    audit_record(action="macro.changed" if macro else "macro.created", target=row, changes=changes)
    return row


@transaction.atomic
def macro_remove(*, macro: Macro, by: Person, permissions: Collection[Permission]) -> None:
    """Offer it no more; `macro_restore` brings it back. Raises PermissionDenied."""
    row = kept_locked(macro, by, permissions)
    if row.removed_at is None:
        row.removed_at = timezone.now()
        row.save(update_fields=["removed_at"])
        audit_record(action="macro.removed", target=row)


@transaction.atomic
def macro_restore(*, macro: Macro, by: Person, permissions: Collection[Permission]) -> None:
    """Undo a removal. Raises ValidationError where its place was taken meanwhile, PermissionDenied as all of these."""
    row = kept_locked(macro, by, permissions)
    if row.removed_at is not None:
        _room_check(row)
        row.removed_at = None
        row.save(update_fields=["removed_at"])
        audit_record(action="macro.restored", target=row)


def _check(row: Macro) -> None:
    """Raise ValidationError by field for what could not be used later."""
    kept_audience_check(row)
    row.full_clean(exclude=["provider", "owner"], validate_constraints=False)
    problems: dict[str, list[str]] = {
        name: list(variable_problems(getattr(row, name), VARIABLES)) for name in WITH_VARIABLES
    }
    if row.takes and row.to_team is not None:
        problems["to_team"] = [_("It goes to one owner: to you or to a team.")]
    if row.level is not None and not row.level_reason.strip():
        problems["level_reason"].append(_("Say why the level changes. The school reads it."))
    if row.then in WAITS_FOR and not row.reason.strip():
        problems["reason"].append(_("Say what you wait for. The school reads it."))
    says_or_does = row.text.strip() or row.note.strip() or row.takes or row.to_team or row.level or row.then
    if not says_or_does:
        problems["text"].append(_("Write an answer, or choose something that the macro does."))
    if any(problems.values()):
        raise ValidationError({name: told for name, told in problems.items() if told})


def _room_check(row: Macro) -> None:
    if kept_beside(row).exclude(pk=row.pk).count() >= MOST_MACROS:
        raise too_many(MOST_MACROS)


def _words(row: Macro) -> dict[str, str]:
    """What the audit trail keeps: what the macro does, and that its words are others, but not the words."""
    return {
        "name": row.name,
        "audience": row.audience,
        "then": row.then,
        "level": str(row.level or ""),
        "owner": "me" if row.takes else str(row.to_team or ""),
        "words": str(len(row.text) + len(row.note)),
    }
