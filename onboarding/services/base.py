"""What the appliers of all sheets share: finding the school, and telling before from after."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Customer
from onboarding.cells import folded
from onboarding.known import Known
from onboarding.layout import LAYOUT
from onboarding.problems import shown
from onboarding.reading import Entry


class Outcome:
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"
    HELD = "held"  # not judged, because its school has a problem of its own


def school_of(entry: Entry, known: Known) -> Customer | None:
    """The school that a row names; where there is none, that is a problem of the row.

    A school of the same file that has a problem of its own makes none of each of its rows.
    """
    slug = entry.values.get("school")
    school = known.schools.get(slug) if slug else None
    if slug and school is None and slug not in known.held_back:
        entry.wrong(
            "school",
            _("There is no school of this short name."),
            _("Put it right, or add the school to the sheet Schools."),
        )
    return school


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What `after` has otherwise. Texts are compared as sheets give them back."""
    return {key: value for key, value in after.items() if _comparable(before[key]) != _comparable(value)}


def note(entry: Entry, before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Set a row's outcome from what changes in what there was."""
    headings = {column.key: column.heading for column in LAYOUT[entry.kind]}
    entry.changes += [
        (headings[key], shown(words(before[key])), shown(words(value))) for key, value in changed.items()
    ]
    entry.outcome = Outcome.CHANGED if entry.changes else Outcome.SAME


def words(value: Any) -> str:
    """A value for people's eyes."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _comparable(value: Any) -> Any:
    return " ".join(folded(value).split()) if isinstance(value, str) else value
