"""What people come for, from one end to the other, in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from sla.models import ServiceLevel
from tests.browser.pages import LOOKS, assert_accessible, open_page
from tests.browser.steps import log_request, sign_in_by_form
from tests.cast import Cast
from tests.tickets.intake.mails import mail
from tickets.intake.batches import mails_take
from tickets.intake.spooling import RawMail
from tickets.models import CallBack, Channel, Mailbox, Ticket
from tickets.services.opening import ticket_open

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]
PHONE = LOOKS[0]


@pytest.mark.rule("I1", "S5", "S8", "S11")
def test_a_request_from_the_phone_to_its_end(
    browser: Browser, cast: Cast, live_server: LiveServer, monday: time_machine.Traveller, enter: Enter
) -> None:
    tess = enter("tess", "/alder/desk/queue/")
    with open_page(browser, PHONE) as rita:
        sign_in_by_form(rita, live_server.url, "rita@oakfield.example")
        log_request(rita)
        expect(rita.locator("#messages")).to_contain_text("will reply by")
        expect(rita.get_by_role("link", name="screen.png")).to_be_visible()
        own_page = rita.url

        tess.reload()
        tess.get_by_role("link", name="The projector is broken").click()
        expect(tess.get_by_role("link", name="screen.png")).to_be_visible()
        tess.get_by_label("Your answer to the school").fill("We bring a lamp at ten.")
        tess.get_by_role("button", name="Send", exact=True).click()
        expect(tess.locator("#messages")).to_contain_text("Sent.")

        rita.goto(own_page)
        expect(rita.get_by_text("We bring a lamp at ten.")).to_be_visible()
        expect(rita.get_by_text("We are on it. Fix aimed for by")).to_be_visible()

        tess.get_by_label("Your answer to the school").fill("There is a new lamp in it.")
        tess.get_by_role("button", name="Send as the fix").click()
        expect(tess.locator("#messages")).to_contain_text("Sent, and marked as fixed.")
        rita.goto(own_page)
        expect(rita.get_by_text("Fixed. Tell us if it is not.")).to_be_visible()
        rita.get_by_text("It is not fixed").click()
        rita.get_by_label("Why?").fill("It went dark again.")
        rita.get_by_role("button", name="Open it again").click()
        expect(rita.locator("#messages")).to_contain_text("Open again.")

        monday.move_to(datetime(2026, 12, 2, 9, 0, tzinfo=UTC))
        sweep(queues=["clocks"])
        _close_after_a_miss(tess)
        rita.goto(own_page)
        expect(rita.get_by_text("Closed", exact=True)).to_be_visible()


def _close_after_a_miss(tess: Page) -> None:
    """The fix came too late: the ticket closes only once somebody has said why (Rule S11)."""
    tess.reload()
    tess.get_by_label("Your answer to the school").fill("Now it has a new ballast as well.")
    tess.get_by_role("button", name="Send as the fix").click()
    expect(tess.locator("#messages")).to_contain_text("Sent, and marked as fixed.")
    tess.get_by_role("complementary").get_by_text("Close", exact=True).click()
    tess.get_by_role("button", name="Close the ticket").click()
    expect(tess.get_by_role("alert")).to_contain_text("reason")
    tess.get_by_label("In your words (optional)").fill("The part took four weeks.")
    tess.get_by_role("button", name="Note the reason").click()
    expect(tess.locator("#messages")).to_contain_text("Reason noted")
    tess.get_by_role("complementary").get_by_text("Close", exact=True).click()
    tess.get_by_role("button", name="Close the ticket").click()
    expect(tess.locator("#messages")).to_contain_text("Closed.")


@pytest.mark.rule("S13", "S14")
def test_the_christmas_shutdown_moves_a_deadline_and_explains_it(
    cast: Cast, live_server: LiveServer, enter: Enter
) -> None:
    with time_machine.travel(datetime(2027, 12, 20, 9, 0, tzinfo=UTC), tick=True):
        with open_scope(cast.staff_scope()):
            ticket = ticket_open(
                customer=cast.customer(),
                requester=cast.person("rita"),
                subject="A new cable",
                text="For the hall.",
                level=ServiceLevel.objects.get(name="Medium"),
                channel=Channel.EMAIL,
            )
            assert ticket.fix_clock is not None
            before = ticket.fix_clock.due_at
        ada = enter("ada", "/alder/settings/")
        ada.get_by_role("link", name="Enter the shutdown").click()
        ada.get_by_role("button", name="Show what changes").click()
        expect(ada.get_by_text("1 deadline of an open request moves")).to_be_visible()
        expect(ada.get_by_text("Nothing is saved yet.")).to_be_visible()
        assert_accessible(ada)
        ada.get_by_role("button", name="Save and move these deadlines").click()
        expect(ada.locator("#messages")).to_contain_text("The Christmas shutdown is in the calendar.")
        with open_scope(cast.staff_scope()):
            clock = Ticket.objects.get(pk=ticket.pk).fix_clock
            assert clock is not None
            assert clock.due_at is not None
            assert before is not None
            assert clock.due_at.year == 2028 > before.year
        ada.goto(f"{live_server.url}/alder/desk/tickets/{ticket.number}/")
        ada.get_by_role("link", name="Explain this fix deadline").click()
        expect(ada.get_by_text("Christmas shutdown (Closures of the provider)")).to_be_visible()


@pytest.mark.rule("I5")
def test_a_call_is_logged_with_a_time_to_call_back(
    cast: Cast, monday: time_machine.Traveller, enter: Enter
) -> None:
    tess = enter("tess", "/alder/desk/")
    tess.get_by_role("link", name="Log a call").last.click()
    tess.get_by_label("Who is calling?").fill("rit")
    tess.get_by_role("button", name="Find").click()  # who is the only one is opened at once
    tess.get_by_label("In a few words").fill("No sound in the hall")
    tess.get_by_label("What is wrong?").fill("Since this morning.")
    tess.get_by_label("Or call back at").fill("2026-11-23T14:00")
    tess.get_by_label("Number to call").fill("01632 960001")
    tess.get_by_role("button", name="Log the call").click()
    expect(tess.locator("#messages")).to_contain_text("Logged as CON-")
    with open_scope(cast.staff_scope()):
        assert CallBack.objects.get().agreed_at == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    tess.get_by_role("link", name="Call-backs").first.click()
    expect(tess.get_by_role("link", name="01632 960001")).to_be_visible()


@pytest.mark.rule("R1")
def test_a_report_is_written_released_and_read_at_the_school(
    monday: time_machine.Traveller, enter: Enter
) -> None:
    cass = enter("cass", "/alder/reports/oakfield/2026Q3/")
    cass.get_by_label("Introduction").fill("A calm quarter, thank you.")
    cass.get_by_role("button", name="Save the words").click()
    expect(cass.locator("#messages")).to_contain_text("The words have been saved.")
    cass.get_by_role("link", name="Release").click()
    expect(cass.get_by_role("heading", level=1)).to_have_text("Release the report")
    assert_accessible(cass)
    cass.locator("main form button[type=submit]").click()
    expect(cass.locator("#messages")).to_contain_text("has been released")
    rob = enter("rob", "/alder/portal/")
    rob.get_by_role("link", name="Reports").first.click()
    rob.get_by_role("link", name="Oakfield").click()
    expect(rob.get_by_text("A calm quarter, thank you.")).to_be_visible()
    with rob.expect_download() as download:
        rob.get_by_role("link", name="Download as PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


@pytest.mark.rule("T5", "I2")
def test_held_mail_is_released_as_a_ticket(cast: Cast, monday: time_machine.Traveller, enter: Enter) -> None:
    with open_scope(cast.staff_scope()):
        mailbox = Mailbox.objects.get(is_default=True)
    stranger = mail("Sid <sid@elsewhere.example>", "Our server hums", "Loudly.\n")
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert list(mails_take(mailbox=mailbox, mails=[RawMail.of(stranger.as_bytes())], received_at=now))
    tess = enter("tess", "/alder/desk/")
    tess.get_by_role("link", name="Held mail").first.click()
    tess.get_by_role("link", name="Our server hums").click()
    expect(tess.get_by_text("Loudly.")).to_be_visible()
    tess.get_by_label("It belongs to this school").select_option("Hillside")
    tess.get_by_role("button", name="Open a ticket from it").click()
    expect(tess.locator("#messages")).to_contain_text("Released as CON-")
    expect(tess.get_by_role("heading", name="Our server hums")).to_be_visible()
