"""Files in a form: dropped, pasted, listed, removed, refused in words before they are sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import assert_accessible
from tests.cast import Cast
from tickets.models import Attachment

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]

# As the browser does it when somebody drops or pastes: [kind of event, [[name, type, bytes], …]].
GIVE = """(form, [kind, files]) => {
  const carrier = new DataTransfer();
  for (const [name, type, bytes] of files) carrier.items.add(new File([new Uint8Array(bytes).fill(1)], name, { type }));
  const options = { bubbles: true, cancelable: true, dataTransfer: carrier, clipboardData: carrier };
  form.dispatchEvent(kind === "paste" ? new ClipboardEvent(kind, options) : new DragEvent(kind, options));
}"""


@pytest.mark.rule("I6")
def test_files_are_dropped_pasted_removed_and_refused_before_they_are_sent(cast: Cast, enter: Enter) -> None:
    page = enter("rita", "/alder/portal/requests/new/")
    form = page.locator("form[enctype]")
    names = form.locator(".files__name")
    page.get_by_role("radio").first.check()
    expect(page.locator("#category-coverage p").first).to_be_visible()  # right below the category
    form.evaluate(
        GIVE, ["drop", [["plan.pdf", "application/pdf", 5000], ["huge.mov", "video/mp4", 60_000_000]]]
    )
    expect(names).to_have_text(["plan.pdf"])
    expect(form.get_by_role("alert")).to_contain_text("huge.mov is larger than")
    form.evaluate(GIVE, ["paste", [["image.png", "image/png", 900]]])
    expect(names).to_have_text(["plan.pdf", "Pasted picture 1.png"])
    form.get_by_label("Photos or files").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    expect(names).to_have_text(["plan.pdf", "Pasted picture 1.png", "notes.txt"])
    assert_accessible(page)
    page.screenshot(path="/tmp/ways_files.png", full_page=True)
    page.get_by_role("button", name="Remove plan.pdf").press("Enter")
    expect(page.get_by_role("button", name="Remove Pasted picture 1.png")).to_be_focused()
    page.get_by_label("In a few words").fill("The plan")
    page.get_by_label("What happens, and since when?").fill("It is wrong.")
    form.get_by_role("group", name="Who is affected?").get_by_role("radio").last.check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="The plan")).to_be_visible()
    with open_scope(cast.staff_scope()):
        assert sorted(Attachment.objects.values_list("name", flat=True)) == [
            "Pasted picture 1.png",
            "notes.txt",
        ]
