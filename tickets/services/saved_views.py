"""Views of the queue that people keep. Whether somebody may is checked here: a view's audience decides it."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, Team
from accounts.permissions import Permission
from accounts.services import audit_record
from tickets.models import Audience, SavedView
from tickets.queue import VIEWS
from tickets.saved_views import FILTERS
from tickets.services.keeping import kept_audience_check, kept_beside, kept_locked, kept_permitted, too_many

# For each person, each team, and everybody: all of them are counted on each page of the queue. Two people who keep one
# at the same moment may pass it by one, which only costs time.
MOST_VIEWS = 10


@transaction.atomic
def saved_view_keep(
    *,
    view: SavedView | None,
    name: str,
    icon: str,
    audience: str,
    team: Team | None,
    base: str,
    chosen: Mapping[str, str],
    by: Person,
    permissions: Collection[Permission],
) -> SavedView:
    """Keep a new view (None), or give one another name, picture, audience or other filters.

    Raises ValidationError by field; PermissionDenied where `by` may not keep views of the old or the new audience.
    """
    row = kept_locked(view, by, permissions) if view else SavedView(owner=by)
    before = _words(row) if view else {}
    moved = (row.audience, row.team_id) != (audience, team.pk if team else None)
    row.name, row.icon, row.audience, row.team = name.strip(), icon, audience, team
    row.base, row.chosen = base, {key: chosen[key] for key in FILTERS if chosen.get(key)}
    if audience == Audience.OWN:
        row.owner = by
    _check(row, by, permissions)
    if moved:
        row.position = _place_at_the_end(row)
    row.save()
    after = _words(row)
    changes = {key: (before.get(key, ""), words) for key, words in after.items() if before.get(key) != words}
    audit_record(action="saved_view.changed" if view else "saved_view.created", target=row, changes=changes)
    return row


@transaction.atomic
def saved_view_remove(*, view: SavedView, by: Person, permissions: Collection[Permission]) -> None:
    """Show it no more; `saved_view_restore` brings it back. A removed one stays removed. Raises PermissionDenied."""
    row = kept_locked(view, by, permissions)
    if row.removed_at is None:
        row.removed_at = timezone.now()
        row.save(update_fields=["removed_at"])
        audit_record(action="saved_view.removed", target=row)


@transaction.atomic
def saved_view_restore(*, view: SavedView, by: Person, permissions: Collection[Permission]) -> None:
    """Undo a removal, at the end of its list.

    Raises ValidationError where its place was taken meanwhile, PermissionDenied as all of these.
    """
    row = kept_locked(view, by, permissions)
    if row.removed_at is not None:
        row.position = _place_at_the_end(row)
        row.removed_at = None
        row.save(update_fields=["removed_at", "position"])
        audit_record(action="saved_view.restored", target=row)


@transaction.atomic
def saved_view_move(*, view: SavedView, up: bool, by: Person, permissions: Collection[Permission]) -> None:
    """Let it change places with the one before or after it, among those of the same audience.

    At the end of the list nothing happens. Raises PermissionDenied.
    """
    row = kept_locked(view, by, permissions)
    rows = list(kept_beside(row).select_for_update())
    place = next((number for number, one in enumerate(rows) if one.pk == row.pk), None)
    other = None if place is None else place - 1 if up else place + 1
    if place is None or other is None or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, one in enumerate(rows):
        one.position = position
    SavedView.objects.bulk_update(rows, ["position"])
    audit_record(action="saved_view.moved", target=row)


def _check(row: SavedView, by: Person, permissions: Collection[Permission]) -> None:
    kept_audience_check(row)
    if row.base not in VIEWS:
        raise ValidationError({"name": _("This view of the queue is gone. Start from another one.")})
    row.full_clean(exclude=["provider", "owner"])
    kept_permitted(row, by, permissions)


def _place_at_the_end(row: SavedView) -> int:
    positions = list(kept_beside(row).exclude(pk=row.pk).values_list("position", flat=True))
    if len(positions) >= MOST_VIEWS:
        raise too_many(MOST_VIEWS)
    return max(positions, default=-1) + 1


def _words(row: SavedView) -> dict[str, str]:
    """What the audit trail keeps: no words that somebody searched for, as they may be a person's name."""
    kept = {key: text for key, text in row.chosen.items() if key != "q"}
    return {
        "name": row.name,
        "audience": row.audience,
        "base": row.base,
        "filters": ", ".join(f"{key} {text}" for key, text in sorted(kept.items())),
    }
