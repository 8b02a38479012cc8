"""A request about a child's safety, from the tick box to whoever must not see it (Rule T6)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tests.browser.pages import LOOKS, assert_accessible, keep_screenshot
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.rule("T6")]

Enter = Callable[..., Page]
SUBJECT = "A pupil showed me a message"


def test_a_confidential_request(cast: Cast, monday: time_machine.Traveller, enter: Enter) -> None:
    rita = enter("rita", "/alder/portal/requests/new/", LOOKS[0])
    rita.get_by_label("A password or an account").check()
    rita.get_by_label("In a few words").fill(SUBJECT)
    rita.get_by_label("What happens, and since when?").fill("I cannot say it in the open.")
    rita.get_by_role("radio", name="Just me").or_(rita.locator("input[name=level]")).last.check()
    rita.get_by_label("This is about a child's safety or something private").check()
    keep_screenshot(rita, "confidential-new", LOOKS[0])
    rita.get_by_role("button", name="Send", exact=True).click()
    expect(rita.get_by_text("Only these people can read it")).to_contain_text("Sena")
    assert_accessible(rita)
    keep_screenshot(rita, "confidential-portal", LOOKS[0])
    number = rita.url.rstrip("/").rsplit("/", 1)[-1]

    tess = enter("tess", "/alder/desk/queue/")
    expect(tess.get_by_text(SUBJECT)).to_have_count(0)
    ian = enter("ian", "/alder/portal/requests/")
    expect(ian.get_by_text(SUBJECT)).to_have_count(0)

    ada = enter("ada", "/alder/desk/confidential/")
    keep_screenshot(ada, "confidential-list", LOOKS[-2])
    ada.get_by_role("link", name=f"-{number}").click()
    expect(ada.get_by_text("Sena")).to_be_visible()
    assert_accessible(ada)
    keep_screenshot(ada, "confidential-sealed", LOOKS[-2])
    ada.get_by_label("Why").fill("Sena is away")
    ada.get_by_role("button", name="Take access").click()
    expect(ada.get_by_role("heading", name=SUBJECT)).to_be_visible()
    expect(ada.get_by_text("Caller not verified")).to_be_visible()
    ada.get_by_text("Verify the caller").click()
    ada.get_by_label("A named contact of the school approved it").check()
    ada.get_by_label("Named contact who approved it").select_option(label="Ian")
    assert_accessible(ada)
    keep_screenshot(ada, "confidential-ticket", LOOKS[-2])
    ada.get_by_role("button", name="Keep the verification").click()
    expect(ada.get_by_text("Verified: it is kept on the ticket.")).to_be_visible()

    ada.get_by_role("link", name="Who reads it, and who has").click()
    expect(ada.get_by_text("Took access: Sena is away")).to_be_visible()
    ada.get_by_text("Add a reader").click()
    ada.locator("#add-person").select_option(label="Theo")
    ada.locator("#add-reason").fill("Knows the filter")
    assert_accessible(ada)
    keep_screenshot(ada, "confidential-readers", LOOKS[-2])
    ada.get_by_role("button", name="Let this person read it").click()
    theo = enter("theo", f"/alder/desk/tickets/{number}/", LOOKS[1])
    expect(theo.get_by_role("heading", name=SUBJECT)).to_be_visible()
    keep_screenshot(theo, "confidential-ticket", LOOKS[1])
    readers = enter("theo", f"/alder/desk/tickets/{number}/readers/", LOOKS[3])
    keep_screenshot(readers, "confidential-readers", LOOKS[3])
    phone = enter("theo", f"/alder/desk/tickets/{number}/readers/", LOOKS[0])
    keep_screenshot(phone, "confidential-readers", LOOKS[0])
    keep_screenshot(enter("ada", "/alder/settings/safeguarding/", LOOKS[2]), "safeguarding", LOOKS[2])
    keep_screenshot(enter("ian", "/alder/portal/passphrase/", LOOKS[1]), "passphrase", LOOKS[1])
