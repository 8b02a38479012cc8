"""How the packages of the presets count visits and sessions: typed data without logic; `visits_install` makes rows.

The agreements name no number for fair use. The norms here are on the low side, so that somebody looks early; an
administrator changes them for a package, or for one contract (Rule P5).
"""

from dataclasses import dataclass

from visits.models import AllowanceKind, Period

ON_DEMAND_VISITS = 12  # about one a month
REMOTE_SESSIONS = 80  # about two a week of a school year


@dataclass(frozen=True, slots=True)
class AllowancePreset:
    """One allowance rule of a package. `norm` None: counted, with no threshold."""

    kind: AllowanceKind
    period: Period
    norm: int | None = None
    carry_over: int = 0
    warn_at: tuple[int, ...] = (80, 95)


@dataclass(frozen=True, slots=True)
class VisitsPreset:
    """`on_site_hours` names a calendar of the provider; `allowances` are by the package's key."""

    on_site_hours: str
    allowances: dict[str, tuple[AllowancePreset, ...]]
    callout_rank: int = 2


SCHEDULED = AllowancePreset(AllowanceKind.SCHEDULED_VISIT, Period.WINDOW)
FULL_TIME = AllowancePreset(AllowanceKind.SCHEDULED_VISIT, Period.CONTRACT_YEAR)
ON_DEMAND = AllowancePreset(AllowanceKind.ON_DEMAND_VISIT, Period.SCHOOL_YEAR, ON_DEMAND_VISITS)
REMOTE = AllowancePreset(AllowanceKind.REMOTE_SESSION, Period.SCHOOL_YEAR, REMOTE_SESSIONS)
REMOTE_UNLIMITED = AllowancePreset(AllowanceKind.REMOTE_SESSION, Period.SCHOOL_YEAR)

# By the short name of the preset's brand.
VISITS: dict[str, VisitsPreset] = {
    "concero": VisitsPreset(
        on_site_hours="On-site hours",
        allowances={
            "scheduled-on-demand": (SCHEDULED, ON_DEMAND, REMOTE),
            "cloud": (REMOTE,),
            "scheduled": (SCHEDULED,),
            "full-managed": (FULL_TIME, REMOTE_UNLIMITED),
            "on-demand": (ON_DEMAND, REMOTE),
        },
    ),
    "pisys": VisitsPreset(
        on_site_hours="Service window, working days",
        allowances={"cloud-support": (REMOTE_UNLIMITED,), "site-agreement": (ON_DEMAND, REMOTE_UNLIMITED)},
    ),
}
