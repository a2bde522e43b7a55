"""Everything that people do works without JavaScript."""

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from .pages import NAME, open_as
from .site import PHONE, Site, link_in

pytestmark = pytest.mark.browser


@pytest.mark.proves("W2G-23", "WPX-32", "CLW-52")
def test_a_member_looks_books_and_cancels(browser: Browser, site: Site) -> None:
    with open_as(site, browser, "member", viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        _find_a_room(page, site)
        page.locator("#panel select[name=day]").select_option(index=3)
        page.locator("#panel noscript button, #panel button[formmethod=get]").first.click()
        page.locator("#panel .chip").last.click()
        page.locator("#panel button.pri").click()
        expect(page.locator("#flashes .note.ok")).to_be_visible()
        page.locator("main a.btn.danger").click()
        page.locator("main form button.danger").click()
        expect(page.locator("#flashes .note.ok")).to_be_visible()
        expect(page.locator("main a.btn.danger")).to_have_count(0)


def _find_a_room(page: Page, site: Site) -> None:
    """By the filters, as anybody would."""
    page.goto(site.url(NAME))
    page.locator("main a.btn.pri").click()
    page.locator("select[name=kind]").select_option("meeting_room")
    page.locator("input[name=seats]").fill("2")
    page.locator("form.filters button[type=submit]").click()
    assert "seats=2" in page.url
    names = page.locator("#results h3 a")
    for number in range(names.count()):
        names.nth(number).click()
        if page.locator("#panel .chip").count() >= 3:
            return
        page.go_back()
    raise AssertionError("no room is free")


def test_somebody_joins_and_changes_their_profile(browser: Browser, site: Site) -> None:
    email = f"sans-script-{uuid4().hex[:8]}@example.org"
    with browser.new_context(viewport=PHONE, locale="fr-FR", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site.url(NAME, "/join"))
        page.locator("input[name=name]").fill("Yannick Rio")
        page.locator("input[name=email]").fill(email)
        page.locator("main form button[type=submit]").click()
        expect(page.locator("#errors")).to_be_visible()
        expect(page.locator("input[name=email]")).to_have_value(email)
        page.locator("input[name=password]").fill("six bateaux au port")
        page.locator("input[name=adult]").check()
        page.locator("main form button[type=submit]").click()
        page.goto(link_in(site.letters.wait_for(email), "/confirm/"))
        page.locator("main form button[type=submit]").click()
        page.goto(site.url(NAME, "/profile"))
        page.locator("input[name=job_title]").fill("Charpentier")
        page.locator("main form[action$='/profile'] button[type=submit]").click()
        page.goto(site.url(NAME, "/profile"))
        expect(page.locator("input[name=job_title]")).to_have_value("Charpentier")


def test_the_language_is_chosen_without_a_script(browser: Browser, site: Site) -> None:
    with browser.new_context(locale="fr-FR", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site.url(NAME, "/rooms"))
        page.locator("footer button[lang=en]").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url.endswith("/rooms")
