"""A member of the demo saves test cards on the stand-in's pages, with a script and without, and its messages arrive."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from .site import PHONE, Site, watch

pytestmark = pytest.mark.browser

HOUSE = "loom"


def open_page(site: Site, page: Page) -> None:
    """From the member's own page to the stand-in's."""
    page.goto(site.url(HOUSE, "/billing/methods"))
    page.locator("main form[action$='/billing/methods'] button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/demo/stripe/checkout/cs_test_"))
    expect(page.get_by_text("No money moves")).to_be_visible()


def choose(page: Page, number: str) -> None:
    """Pick a test card and send the page."""
    page.locator(f"input[value='{number}']").check()
    page.locator("main form button[type=submit]").click()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_a_member_saves_a_card_that_the_bank_asks_about(browser: Browser, site: Site, script: bool) -> None:
    state = site.state(browser, HOUSE, "member")
    with browser.new_context(viewport=PHONE, locale="en-GB", storage_state=state, java_script_enabled=script) as phone:
        complaints, page = watch(phone), phone.new_page()
        open_page(site, page)
        choose(page, "4000000000000002")
        expect(page.locator("main [role=alert]")).to_contain_text("declined")
        choose(page, "4000002500003155")
        expect(page).to_have_url(re.compile(r"/demo/stripe/approve/seti_"))
        page.locator("button[value=refuse]").click()
        expect(page.locator("main [role=alert]")).to_contain_text("not approved")
        choose(page, "4000002500003155")
        page.locator("button[value=approve]").click()
        expect(page).to_have_url(re.compile("/billing/methods"))
        expect(page.locator("main")).to_contain_text("3155")
        # A page sent back with 422 is told by the browser as a failed load; nothing else may be complained about.
        assert [each for each in complaints if "422" not in each] == []
