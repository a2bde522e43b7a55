"""axe finds nothing on any page, on the phone and the desktop, light and dark, with errors, menus and dialogs open."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from .pages import NAME, Place, busy_day, endpoints, open_as, places
from .site import DESKTOP, PHONE, Site, free_space

pytestmark = pytest.mark.browser

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTLE = """async () => {
    await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    document.getAnimations().forEach(each => { try { each.finish(); } catch { each.cancel(); } });
}"""
LOOK = """async (options) => (await axe.run(document, options)).violations.map(each =>
    each.id + ': ' + each.nodes.slice(0, 4).map(node => node.target.join(' ') + (node.any[0]?.message ? ' (' + node.any[0].message + ')' : '')).join(' | '))"""
EVERYTHING = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, "resultTypes": ["violations"]}


BOTH = (PHONE, DESKTOP)

SENT_EMPTY = {
    "": ("/contact", "/join", "/sign-in", "/sign-in/link", "/reset"),
    "member": ("/profile", "/security/password", "/security/email"),
    "owner": ("/desk/bookings", "/desk/blocks", "/desk/rooms", "/desk/locations", "/exceptions", "/identity", "/hosts", "/equipment"),
}
"""How the actions of the forms end that are sent with nothing in them."""
EMPTY_AND_SEND = """form => {
    form.querySelectorAll('input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea').forEach(each => { each.value = ''; });
    form.requestSubmit(form.querySelector('button:not([formmethod], [name])'));
}"""
ASKS = "input:not([type=hidden]):not([type=checkbox]), textarea"


def faults(page: Page, what: str, sizes: tuple[ViewportSize, ...] = BOTH) -> list[str]:
    """What axe finds in light and dark. Only colours differ between those, so the second look is at them alone."""
    page.evaluate(AXE)
    found: list[str] = []
    for size in sizes:
        width = size["width"]
        page.set_viewport_size(size)
        for scheme, options in (("light", EVERYTHING), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(SETTLE)
            found += [f"{what} at {width} px in {scheme}: {each}" for each in page.evaluate(LOOK, options)]
    page.emulate_media(color_scheme="light")
    return found


def test_every_page_is_looked_at(browser: Browser, site: Site) -> None:
    assert endpoints() - {place.endpoint for place in places(site, browser)} == set()


@pytest.mark.parametrize("who", ["", "member", "accountant", "owner"])
def test_no_page_has_a_fault(browser: Browser, site: Site, who: str) -> None:
    found = []
    with open_as(site, browser, who, viewport=PHONE) as context:
        page = context.new_page()
        for place in places(site, browser):
            if place.who == who:
                page.goto(site.url(place.host, place.path))
                found += faults(page, place.path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("who", SENT_EMPTY)
def test_no_form_sent_empty_has_a_fault(browser: Browser, site: Site, who: str) -> None:
    found, sent = [], set()
    with open_as(site, browser, who, viewport=PHONE) as context:
        page = context.new_page()
        for place in places(site, browser):
            for ending in SENT_EMPTY[who] if place.who == who and place.host else ():
                if ending not in sent and _send_empty(page, site, place, ending):
                    sent.add(ending)
                    found += faults(page, f"{place.path} sent empty", (PHONE,))
    assert sent == set(SENT_EMPTY[who])
    assert not found, "\n".join(found)


def _send_empty(page: Page, site: Site, place: Place, ending: str) -> bool:
    """Send the form with nothing in it; whether the page has such a form."""
    if page.url != site.url(place.host, place.path):
        page.goto(site.url(place.host, place.path))
    form = page.locator(f'main form[method=post][action$="{ending}"]').filter(has=page.locator(ASKS)).first
    if not form.count():
        return False
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        form.evaluate(EMPTY_AND_SEND)
    assert answered.value.status == 422, f"{ending}: {answered.value.status}"
    page.wait_for_load_state()
    expect(page.locator("#errors").first).to_be_focused()
    assert page.title().startswith(("Erreur", "Error")), page.title()
    return True


def test_nothing_that_opens_has_a_fault(browser: Browser, site: Site) -> None:
    found = []
    with open_as(site, browser, "member", viewport=PHONE) as context:
        page = context.new_page()
        free_space(page, site, NAME)
        page.locator("details.burger summary").click()
        found += faults(page, "the menu", (PHONE,))
        page.keyboard.press("Escape")
        page.locator("a[data-photo]").first.click()
        expect(page.locator("#lightbox")).to_be_visible()
        found += faults(page, "a photo")
        page.keyboard.press("Escape")
        page.locator("#panel details.more summary").click()
        page.locator("#b-guests").fill("nobody")
        page.locator("#panel button.pri").click()
        expect(page.locator("#errors")).to_be_focused()
        found += faults(page, "a booking refused")
    with open_as(site, browser, "owner", viewport=DESKTOP) as context:
        page = context.new_page()
        busy_day(site, page)
        page.locator(".tl a.bk").first.click()
        expect(page.locator("#drawer dialog")).to_be_visible()
        found += faults(page, "the drawer", (DESKTOP, PHONE))
    assert not found, "\n".join(found)


def test_a_name_that_waits_and_a_form_that_came_too_late_have_no_fault(browser: Browser, site: Site) -> None:
    with open_as(site, browser, "owner", viewport=PHONE) as context:
        first, second = context.new_page(), context.new_page()
        for page in (first, second):
            page.goto(site.url(NAME, "/desk/settings/identity"))
        for page, number in ((first, "+33 2 40 00 00 01"), (second, "+33 2 40 00 00 02")):
            page.locator("[name=phone]").fill(number)
            page.locator("form[action$='/settings/identity'] button[type=submit]").click()
            expect(page.locator("#changes, #flashes .note")).to_be_visible()
        expect(second.locator("#changes")).to_be_focused()
        found = faults(second, "a form that came too late")
        first.goto(site.url(NAME, "/desk/settings/hosts"))
        first.locator("[name=host]:not([type=hidden])").fill("book.example.com")
        first.locator("form[action$='/settings/hosts'] button[type=submit]").click()
        expect(first.locator("main")).to_contain_text("_coworking.book.example.com")
        found += faults(first, "a name that waits")
    assert not found, "\n".join(found)
