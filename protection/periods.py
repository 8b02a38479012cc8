"""The periods that an administrator chooses from, in plain words (Rule T7)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.protecting import RecordKind

KEEP = "keep"
PERIODS: tuple[tuple[int, str | Promise], ...] = (
    (14, _("14 days")),
    (30, _("30 days")),
    (90, _("90 days")),
    (184, _("Half a year")),
    (365, _("1 year")),
    (730, _("2 years")),
    (1095, _("3 years")),
    (2190, _("6 years")),
    (2555, _("7 years")),
    (3650, _("10 years")),
)


def choices_of(kind: RecordKind) -> list[tuple[str, str | Promise]]:
    """For ever, or one of the periods that are long enough for this kind."""
    offered = [(str(days), name) for days, name in PERIODS if days >= kind.least_days]
    return [(KEEP, _("Keep for ever")), *offered]


def days_of(choice: str) -> int | None:
    """What was chosen, in days; None keeps for ever."""
    return None if choice == KEEP else int(choice)


def choice_of(days: int | None) -> str:
    """The choice that stands for so many days."""
    return KEEP if days is None else str(days)
