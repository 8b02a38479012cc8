"""Pisys: cloud support day and night, for nominated users only.

Its document names P1 and a reply to e-mail in 15 minutes. The other levels, the fix times and the clauses of the
site agreement are the field's custom, for administrators to adjust.
"""

from datetime import date, time

from accounts.models.organisations import Nation
from contracts.coverage.engine import Comparison, Operator
from contracts.models import Answer, ClauseTopic, EmergencyCallout
from contracts.presets.data import (
    BrandPreset,
    CalendarPreset,
    CategoryPreset,
    ClausePreset,
    ConditionPreset,
    EditionPreset,
    LevelPreset,
    PackagePreset,
    ProviderPreset,
    WindowPreset,
)
from contracts.presets.everyday import category_questions, everyday_forms

REPLY_MINUTES = 15

LEVELS = (
    LevelPreset(
        key="p1",
        name="P1",
        rank=1,
        impact="A service is down for everybody, or data is at risk",
        portal_words="The service is down, or data is at risk",
        response_minutes=REPLY_MINUTES,
        fix_minutes=4 * 60,
    ),
    LevelPreset(
        key="p2",
        name="P2",
        rank=2,
        impact="A service is badly degraded, or down for many users",
        portal_words="Many people cannot work properly",
        response_minutes=REPLY_MINUTES,
        fix_minutes=8 * 60,
    ),
    LevelPreset(
        key="p3",
        name="P3",
        rank=3,
        impact="One user or one function is affected",
        portal_words="One person or one function is affected",
        response_minutes=REPLY_MINUTES,
        fix_minutes=24 * 60,
        is_default=True,
    ),
    LevelPreset(
        key="p4",
        name="P4",
        rank=4,
        impact="A question or a request, nobody affected",
        portal_words="A question or a request",
        response_minutes=REPLY_MINUTES,
        fix_minutes=72 * 60,
    ),
)

CALENDARS = (
    CalendarPreset(name="24x7 desk", always_open=True, keeps_closures=False, is_default=True),
    # Calls are logged day and night but acted on in the contract's own service window, which may be narrower.
    CalendarPreset(
        name="Service window, working days",
        windows=(WindowPreset((0, 1, 2, 3, 4), time(8), time(18)),),
        nation=Nation.ENGLAND_AND_WALES,
    ),
)

_DESK_ACCESS = ClausePreset(
    ClauseTopic.DESK_ACCESS,
    Answer.COVERED,
    "People whom you have nominated can reach our service desk day and night, every day, by telephone,"
    " e-mail, chat and the portal, each with an account of their own.",
    {"nominated_only": True, "hours": "24x7"},
)
_REMOTE_SUPPORT = ClausePreset(
    ClauseTopic.REMOTE_SUPPORT, Answer.COVERED, "Remote support is part of your package, without a limit."
)
_SOFTWARE = ClausePreset(
    ClauseTopic.SOFTWARE,
    Answer.LIMITED,
    "Software is covered while its version is up to date and supported by its maker.",
    {"within_manufacturer_life_cycle": True},
)
_LIFE_CYCLE = (
    ConditionPreset(
        (Comparison("in_life_cycle", Operator.IS, (False,)),),
        Answer.NOT_COVERED,
        "This device is past its maker's life cycle, which is outside your package.",
    ),
)
_CLOUD_TENANT = ClausePreset(
    ClauseTopic.CLOUD_TENANT,
    Answer.COVERED,
    "Your cloud services are covered: monitoring, backup and restores, configuration changes on request,"
    " and patches of the service platform under our change process.",
    {"changes": "approved_request"},
)
_CONNECTIVITY = ClausePreset(
    ClauseTopic.CONNECTIVITY,
    Answer.COVERED,
    "We monitor your internet connection and the private links to our network, and handle their faults.",
)
_OTHER_SUPPLIER = ClausePreset(
    ClauseTopic.OTHER_SUPPLIER,
    Answer.THIRD_PARTY,
    "Where another supplier's product is the cause, we bring them in and co-ordinate the work until it is"
    " solved.",
)
_PROJECTS = ClausePreset(
    ClauseTopic.PROJECTS,
    Answer.QUOTE,
    "System design, new installations and consultancy are quoted by your account manager.",
    {"quote_by": "success_manager"},
)
_SERVER_MAINTENANCE = ClausePreset(
    ClauseTopic.SERVER_MAINTENANCE,
    Answer.COVERED,
    "The servers of the service are monitored, patched and upgraded as part of your package.",
)


def _not_part(topic: ClauseTopic, what: str) -> ClausePreset:
    return ClausePreset(topic, Answer.NOT_COVERED, f"{what} not part of your package.")


_NOT_IN_ANY = (
    _not_part(ClauseTopic.CLASSROOM_AV, "Classroom AV is"),
    _not_part(ClauseTopic.AV_CONSUMABLES, "Consumables of classroom AV are"),
    _not_part(ClauseTopic.AV_INSPECTION, "Inspections of classroom AV are"),
    _not_part(ClauseTopic.SIMS, "Upgrades of SIMS are"),
    _not_part(ClauseTopic.SCHEDULED_VISITS, "Regular visits are"),
)

