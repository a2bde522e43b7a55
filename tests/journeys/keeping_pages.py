"""Pages of keeping: retention, holds, what is set aside, and what is objected to."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page

from .site import Site

PLACE = """async answers => {
  const form = new URLSearchParams(answers); form.append('keys', 'booking.time');
  await fetch('/desk/privacy/holds', {method: 'POST', body: form});
}"""

Found = tuple[str, str, str]
"""Endpoint, path and who opens it."""


def keeping_pages(site: Site, name: str, owner: Page) -> list[Found]:
    """Every page of these, with a hold to open."""
    owner.goto(site.url(name, "/desk/people"))
    somebody = re.search(r"[\w.+-]+@[\w.-]+\w", owner.locator("main").inner_text())
    assert somebody is not None
    owner.goto(site.url(name, "/desk/privacy/holds/new"))
    token = owner.locator("main input[name=csrf_token]").first.get_attribute("value")
    ends, review = (owner.locator(f"[name={field}]").input_value() for field in ("ends_on", "review_on"))
    told = {"csrf_token": token, "email": somebody[0], "reason": "Un litige en cours", "ends_on": ends, "review_on": review}
    owner.evaluate(PLACE, told)
    owner.goto(site.url(name, "/desk/privacy/keeping"))
    hold = owner.locator("main a[href*='/privacy/holds/']:not([href$='/new'])").first.evaluate("link => link.href")
    return [
        ("desk.privacy_keeping", "/desk/privacy/keeping", "owner"),
        ("desk.new_hold", "/desk/privacy/holds/new", "owner"),
        ("desk.hold", urlsplit(hold).path, "owner"),
        ("privacy.limits", "/privacy/mine/limits", "member"),
    ]
