"""The main job, for real: a stranger with a phone, in French, from the host's home to a booking that the front desk sees."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Locator, Page, expect

from .site import DESKTOP, PHONE, Site, free_space, link_in, watch

pytestmark = pytest.mark.browser

NAME = "Maëlle Le Goff"
MOST_TAPS = 10
"""One of them says that the person is 18 or older."""
MOST_SECONDS = 120
PARIS = ZoneInfo("Europe/Paris")


class Thumb:
    """Taps and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, target: Locator) -> None:
        """Tap what can be seen, and find the page in French afterwards."""
        target.tap()
        self.taps += 1
        expect(self.page.locator("html")).to_have_attribute("lang", "fr")


def test_a_stranger_books_on_a_phone_in_french(browser: Browser, sites: Callable[[str], Site], backend: str) -> None:
    site, email = sites(backend), f"maelle-{uuid4().hex[:8]}@example.org"
    with browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True, is_mobile=True, timezone_id="Europe/Paris") as phone:
        complaints, page = watch(phone), phone.new_page()
        thumb, began = Thumb(page), time.monotonic()
        space, chosen = _choose(site, thumb)
        _join(site, thumb, email)
        assert _chosen(page) == chosen, "the chosen time must still be there after joining"
        booking = _book(thumb)
        seconds = time.monotonic() - began
        assert complaints == []
    assert thumb.taps <= MOST_TAPS
    assert seconds < MOST_SECONDS
    start, end = (_moment(chosen["day"], chosen[name]) for name in ("from", "to"))
    _arrives_in_the_calendar(site, email, start, end, booking)
    _front_desk_sees_it(browser, site, space, start, end)


def _choose(site: Site, thumb: Thumb) -> tuple[str, dict[str, str]]:
    """From the host's home to a time of a room; returns the room's path and the time as the form has it."""
    page = thumb.page
    page.goto(site.url())
    thumb.tap(page.locator("#spaces a", has_text="Rotonde"))
    thumb.tap(page.locator("main a.btn.pri"))
    # The first room that can be had; which one it is depends on the day the test runs.
    slug = _bookable(site, page)
    thumb.tap(page.locator(f'#results a[href$="{slug}"]'))
    last = page.locator("#panel .chip").last
    address = last.get_attribute("hx-get") or ""
    thumb.tap(last)
    page.wait_for_function("address => document.querySelector('#panel .chip[aria-current]')?.getAttribute('hx-get') === address", arg=address)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert _chosen(page) == asked
    thumb.tap(page.locator("#panel a.btn.pri"))
    return slug, asked


def _bookable(site: Site, page: Page) -> str:
    aside = page.context.new_page()
    slug = free_space(aside, site, "rotonde")
    aside.close()
    return slug


def _join(site: Site, thumb: Thumb, email: str) -> None:
    page = thumb.page
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill("trois petits canards bleus")
    thumb.tap(page.locator("input[name=adult]"))
    thumb.tap(page.locator("main form button[type=submit]").first)
    page.wait_for_url("**/check-your-mail/join")
    mail = site.letters.wait_for(email)
    assert mail["Content-Language"] == "fr"
    page.goto(link_in(mail, "/confirm/"))
    thumb.taps += 1  # on the link in the mail
    thumb.tap(page.locator("main form button[type=submit]"))
    page.wait_for_url("**/book?**")


def _chosen(page: Page) -> dict[str, str]:
    return {name: page.locator(f"#panel select[name={name}]").input_value() for name in ("day", "from", "to")}


def _book(thumb: Thumb) -> str:
    """Book the chosen time; returns the address of the booking."""
    page = thumb.page
    button = page.locator("#panel button.pri")
    assert "€" in button.inner_text(), "what it costs is said on the button"
    thumb.tap(button)
    page.wait_for_url("**/bookings/*")
    expect(page.locator("#flashes .note.ok")).to_be_visible()
    return page.url


def _moment(day: str, wall: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{wall}").replace(tzinfo=PARIS)


def _arrives_in_the_calendar(site: Site, email: str, start: datetime, end: datetime, booking: str) -> None:
    mail = site.letters.wait_for(email, count=2)
    assert mail["Content-Language"] == "fr"
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    (event,) = Calendar.from_ical(file.get_content()).walk("VEVENT")
    begins, ends = event.decoded("dtstart"), event.decoded("dtend")
    assert (begins.astimezone(UTC), ends.astimezone(UTC)) == (start.astimezone(UTC), end.astimezone(UTC))
    assert str(event["dtstart"].params.get("TZID", "UTC")) in {"Europe/Paris", "UTC"}
    assert booking in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def _front_desk_sees_it(browser: Browser, site: Site, space: str, start: datetime, end: datetime) -> None:
    state = site.state(browser, "rotonde", "front_desk")
    with browser.new_context(viewport=DESKTOP, locale="fr-FR", storage_state=state) as desktop:
        page = desktop.new_page()
        page.goto(site.url("rotonde", space))
        house = urlsplit(page.locator('main a[href*="/visit#"]').first.get_attribute("href") or "").fragment
        page.goto(site.url("rotonde", f"/desk/?day={start:%Y-%m-%d}&location={house}"))
        booked = page.locator(".tl .bk", has_text=NAME)
        expect(booked).to_be_visible()
        expect(booked).to_contain_text(f"{start:%H:%M}")
        expect(booked).to_contain_text(f"{end:%H:%M}")
        booked.click()
        expect(page.locator("#drawer dialog")).to_contain_text(NAME)
