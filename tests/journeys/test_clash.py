"""Two people want one time: the slower one keeps every answer and gets three others that work."""

import pytest
from playwright.sync_api import Browser, Page, expect

from .pages import NAME, open_as
from .site import DESKTOP, Site, free_space

pytestmark = pytest.mark.browser

TITLE = "Réunion « budget » & co"
GUEST = "amie@example.org"


def test_the_slower_one_keeps_every_answer_and_books_another_time(browser: Browser, site: Site) -> None:
    with open_as(site, browser, "member", viewport=DESKTOP) as first, open_as(site, browser, "manager", viewport=DESKTOP) as second:
        fast, slow = first.new_page(), second.new_page()
        space = free_space(fast, site, NAME)
        slow.goto(site.url(NAME, space))
        chosen = _choose_the_same(fast, slow)
        slow.locator("#panel details.more summary").click()
        slow.locator("#b-title").fill(TITLE)
        slow.locator("#b-guests").fill(GUEST)

        fast.locator("#panel button.pri").click()
        fast.wait_for_url("**/bookings/*")
        with slow.expect_response(lambda answer: answer.request.method == "POST") as answered:
            slow.locator("#panel button.pri").click()
        assert answered.value.status == 409

        expect(slow.locator("#clash")).to_be_focused()
        assert _answers(slow) == {**chosen, "title": TITLE, "guests": GUEST}
        expect(slow.locator("#clash .chip")).to_have_count(3)
        _book_instead(slow)


def _choose_the_same(fast: Page, slow: Page) -> dict[str, str]:
    """Both pick the last time that is proposed; what it is, as the form sends it."""
    for page in (fast, slow):
        chip = page.locator("#panel .chip").last
        chip.click()
        expect(page.locator("#panel .chip").last).to_have_attribute("aria-current", "true")
    chosen = {name: fast.locator(f"#panel [name={name}]").input_value() for name in ("day", "from", "to")}
    assert {name: slow.locator(f"#panel [name={name}]").input_value() for name in chosen} == chosen
    return chosen


def _answers(page: Page) -> dict[str, str]:
    return {name: page.locator(f"#panel [name={name}]").input_value() for name in ("day", "from", "to", "title", "guests")}


def _book_instead(page: Page) -> None:
    """Each alternative can be opened, and the first can be booked with the answers that were given before."""
    answers = page.evaluate(
        "() => Promise.all([...document.querySelectorAll('#clash .chip')].map(link => fetch(link.href).then(answer => answer.status)))"
    )
    assert answers == [200, 200, 200]
    page.locator("#clash .chip").first.click()
    expect(page.locator("#clash")).to_have_count(0)
    page.locator("#panel button.pri").click()
    page.wait_for_url("**/bookings/*")
    expect(page.locator("#flashes .note.ok")).to_be_visible()
