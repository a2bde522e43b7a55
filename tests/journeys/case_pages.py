"""Pages of incidents, of who looked at whom, and of moving out."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page

from .site import Site

OPEN = "async answers => (await fetch('/desk/privacy/incidents', {method: 'POST', body: new URLSearchParams(answers)})).url"

Found = tuple[str, str, str]
"""Endpoint, path and who opens it."""


def case_pages(site: Site, name: str, owner: Page) -> list[Found]:
    """Every page of these, with an incident and the key of a grant to open."""
    owner.goto(site.url(name, "/desk/privacy/incidents/new"))
    token = owner.locator("main input[name=csrf_token]").first.get_attribute("value")
    incident = owner.evaluate(OPEN, {"csrf_token": token, "title": "Une liste oubliée", "aware_at": "2026-11-02T09:00", "keys": "booking.time"})
    owner.goto(site.url(name, "/desk/privacy/access"))
    form = owner.locator('form[action$="/access/grants"]')
    form.locator("[name=purpose]").fill("Un prix à vérifier")
    form.locator("button[type=submit]").click()
    key = re.search(r"/privacy/support/[\w-]+", owner.locator("main").inner_text())
    assert key is not None
    return [
        ("desk.privacy_incidents", "/desk/privacy/incidents", "owner"),
        ("desk.new_incident", "/desk/privacy/incidents/new", "owner"),
        ("desk.incident", urlsplit(incident).path, "owner"),
        ("desk.privacy_access", "/desk/privacy/access", "owner"),
        ("desk.privacy_moving", "/desk/privacy/moving", "owner"),
        ("privacy.report_problem", "/privacy/report", ""),
        ("privacy.report_sent", "/privacy/report/sent", ""),
        ("privacy.support_key", key[0], ""),
        ("privacy.looked_at", "/privacy/mine/access", "member"),
    ]
