"""Concero: SLA v3.2 of May 2021, five packages for schools, a desk open Monday to Friday 08:00 to 16:30."""

from datetime import date, time

from accounts.models.organisations import Nation
from contracts.models import ClauseTopic
from contracts.presets.concero.obligations import OBLIGATIONS
from contracts.presets.concero.packages import PACKAGES
from contracts.presets.data import (
    BrandPreset,
    CalendarPreset,
    CategoryPreset,
    EditionPreset,
    LevelPreset,
    ProviderPreset,
    WindowPreset,
)
from contracts.presets.everyday import category_questions, everyday_forms

WORKING_DAYS = (0, 1, 2, 3, 4)

LEVELS = (
    LevelPreset(
        key="urgent",
        name="Urgent",
        rank=1,
        impact="All users are affected and no function is available",
        portal_words="Everybody, nothing works",
        response_minutes=1 * 60,
        fix_minutes=8 * 60,
    ),
    LevelPreset(
        key="high",
        name="High",
        rank=2,
        impact="A large number of users or business-critical functions are affected",
        portal_words="Many people, or something the school cannot run without",
        response_minutes=2 * 60,
        fix_minutes=16 * 60,
    ),
    LevelPreset(
        key="medium",
        name="Medium",
        rank=3,
        impact="A limited number of users or functions are affected; most work goes on as usual",
        portal_words="One person or a few, most work goes on",
        response_minutes=4 * 60,
        fix_minutes=40 * 60,
        is_default=True,
    ),
    LevelPreset(
        key="low",
        name="Low",
        rank=4,
        impact=(
            "A simple request, nobody immediately affected: moves, additions and changes of equipment or"
            " users"
        ),
        portal_words="Nobody at the moment: a request or a change",
        response_minutes=8 * 60,
        fix_minutes=80 * 60,
    ),
)

DESK_HOURS = CalendarPreset(
    name="Desk hours",
    windows=(WindowPreset(WORKING_DAYS, time(8), time(16, 30)),),
    nation=Nation.ENGLAND_AND_WALES,
    is_default=True,
)
ON_SITE_HOURS = CalendarPreset(
    name="On-site hours",
    windows=(WindowPreset(WORKING_DAYS, time(8), time(18)),),
    nation=Nation.ENGLAND_AND_WALES,
)

CATEGORIES = (
    CategoryPreset("computer", "A computer, laptop or tablet", "laptop", ClauseTopic.HARDWARE),
    CategoryPreset("printer", "A printer or copier", "printer", ClauseTopic.HARDWARE),
    CategoryPreset("server", "A server or shared files", "server", ClauseTopic.HARDWARE),
    CategoryPreset(
        "classroom-av", "A projector, screen or classroom sound", "presentation", ClauseTopic.CLASSROOM_AV
    ),
    CategoryPreset(
        "bulbs", "Bulbs, filters or cables for the classroom", "lightbulb", ClauseTopic.AV_CONSUMABLES
    ),
    CategoryPreset("internet", "Internet or Wi-Fi", "wifi", ClauseTopic.CONNECTIVITY),
    CategoryPreset("software", "A program or an update", "app-window", ClauseTopic.SOFTWARE),
    CategoryPreset(
        "account", "A password or an account", "key-round", ClauseTopic.CLOUD_TENANT, changes_account=True
    ),
    CategoryPreset("cloud", "E-mail, Teams, Microsoft 365 or Google", "cloud", ClauseTopic.CLOUD_TENANT),
    CategoryPreset("sims", "SIMS", "school", ClauseTopic.SIMS),
    CategoryPreset("visit", "A visit by an engineer", "calendar-plus", ClauseTopic.ON_DEMAND_VISITS),
    CategoryPreset(
        "project", "Something new: a project or a purchase", "clipboard-list", ClauseTopic.PROJECTS
    ),
    CategoryPreset("other", "Something else", "circle-help", ClauseTopic.REMOTE_SUPPORT),
)

CONCERO = ProviderPreset(
    brand=BrandPreset(
        slug="concero",
        name="Concero",
        support_email="support@concerouk.com",
        support_phone="0333 111 0004",
        reference_prefix="CON",
        accent="#0b6e6e",
    ),
    levels=LEVELS,
    calendars=(DESK_HOURS, ON_SITE_HOURS),
    edition=EditionPreset(
        label="v3.2",
        published_on=date(2021, 5, 1),
        target_set="SLA v3.2",
        comments="May 2021: minor alterations",
        packages=PACKAGES,
    ),
    categories=CATEGORIES,
    forms=(
        *everyday_forms(level="low", account="account", goods="project", move="computer"),
        *category_questions(CATEGORIES),
    ),
    obligations=OBLIGATIONS,
)
