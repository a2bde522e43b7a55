"""Pages of mails, news, counts and things of other companies."""

from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Page

from .site import Site, link_in

MAP = {
    "name": "Plan d’accès", "source": "https://plan.example.org/carte", "provider": "Plan SA", "policy_url": "https://plan.example.org/donnees",
    "days": "30", "purpose_fr": "Montre le chemin depuis la gare",
}  # fmt: skip

Found = tuple[str, str, str]
"""Endpoint, path and who opens it."""


def news_pages(site: Site, name: str, owner: Page) -> list[Found]:
    """Every page of these, with a draft, a map that nobody sees yet, and links as they were mailed."""
    confirm = _asked(site, name, owner, f"lettre-{uuid4().hex[:8]}@example.org")
    subscriber = f"lettre-{uuid4().hex[:8]}@example.org"
    owner.goto(site.url(name, _asked(site, name, owner, subscriber)))
    owner.locator("main form button[type=submit]").first.click()
    owner.wait_for_url("**/privacy/news/welcome")
    stop = urlsplit(link_in(site.letters.wait_for(subscriber, 2), "/privacy/mails/one-click/")).path
    owner.goto(site.url(name, "/desk/privacy/mails/new"))
    owner.locator("main input[name=subject_fr]").fill("La terrasse ouvre")
    owner.locator("main textarea[name=body_fr]").fill("Lundi, **café** pour tous.\n\n- à neuf heures\n- au deuxième étage")
    owner.locator("main form button[type=submit]").first.click()
    owner.wait_for_selector("main h1:has-text('La terrasse ouvre')")
    draft = urlsplit(owner.url).path
    return [
        ("privacy.news", "/privacy/news", ""),
        ("privacy.news_asked", "/privacy/news/asked", ""),
        ("privacy.news_welcome", "/privacy/news/welcome", ""),
        ("privacy.confirm_news", confirm, ""),
        ("privacy.stop_mails", stop, ""),
        ("privacy.mails", "/privacy/mails", "member"),
        ("desk.privacy_mails", "/desk/privacy/mails", "owner"),
        ("desk.new_message", "/desk/privacy/mails/new", "owner"),
        ("desk.message", draft, "owner"),
        ("desk.edit_message", f"{draft}/words", "owner"),
        ("desk.page_counts", "/desk/privacy/visitors", "owner"),
        ("desk.add_ons", "/desk/settings/add-ons", "owner"),
        ("desk.new_add_on", "/desk/settings/add-ons/new", "owner"),
        ("desk.edit_add_on", _map(site, name, owner), "owner"),
    ]


def _asked(site: Site, name: str, page: Page, email: str) -> str:
    page.goto(site.url(name, "/privacy/news"))
    page.locator("main input[name=email]").fill(email)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/privacy/news/asked")
    return urlsplit(link_in(site.letters.wait_for(email), "/privacy/news/confirm/")).path


def _map(site: Site, name: str, page: Page) -> str:
    page.goto(site.url(name, "/desk/settings/add-ons/new"))
    for field, answer in MAP.items():
        page.locator(f"main input[name={field}]").fill(answer)
    # Shown nowhere, so that the other pages stay as they are.
    page.locator("main input[name=enabled]").uncheck()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/settings/add-ons")
    return urlsplit(str(page.locator("main a[href*='/settings/add-ons/']:not([href$=new])").first.get_attribute("href"))).path
