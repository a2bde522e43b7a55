"""Pages stay light and calm: the budgets of the house for requests, bytes, nodes, width and movement."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from .pages import NAME, Place, open_as, places
from .site import DESKTOP, PHONE, Site, free_space, watch

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[2] / "static"
KB = 1024
MOST_NODES = 1500
MOST_HTML = 20 * KB
MOST_SHIFT = 0.02
WIDER = """() => [...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(each).position !== 'fixed')
    .slice(0, 3).map(each => each.tagName + '.' + each.className)"""
FOCUSED = """() => ['day', 'from'].map(name => new URL(document.activeElement.href).searchParams.get(name)).join(' ')"""
OBSERVE = """window.shift = 0; new PerformanceObserver(list => list.getEntries()
    .forEach(each => { if (!each.hadRecentInput) window.shift += each.value; })).observe({type: 'layout-shift', buffered: true});"""


def _cold(browser: Browser, site: Site, who: str, path: str) -> tuple[int, int]:
    """Requests and bytes over the wire of a page that is opened for the first time on a phone."""
    with open_as(site, browser, who, viewport=PHONE) as context:
        page, answers = context.new_page(), list[Response]()
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks what it calls, and a method can not be marked
        page.goto(site.url(NAME, path), wait_until="networkidle")
        sizes = [answer.request.sizes()["responseBodySize"] + answer.request.sizes()["responseHeadersSize"] for answer in answers]
    return len(answers), sum(sizes)


@pytest.mark.parametrize(
    ("endpoint", "who", "most_requests", "most_bytes"),
    [("site.room", "", 14, 150 * KB), ("portal.home", "member", 12, 110 * KB), ("desk.today", "owner", 12, 120 * KB)],
)
def test_a_first_visit_is_light(browser: Browser, site: Site, endpoint: str, who: str, most_requests: int, most_bytes: int) -> None:
    # The last board is of the busiest day.
    place = [each for each in places(site, browser) if each.endpoint == endpoint and each.who == who][-1]
    requests, size = _cold(browser, site, who, place.path)
    assert requests <= most_requests
    assert size <= most_bytes, f"{size / KB:.0f} KB"


@pytest.mark.parametrize("who", ["", "member", "accountant", "owner"])
def test_every_page_is_small_calm_and_fits_a_narrow_phone(browser: Browser, site: Site, who: str) -> None:
    found: list[str] = []
    with open_as(site, browser, who, viewport={"width": 320, "height": 640}) as context:
        complaints = watch(context)
        context.add_init_script(OBSERVE)
        page = context.new_page()
        for place in places(site, browser):
            if place.who == who:
                found += [f"{place.path}: {fault}" for fault in _faults(page, site, place)]
    # A page that is not there says so on the console: that is the browser's own line.
    found += [line for line in complaints if "the server responded with a status of 40" not in line]
    assert not found, "\n".join(found)


def _faults(page: Page, site: Site, place: Place) -> list[str]:
    answer = page.goto(site.url(place.host, place.path), wait_until="networkidle")
    html, nodes = len(gzip.compress(answer.body() if answer else b"")), page.locator("*").count()
    shift, wider = page.evaluate("() => window.shift"), page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    return [
        *([f"{html / KB:.1f} KB of HTML"] if html > MOST_HTML else []),
        *([f"{nodes} nodes"] if nodes > MOST_NODES else []),
        *([f"moves by {shift:.3f}"] if shift > MOST_SHIFT else []),
        *([f"{wider} px too wide at 320: {page.evaluate(WIDER)}"] if wider > 0 else []),
        *([f"speaks {lang}"] if (lang := page.locator("html").get_attribute("lang")) != "fr" else []),
    ]


def test_styles_and_scripts_stay_small(browser: Browser, site: Site) -> None:
    with open_as(site, browser, "") as context:
        page, sizes = context.new_page(), dict[str, int]()
        page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}) if answer.request.resource_type == "stylesheet" else None)
        page.goto(site.url(NAME), wait_until="networkidle")
    assert sum(sizes.values()) <= 40 * KB
    assert sum(script.stat().st_size for script in (STATIC / "js").glob("*.js")) <= 10 * KB


def test_a_poll_moves_nothing_and_says_nothing(browser: Browser, site: Site) -> None:
    with open_as(site, browser, "", viewport=DESKTOP) as reading, open_as(site, browser, "member", viewport=DESKTOP) as booking:
        page, other = reading.new_page(), booking.new_page()
        page.add_init_script(OBSERVE)
        page.clock.install()
        space = free_space(page, site, NAME)
        cell = page.locator("#week .sl:not([aria-current])").last
        cell.focus()
        focused, free = page.evaluate(FOCUSED), page.locator("#week .sl").count()
        other.goto(site.url(NAME, space))
        other.locator("#panel button.pri").click()
        other.wait_for_url("**/bookings/*")
        with page.expect_response(lambda answer: "v=" in answer.url) as polled:
            page.clock.fast_forward(61_000)
        assert polled.value.status == 200
        expect(page.locator("#week .sl")).not_to_have_count(free)
        assert page.evaluate(FOCUSED) == focused
        assert page.evaluate("() => window.shift") <= MOST_SHIFT
        expect(page.locator("#say")).to_be_empty()
