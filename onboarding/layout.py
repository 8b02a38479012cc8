"""The form of the workbook: its sheets, their columns, what each is for. Reading, export, template and docs follow it.

Sheet names and headings are part of the form and so the same in every language.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerRole, Nomination
from accounts.models.organisations import Nation
from contracts.models import PausePolicy
from onboarding import cells


class Kind(StrEnum):
    """What a row of a sheet is about, in the order in which sheets are applied."""

    SCHOOLS = "Schools"
    DOMAINS = "Mail domains"
    PEOPLE = "People"
    CONTRACTS = "Contracts"
    TERMS = "Term dates"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` as the services name it, what its cells mean and how they are read."""

    key: str
    heading: str
    read: Callable[[Any], Any]
    about: str | Promise
    example: str = ""
    required: bool = False


SCHOOL = Column(
    "school", "School", cells.slug, _("The school's short name, as on the sheet Schools."), "oakfield", True
)

LAYOUT: dict[Kind, tuple[Column, ...]] = {
    Kind.SCHOOLS: (
        Column(
            "slug",
            "Short name",
            cells.slug,
            _("Small letters, figures and hyphens. It stands in addresses and finds the school again."),
            "oakfield",
            True,
        ),
        Column(
            "name", "Name", cells.text(160), _("The school's full name."), "Oakfield Primary School", True
        ),
        Column(
            "nation",
            "Nation",
            cells.one_of(Nation.choices),
            _("Whose public holidays hold. Empty: England and Wales."),
            "England and Wales",
        ),
        Column("trust", "Trust", cells.text(160), _("The multi-academy trust."), "Three Rivers Trust"),
        Column(
            "phone",
            "Telephone",
            cells.numbers,
            _("The school's telephone, or several."),
            "01632 960001",
        ),
        Column(
            "address", "Address", cells.text(2000, lines=True), _("Several lines are fine."), "1 High Street"
        ),
        Column(
            "success_manager",
            "Success manager",
            cells.e_mail,
            _("The e-mail address of a customer success manager of your staff."),
            "cass@support.example",
        ),
        Column("team", "Team", cells.text(80), _("The name of one of your teams."), "Desk"),
        Column(
            "nomination",
            "Who may ask",
            cells.one_of(Nomination.choices),
            _(
                "Who may ask for support by mail and telephone. Empty: as your company has it for every school."
            ),
            "Only people whom the school has nominated",
        ),
        Column(
            "is_active",
            "Active",
            cells.yes_no,
            _("yes or no. Nobody of an inactive school can sign in. Empty: yes."),
            "yes",
        ),
    ),
    Kind.DOMAINS: (
        SCHOOL,
        Column(
            "domain",
            "Domain",
            cells.domain,
            _("A mail domain that speaks for the school, one in each row. Schools of a trust may share one."),
            "oakfield.sch.uk",
            True,
        ),
    ),
    Kind.PEOPLE: (
        SCHOOL,
        Column(
            "email",
            "E-mail",
            cells.e_mail,
            _("Finds the person again. Somebody of several schools has a row for each."),
            "anna@oakfield.sch.uk",
            True,
        ),
        Column("name", "Name", cells.text(120), _("First and last name."), "Anna Green", True),
        Column(
            "roles",
            "Roles",
            cells.some_of(CustomerRole.choices),
            _("Their roles at this school, with semicolons between them. Empty: Requester."),
            "IT lead; Requester",
        ),
        Column(
            "phone",
            "Telephone",
            cells.numbers,
            _("The person's telephone, or several."),
            "01632 960002",
        ),
        Column(
            "is_nominated",
            "Nominated",
            cells.yes_no,
            _("yes or no: nominated by the school to ask for support. Empty: no."),
            "yes",
        ),
        Column("is_active", "Active", cells.yes_no, _("yes or no: may sign in. Empty: yes."), "yes"),
    ),
    Kind.CONTRACTS: (
        SCHOOL,
        Column("package", "Package", cells.text(80), _("The package's name."), "Full Managed Service", True),
        Column(
            "edition",
            "Edition",
            cells.text(40),
            _("The edition of the agreement. Empty: the newest that has the package."),
            "v3.2 (May 2021)",
        ),
        Column(
            "calendar",
            "Service hours",
            cells.text(80),
            _("The name of a calendar. Empty: the desk's own hours."),
            "Desk hours",
        ),
        Column(
            "starts_on",
            "Starts",
            cells.day,
            _("The first day. With the school it finds the contract again."),
            "2026-09-01",
            True,
        ),
        Column(
            "ends_on", "Last day", cells.day, _("Empty: the contract holds until it is ended."), "2027-08-31"
        ),
        Column(
            "visits_purchased",
            "Purchased visits",
            cells.visits,
            _("Scheduled visits purchased a year. Empty: none."),
            "23",
        ),
        Column(
            "pause_policy",
            "Waiting",
            cells.one_of(PausePolicy.choices),
            _("Which waiting stops the fix clock. Empty: clocks never stop."),
            str(PausePolicy.STRICT.label),
        ),
        Column("reference", "Reference", cells.text(40), _("Your own reference."), "C-2026-014"),
    ),
    Kind.TERMS: (
        SCHOOL,
        Column("name", "Term", cells.text(80), _("The term's name."), "Autumn 2026, first half", True),
        Column(
            "first_day",
            "First day",
            cells.day,
            _("The first day of teaching. With the school it finds the term again."),
            "2026-09-02",
            True,
        ),
        Column("last_day", "Last day", cells.day, _("The last day of teaching."), "2026-10-23", True),
    ),
}

# What finds a row again: two rows of a file with the same values here are one too many.
KEYS: dict[Kind, tuple[str, ...]] = {
    Kind.SCHOOLS: ("slug",),
    Kind.DOMAINS: ("school", "domain"),
    Kind.PEOPLE: ("school", "email"),
    Kind.CONTRACTS: ("school", "starts_on"),
    Kind.TERMS: ("school", "first_day"),
}

README_SHEET = "Read me"
DAYS = frozenset({"starts_on", "ends_on", "first_day", "last_day"})


def kind_of_sheet(name: str) -> Kind | None:
    """The kind whose sheet has this name."""
    return next((kind for kind in Kind if cells.alike(kind) == cells.alike(name)), None)


def kind_of_headings(headings: list[str]) -> Kind | None:
    """The kind that these headings belong to: all that it needs, and the most of its own."""
    given = {cells.alike(heading) for heading in headings}
    fitting = [
        kind
        for kind, columns in LAYOUT.items()
        if all(cells.alike(column.heading) in given for column in columns if column.required)
    ]
    own = {kind: len(given & {cells.alike(column.heading) for column in LAYOUT[kind]}) for kind in fitting}
    return max(fitting, key=own.__getitem__, default=None)
