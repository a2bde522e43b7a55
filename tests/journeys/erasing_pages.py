"""Being erased in a browser: somebody joins, sees what would go, and goes."""

from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Page

from .site import Site, link_in


def erased(site: Site, name: str, page: Page) -> str:
    """Join, confirm, erase everything again; the path of the receipt."""
    address = f"gone-{uuid4().hex[:8]}@example.org"
    page.goto(site.url(name, "/join"))
    for field, answer in {"name": "Odile Partante", "email": address, "password": "quatre ponts sur la Loire"}.items():
        page.locator(f"main input[name={field}]").first.fill(answer)
    page.locator("main input[name=adult]").check()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/check-your-mail/*")
    page.goto(link_in(site.letters.wait_for(address), "/confirm/"))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/home")
    page.goto(site.url(name, "/privacy/mine/erasure"))
    page.locator("main input[name=sure]").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/privacy/receipt/*")
    return urlsplit(page.url).path