CLOUD_SUPPORT = PackagePreset(
    key="cloud-support",
    name="Cloud Support",
    summary=(
        "Day and night support, monitoring, backup and changes for your cloud services, for nominated users."
    ),
    clauses=(
        _DESK_ACCESS,
        _REMOTE_SUPPORT,
        ClausePreset(
            ClauseTopic.ON_DEMAND_VISITS,
            Answer.CHARGEABLE,
            "On-site support is charged for each device, or comes with a site agreement.",
            {"price_per": "device"},
        ),
        ClausePreset(
            ClauseTopic.HARDWARE,
            Answer.LIMITED,
            "Hardware of the backup service on your site, such as the local vault, is covered while it is"
            " within its maker's life cycle. Other hardware is not part of your package.",
            {"within_manufacturer_life_cycle": True, "only": "service_infrastructure"},
            _LIFE_CYCLE,
        ),
        _CONNECTIVITY,
        _SOFTWARE,
        _CLOUD_TENANT,
        _OTHER_SUPPLIER,
        _SERVER_MAINTENANCE,
        _not_part(ClauseTopic.EMERGENCY_CALLOUT, "Emergency visits are"),
        _PROJECTS,
        ClausePreset(
            ClauseTopic.OPTIONS,
            Answer.CHARGEABLE,
            "On-site support, training on site and a site agreement are available at extra cost.",
            {"options": ["on_site_visits", "training", "site_agreement"]},
        ),
        *_NOT_IN_ANY,
    ),
)

SITE_AGREEMENT = PackagePreset(
    key="site-agreement",
    name="Site agreement",
    summary="Cloud Support with engineers on site when you need them.",
    has_on_demand_visits=True,
    emergency_callout=EmergencyCallout.INCLUDED,
    clauses=(
        _DESK_ACCESS,
        _REMOTE_SUPPORT,
        ClausePreset(
            ClauseTopic.ON_DEMAND_VISITS,
            Answer.COVERED,
            "Visits on site are part of your agreement.",
        ),
        ClausePreset(
            ClauseTopic.HARDWARE,
            Answer.LIMITED,
            "Hardware on your site is covered while it is within its maker's life cycle.",
            {"within_manufacturer_life_cycle": True},
            _LIFE_CYCLE,
        ),
        _CONNECTIVITY,
        _SOFTWARE,
        _CLOUD_TENANT,
        _OTHER_SUPPLIER,
        _SERVER_MAINTENANCE,
        ClausePreset(
            ClauseTopic.EMERGENCY_CALLOUT,
            Answer.COVERED,
            "For a P1 incident an engineer comes to your site.",
            {"levels": ["p1"]},
        ),
        _PROJECTS,
        ClausePreset(
            ClauseTopic.OPTIONS,
            Answer.CHARGEABLE,
            "Training on site is available at extra cost.",
            {"options": ["training"]},
        ),
        *_NOT_IN_ANY,
    ),
)

CATEGORIES = (
    CategoryPreset("incident", "Something does not work", "triangle-alert", ClauseTopic.CLOUD_TENANT),
    CategoryPreset("backup", "A backup has failed", "database-backup", ClauseTopic.CLOUD_TENANT),
    CategoryPreset("restore", "Please restore data", "archive-restore", ClauseTopic.CLOUD_TENANT),
    CategoryPreset("connectivity", "Internet or a link to your network", "wifi", ClauseTopic.CONNECTIVITY),
    CategoryPreset("server", "A server or its hardware", "server", ClauseTopic.HARDWARE),
    CategoryPreset("software", "A program or an update", "app-window", ClauseTopic.SOFTWARE),
    CategoryPreset(
        "account", "A password or an account", "key-round", ClauseTopic.CLOUD_TENANT, changes_account=True
    ),
    CategoryPreset("change", "A change to the configuration", "settings-2", ClauseTopic.CLOUD_TENANT),
    CategoryPreset("visit", "A visit by an engineer", "calendar-plus", ClauseTopic.ON_DEMAND_VISITS),
    CategoryPreset(
        "project", "Something new: a project or a purchase", "clipboard-list", ClauseTopic.PROJECTS
    ),
    CategoryPreset("other", "Something else", "circle-help", ClauseTopic.REMOTE_SUPPORT),
)

PISYS = ProviderPreset(
    brand=BrandPreset(
        slug="pisys",
        name="Pisys",
        support_email="support@pisys.example",
        support_phone="",
        reference_prefix="PIS",
        accent="#6d28d9",
        nominated_users_only=True,
        two_factor_for_customers=True,
        password_max_age_days=90,
        portal_may_set_level=True,
    ),
    levels=LEVELS,
    calendars=CALENDARS,
    edition=EditionPreset(
        label="Cloud Support",
        published_on=date(2024, 1, 1),
        target_set="Cloud Support",
        comments="Service description; fix times by agreement",
        packages=(CLOUD_SUPPORT, SITE_AGREEMENT),
    ),
    categories=CATEGORIES,
    forms=(
        *everyday_forms(level="p4", account="account", goods="project", move="change"),
        *category_questions(CATEGORIES),
    ),
)
