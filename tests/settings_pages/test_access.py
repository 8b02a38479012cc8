"""Who may open which page of the settings; another provider's objects are not there at all."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.people import team_save
from delivery.services import mail_enqueue
from sla.models import BusinessCalendar, PublicHoliday
from sla.services.calendar_edits import closure_add
from tests.settings_pages.cast import Cast
from tickets.models import Mailbox

# Not questions: transactions, and telling the database whose scope it is.
IGNORED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "SELECT set_config")
LEAD, CSM, ADMIN = "technical_lead", "success_manager", "administrator"
EVERYBODY = ("technician_1", "technician_2", LEAD, CSM, "senior_management", ADMIN)
PEOPLE = (CSM, ADMIN)
# The page, the attribute of the cast whose key it takes, and who may open it.
PAGES = [
    ("home", "", EVERYBODY),
    ("staff", "", PEOPLE),
    ("staff_new", "", PEOPLE),
    ("teams", "", PEOPLE),
    ("team_new", "", PEOPLE),
    ("contacts", "", PEOPLE),
    ("contact_new", "school", PEOPLE),
    ("customers", "", EVERYBODY),
    ("customer", "school", EVERYBODY),
    ("customer_new", "", PEOPLE),
    ("customer_edit", "school", PEOPLE),
    ("contracts", "", EVERYBODY),
    ("contract", "contract", EVERYBODY),
    ("contract_new", "school", PEOPLE),
    ("contract_edit", "contract", PEOPLE),
    ("contract_renew", "contract", PEOPLE),
    ("contract_end", "contract", PEOPLE),
    ("year", "", EVERYBODY),
    ("closure_new", "", (ADMIN,)),
    ("calendars", "", EVERYBODY),
    ("calendar_new", "", (ADMIN,)),
    ("holidays", "", EVERYBODY),
    ("holiday_new", "", (ADMIN,)),
    ("holiday_fill", "", (ADMIN,)),
    ("tester", "", EVERYBODY),
    ("editions", "", EVERYBODY),
    ("brand", "", (ADMIN,)),
    ("switches", "", (ADMIN,)),
    ("audit", "", (ADMIN,)),
    ("audit_csv", "", (ADMIN,)),
    ("outbox", "", (LEAD, ADMIN)),
    ("mailboxes", "", (LEAD, ADMIN)),
    ("mailbox_new", "", (LEAD, ADMIN)),
]


def arguments(cast: Cast, takes: str) -> list[object]:
    keys: dict[str, list[object]] = {"": [], "school": [cast.school.slug], "contract": [cast.contract.pk]}
    return keys[takes]


@pytest.mark.rule("T1", "T3")
@pytest.mark.parametrize("role", EVERYBODY)
def test_each_role_opens_what_it_may_and_nothing_else(cast: Cast, role: str) -> None:
    for page, takes, allowed in PAGES:
        expected = 200 if role in allowed else 403
        assert cast.get(page, *arguments(cast, takes), role=role).status_code == expected, page


@pytest.mark.rule("T2", "T3")
def test_people_of_schools_and_people_who_have_not_signed_in_open_nothing(cast: Cast) -> None:
    for page, takes, _allowed in PAGES:
        assert cast.get(page, *arguments(cast, takes), role="school").status_code == 403, page
        refused = cast.get(page, *arguments(cast, takes), role="nobody")
        assert refused.status_code == 302, page
        assert "/account/login/" in refused["Location"]


@pytest.mark.rule("T1")
def test_a_stranger_learns_nothing_of_the_provider(cast: Cast, stranger: Cast) -> None:
    for page, takes, _allowed in PAGES:
        answer = stranger.client(ADMIN).get(cast.url(page, *arguments(cast, takes)))
        assert answer.status_code == 404, page


@pytest.mark.rule("T1")
def test_objects_of_another_provider_are_not_there(cast: Cast, stranger: Cast) -> None:
    """Every page that takes a key, asked inside one's own provider for a row of the other."""
    with stranger.scope():
        team = team_save(team=None, name="Theirs", lead=None, members=[])
        closure = closure_add(name="Theirs", first_day=date(2026, 7, 1)).row
        calendar = BusinessCalendar.objects.all()[0]
        holiday = PublicHoliday.objects.all()[0]
        mail = mail_enqueue(purpose="notice", recipients=["a@pisys.example"], subject="Theirs", text="Theirs")
        edition = stranger.contract.package.version
        mailbox = Mailbox.objects.create(address="theirs@pisys.example", host="imap.pisys.example")
    colleague = stranger.staff["technician_1"]
    objects: dict[str, list[object]] = {
        "staff_edit": [colleague.pk],
        "staff_switch": [colleague.pk],
        "staff_invite": [colleague.pk],
        "team_edit": [team.pk],
        "contact_edit": [cast.school.slug, stranger.contact.pk],
        "contact_switch": [cast.school.slug, stranger.contact.pk],
        "contact_remove": [cast.school.slug, stranger.contact.pk],
        "contact_invite": [cast.school.slug, stranger.contact.pk],
        "contract": [stranger.contract.pk],
        "contract_edit": [stranger.contract.pk],
        "contract_renew": [stranger.contract.pk],
        "contract_end": [stranger.contract.pk],
        "closure_edit": [closure.pk],
        "closure_delete": [closure.pk],
        "calendar_edit": [calendar.pk],
        "holiday_edit": [holiday.pk],
        "holiday_delete": [holiday.pk],
        "edition": [edition.pk],
        "edition_new": [edition.pk],
        "outbox_retry": [mail.pk],
        "mailbox_edit": [mailbox.pk],
        "mailbox_test": [mailbox.pk],
        "mailbox_switch": [mailbox.pk],
    }
    for page, keys in objects.items():
        if page not in {"staff_invite", "contact_invite", "outbox_retry", "mailbox_test"}:
            assert cast.get(page, *keys).status_code == 404, page
        if page not in {"contract", "edition"}:
            assert cast.post(page, *keys, data={"name": "Mine"}).status_code == 404, page


def test_pages_ask_the_database_at_most_fifteen_times(cast: Cast) -> None:
    cast.get("home")
    for page, takes, _allowed in PAGES:
        with CaptureQueriesContext(connection) as asked:
            assert cast.get(page, *arguments(cast, takes)).status_code == 200
        counted = [one["sql"] for one in asked if not one["sql"].startswith(IGNORED)]
        assert len(counted) <= 15, "\n".join([page, *counted])
