"""The shapes of a preset. Durations are working minutes; days and times are local to the calendar's zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from accounts.models.organisations import Nation
from accounts.models.people import CustomerRole
from contracts.coverage.engine import Comparison
from contracts.models import Answer, ClauseTopic, EmergencyCallout, VisitWindow


@dataclass(frozen=True, slots=True)
class BrandPreset:
    """Name, addresses and switches of a provider: the fields of `accounts.Provider`."""

    slug: str
    name: str
    support_email: str
    support_phone: str
    reference_prefix: str
    accent: str
    nation: Nation = Nation.ENGLAND_AND_WALES
    time_zone: str = "Europe/London"
    nominated_users_only: bool = False
    two_factor_for_staff: bool = False
    two_factor_for_customers: bool = False
    password_max_age_days: int | None = None
    portal_may_set_level: bool = False


@dataclass(frozen=True, slots=True)
class LevelPreset:
    """A service level with the promise that the edition makes for it (rules S1, S2)."""

    key: str
    name: str
    rank: int
    impact: str
    portal_words: str
    response_minutes: int
    fix_minutes: int
    target_percent: int = 95
    warn_percent: int = 75
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class WindowPreset:
    """The same opening on several weekdays (0 = Monday)."""

    weekdays: tuple[int, ...]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class CalendarPreset:
    """Hours in which clocks run or visits take place (Rule S3). Without a nation no public holiday closes it."""

    name: str
    windows: tuple[WindowPreset, ...] = ()
    always_open: bool = False
    nation: Nation | None = None
    keeps_closures: bool = True
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class ConditionPreset:
    """A case that a clause decides differently: its own answer and wording, or another clause's (Rule P1)."""

    comparisons: tuple[Comparison, ...]
    answer: Answer | None = None
    wording: str = ""
    refers_to: ClauseTopic | None = None


@dataclass(frozen=True, slots=True)
class ClausePreset:
    """The answer to 'is this covered?' for one topic, in words that can be sent to a customer (Rule P1)."""

    topic: ClauseTopic
    answer: Answer
    wording: str
    limits: Mapping[str, object] = field(default_factory=dict)
    conditions: tuple[ConditionPreset, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotPreset:
    """A time of day for visits, local time; each counts as one visit whatever its length."""

    name: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class PackagePreset:
    """One package of an edition with a clause for every topic (rules, part P)."""

    key: str
    name: str
    summary: str
    clauses: tuple[ClausePreset, ...]
    has_desk_access: bool = True
    clock_runs_in_visits: bool = False
    visit_window: VisitWindow = VisitWindow.NONE
    typical_visits: str = ""
    slots: tuple[SlotPreset, ...] = ()
    has_on_demand_visits: bool = False
    emergency_callout: EmergencyCallout = EmergencyCallout.NO


@dataclass(frozen=True, slots=True)
class EditionPreset:
    """One edition of the service level agreement, with its levels' targets and its packages."""

    label: str
    published_on: date
    target_set: str
    comments: str
    packages: tuple[PackagePreset, ...]


@dataclass(frozen=True, slots=True)
class CategoryPreset:
    """What a request can be about, in the school's words; the tickets app turns it into rows."""

    key: str
    name: str
    icon: str
    topic: ClauseTopic
    changes_account: bool = False  # the caller is verified first (Rule T6)


@dataclass(frozen=True, slots=True)
class QuestionPreset:
    """One question of a form: `kind` is one of `tickets.models.QuestionKind`, `choices` its answers to choose from."""

    kind: str
    label: str
    help_text: str = ""
    is_required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormPreset:
    """An everyday request, or with the kind 'category' the questions of one (Rule I10); the tickets app makes the rows.

    `category` and `level` are keys of the preset. `approvers`: the roles of schools that may approve it; nobody has to
    where there are none.
    """

    kind: str
    title: str
    questions: tuple[QuestionPreset, ...]
    category: str
    level: str = ""
    intro: str = ""
    icon: str = "clipboard-list"
    approvers: tuple[CustomerRole, ...] = ()
    asks_needed_by: bool = False
    changes_account: bool = False


@dataclass(frozen=True, slots=True)
class ObligationPreset:
    """One thing that the agreement asks of every customer, in its own words (Rule E6)."""

    name: str
    wording: str
    review_months: int = 12


@dataclass(frozen=True, slots=True)
class ProviderPreset:
    """Everything that a new provider starts with, public holidays of whole years included."""

    brand: BrandPreset
    levels: tuple[LevelPreset, ...]
    calendars: tuple[CalendarPreset, ...]
    edition: EditionPreset
    categories: tuple[CategoryPreset, ...]
    forms: tuple[FormPreset, ...] = ()
    obligations: tuple[ObligationPreset, ...] = ()
    holidays_from: int = 2020
    holidays_until: int = 2032
