"""Pages about one's own data, and the requests about it at the desk."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

from .site import Site

WRITE_DOWN = "async answers => (await fetch('/desk/privacy/requests', {method: 'POST', body: new URLSearchParams(answers)})).url"

Found = tuple[str, str, str]
"""Endpoint, path and who opens it."""


def own_data_pages(site: Site, name: str, owner: Page) -> list[Found]:
    """Every page of these, with a request that came on paper."""
    owner.goto(site.url(name, "/desk/privacy/requests/new"))
    token = owner.locator("main input[name=csrf_token]").first.get_attribute("value")
    written = {
        "channel": "paper",
        "kind": "access",
        "received_on": "2026-11-02",
        "name": "Solène Kerouédan",
        "email": "",
        "words": "Que savez-vous de moi ?",
    }
    asked = owner.evaluate(WRITE_DOWN, {"csrf_token": token} | written)
    return [
        ("desk.privacy_requests", "/desk/privacy", "owner"),
        ("desk.new_privacy_request", "/desk/privacy/requests/new", "owner"),
        ("desk.privacy_request", urlsplit(asked).path, "owner"),
        ("privacy.ask", "/privacy/ask", ""),
        ("privacy.link_sent", "/privacy/ask/sent", ""),
        ("privacy.by_link", "/privacy/by-link/no-such-link", ""),
        ("privacy.complaint", "/privacy/complaint", ""),
        ("privacy.mine", "/privacy/mine", "member"),
        ("privacy.data", "/privacy/mine/data/account", "member"),
        ("privacy.records", "/privacy/mine/data/bookings/booking", "member"),
        ("privacy.new_request", "/privacy/mine/request", "member"),
        ("privacy.statement", "/privacy/mine/statements/person.name", "member"),
    ]
