"""A stranger with a phone joins with a plan, pays by test card, withdraws or leaves: all in French, nothing typed twice."""

import time
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from .site import PHONE, Site, link_in, watch

pytestmark = pytest.mark.browser
MOST_SECONDS = 120


def test_a_stranger_joins_with_a_plan_and_leaves_in_three_clicks(browser: Browser, site: Site) -> None:
    email, began = f"ronan-{uuid4().hex[:8]}@example.org", time.monotonic()
    with browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True, is_mobile=True) as phone:
        complaints, page = watch(phone), phone.new_page()
        _order(site, page, email)
        _pay(page)
        assert time.monotonic() - began < MOST_SECONDS
        _see_the_plan(site, page)
        _leave(site, page)
        assert complaints == []
    contract, notice = site.letters.wait_for(email, 2), site.letters.wait_for(email, 3)
    assert "369,00" in str(contract.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert contract["Subject"] != notice["Subject"]


def _order(site: Site, page: Page, email: str) -> None:
    page.goto(site.url("rotonde", "/plans"))
    page.locator('a[href="/plans/resident/join"]').tap()
    for field, answer in {"name": "Ronan Kerjean", "email": email, "password": "quatre ponts sur la Loire"}.items():
        page.locator(f"main [name={field}]").fill(answer)
    page.locator("[name=adult]").check()
    page.locator("[name=begin_at_once]").check()
    page.locator("main form button.pri").tap()
    page.wait_for_url("**/check-your-mail/*")
    page.goto(link_in(site.letters.wait_for(email), "/confirm/"))
    page.locator("main form button[type=submit]").first.tap()
    page.wait_for_url("**/plans/resident/join*")
    expect(page.locator("[name=begin_at_once]")).to_be_checked()
    expect(page.locator("main form button.pri")).to_have_text("Commander avec obligation de paiement")
    page.locator("main form button.pri").tap()


def _pay(page: Page) -> None:
    page.wait_for_url("**/demo/stripe/checkout/*")
    page.locator("main button[type=submit]").first.tap()
    page.wait_for_url("**/orders/*")
    expect(page.locator("h1")).to_contain_text("Résident")


def _see_the_plan(site: Site, page: Page) -> None:
    page.goto(site.url("rotonde", "/plan"))
    expect(page.locator("main")).to_contain_text("10")
    expect(page.locator('main a[href$="/withdrawal"]')).to_be_visible()


def _leave(site: Site, page: Page) -> None:
    """The link at the foot, the page that says what it means, and yes."""
    page.goto(site.url("rotonde", "/"))
    page.locator('footer a[href="/leave"]').tap()
    page.wait_for_url("**/leave")
    page.locator("main button.danger").first.tap()
    page.wait_for_url("**/plan")
    expect(page.locator('main form[action$="/notice/cancellation"]')).to_be_visible()
