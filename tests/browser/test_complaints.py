"""A teacher complains on a phone, a manager decides, the teacher takes it further (rules E2, Y9)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tests.browser.pages import LOOKS, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.rule("E2", "Y9")]


def test_a_complaint_from_both_sides(enter: Callable[..., Page], monday: time_machine.Traveller) -> None:
    teacher = enter("rita", "/alder/portal/complaints/", LOOKS[0])
    teacher.get_by_role("link", name="Make a complaint").click()
    teacher.get_by_label("What went wrong?").fill("Nobody called back")
    teacher.get_by_role("button", name="Send the complaint").click()
    expect(teacher.get_by_text("We have your complaint")).to_be_visible()
    manager = enter("cass", "/alder/desk/complaints/")
    manager.get_by_role("link", name="Nobody called back").click()
    manager.get_by_text("Decide", exact=True).click()
    manager.get_by_label("What was found and done").fill("We are sorry, and have called.")
    manager.get_by_role("button", name="Tell the school").click()
    expect(manager.get_by_role("heading", name="Outcome: Upheld")).to_be_visible()
    teacher.reload()
    teacher.get_by_text("Not satisfied?").click()
    teacher.get_by_label("Why").fill("It happened again")
    teacher.get_by_role("button", name="Take it to senior management").click()
    expect(teacher.get_by_text("It is with: Senior management.")).to_be_visible()
    for page in (teacher, manager):
        assert_accessible(page)
