"""Everything by keyboard: the focus is always somewhere, always visible, and the keys do what the page says."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from .pages import NAME, busy_day, open_as
from .site import DESKTOP, Site, free_space

pytestmark = pytest.mark.browser

# What lies over the middle of the focused element must be the element, something in it, or something around it.
HIDDEN = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect();
    if (at === document.body || !box.width) return '';
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
    return !top || at.contains(top) || top.contains(at) || at.closest('dialog') ? '' : at.outerHTML.slice(0, 120) + ' is under ' + top.outerHTML.slice(0, 120);
}"""
LOST = "() => document.activeElement === document.body"
CELL = "() => document.activeElement.closest('#week .sl') && document.activeElement.getAttribute('href')"


def test_a_room_is_booked_moved_and_cancelled_by_keyboard_alone(browser: Browser, site: Site) -> None:
    with open_as(site, browser, "member", viewport=DESKTOP) as context:
        page = context.new_page()
        free_space(page, site, NAME)
        _to_the_form_by_the_skip_link(page)
        _into_the_grid(page)
        picked = _pick_with_arrows(page)
        _wait_for_pick(page, picked)
        assert not page.evaluate(LOST), "after the pick the focus must still be somewhere"
        _enter(page, "#panel button.pri")
        page.wait_for_url("**/bookings/*")
        expect(page.locator("#flashes .note.ok")).to_be_visible()
        _move(page)
        _cancel(page)


def _move(page: Page) -> None:
    _enter(page, "main a[href$='/move']")
    page.wait_for_url("**/move")
    before = _asked(page)
    # One a day: the second is tomorrow's or later. Today's may be the half hour that is running, and what has begun is not cancelled.
    _enter(page, "#panel .chip:not([aria-current]) ~ .chip:not([aria-current])")
    page.wait_for_function("before => JSON.stringify([...document.querySelectorAll('#panel select')].map(each => each.value)) !== before", arg=before)
    assert not page.evaluate(LOST)
    _enter(page, "#panel button.pri")
    page.wait_for_url(lambda url: not url.endswith("/move"))
    expect(page.locator("#flashes .note.ok")).to_be_visible()


def _asked(page: Page) -> str:
    return str(page.evaluate("() => JSON.stringify([...document.querySelectorAll('#panel select')].map(each => each.value))"))


def _cancel(page: Page) -> None:
    _enter(page, "main a.btn.danger")
    page.wait_for_url("**/cancellation")
    _enter(page, "main form button.danger")
    page.wait_for_url(lambda url: not url.endswith("/cancellation"))
    expect(page.locator("#flashes .note.ok")).to_be_visible()


def _enter(page: Page, selector: str) -> None:
    _tab_to(page, selector)
    page.keyboard.press("Enter")


def _to_the_form_by_the_skip_link(page: Page) -> None:
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.locator("a.skip[href='#panel']")).to_be_focused()
    expect(page.locator("a.skip[href='#panel']")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('#panel')"), "the skip link leads into the form"


def _into_the_grid(page: Page) -> None:
    """Back from the form: the whole grid is one stop."""
    stops = 0
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        _seen(page)
        if page.evaluate(CELL):
            stops += 1
        elif stops:
            break
    assert stops == 1
    page.keyboard.press("Tab")
    assert page.evaluate(CELL)


def _pick_with_arrows(page: Page) -> str:
    """Walk the grid, come back, and choose; returns the address behind the chosen cell."""
    start = page.evaluate(CELL)
    page.keyboard.press("End")
    _seen(page)
    last = page.evaluate(CELL)
    page.keyboard.press("Home")
    _seen(page)
    first = page.evaluate(CELL)
    assert first and last and (first != last or start == first)
    page.keyboard.press("ArrowRight")
    _seen(page)
    assert page.evaluate(CELL)
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    chosen = str(page.evaluate(CELL))
    page.keyboard.press("Enter")
    return chosen


def _wait_for_pick(page: Page, href: str) -> None:
    asked = parse_qs(urlsplit(href).query)
    expect(page.locator("#panel select[name=day]")).to_have_value(asked["day"][0])
    expect(page.locator("#panel select[name=from]")).to_have_value(asked["from"][0])


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
        _seen(page)
    raise AssertionError(f"no way to {selector} by Tab")


def _seen(page: Page) -> None:
    hidden = page.evaluate(HIDDEN)
    assert not hidden, hidden


def test_the_board_answers_to_its_keys(browser: Browser, site: Site) -> None:
    with open_as(site, browser, "owner", viewport=DESKTOP) as context:
        page = context.new_page()
        day, _bookings = busy_day(site, page)
        block = page.locator(".tl a.bk").first
        block.focus()
        page.keyboard.press("Enter")
        dialog = page.locator("#drawer dialog")
        expect(dialog).to_be_visible()
        assert page.evaluate("() => !!document.activeElement.closest('dialog')")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(block).to_be_focused()
        page.keyboard.press("t")
        page.wait_for_url(lambda url: f"day={day}" not in url)
        page.keyboard.press("n")
        page.wait_for_url("**/desk/bookings/new**")


@pytest.mark.parametrize(("who", "path"), [("", "/rooms"), ("member", "/home"), ("owner", "/desk/")])
def test_the_focus_is_never_hidden_on_the_way_through_a_page(browser: Browser, site: Site, who: str, path: str) -> None:
    with open_as(site, browser, who, viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(site.url(NAME, path))
        for _ in range(60):
            page.keyboard.press("Tab")
            _seen(page)
