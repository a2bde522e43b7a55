"""Every page that somebody can open at one operator, with the state of things that its address needs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, Page

from coworking.demo.stripe_double import checkout, customers, intents, portal
from coworking.demo.stripe_double.calls import Call
from coworking.demo.stripe_double.store import FILE, Store

from . import case_pages, erasing_pages, keeping_pages, money_pages, news_pages, own_data_pages, paying_pages
from .site import Site, free_space, link_in

NAME = "rotonde"
"""French first: the longest words of the three languages."""
ROUTES = Path(__file__).resolve().parents[1] / "architecture" / "routes.txt"

NO_PAGES = {
    "bookings.file", "demo.attachment", "demo.message", "desk.connection_back", "desk.people_file", "desk.privacy_record_file", "desk.subscriptions_file", "files.show", "platform.alive", "platform.ready", "privacy.gpc",
    "privacy.policy_feed", "privacy.security_txt", "privacy.version_facts",
    "site.favicon", "site.icon", "site.robots", "site.sitemap", "site.theme",
}  # fmt: skip
"""What answers GET with something else than a page."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page and who opens it. ``who``: a role, or nothing for a visitor."""

    endpoint: str
    path: str
    who: str = ""
    host: str = NAME


def endpoints() -> set[str]:
    """Endpoints of every page, from the list that the routes are held to."""
    rows = (line.split() for line in ROUTES.read_text().splitlines())
    return {row[2] for row in rows if "GET" in row[1].split(",")} - NO_PAGES - money_pages.NO_PAGES - paying_pages.NO_PAGES - paying_pages.DRAWN_ALIKE


def places(site: Site, browser: Browser) -> list[Place]:
    """Every page once, in the order in which each person would open them."""
    known = site.kept.setdefault("places", [])
    if not known:
        # The mailed ones first: then the mailbox of the demo has something to show.
        known += [
            *_mailed(site, browser),
            *_public(site, browser),
            *_at_stripe(site),
            *_member(site, browser),
            *_desk(site, browser),
            *_of_plans(site, browser),
        ]
    return list(known)


def open_as(site: Site, browser: Browser, who: str, **settings: object) -> BrowserContext:
    """A browser of somebody with the role ``who``, in French."""
    state = site.state(browser, NAME, who) if who else None
    return browser.new_context(**({"locale": "fr-FR", "storage_state": state, "reduced_motion": "reduce"} | settings))  # type: ignore[arg-type]


def _public(site: Site, browser: Browser) -> list[Place]:
    with open_as(site, browser, "") as context:
        page = context.new_page()
        space = free_space(page, site, NAME)
        page.goto(site.url(NAME, "/demo/mailbox"))
        mails = _paths(page, r"/demo/mailbox/[0-9a-f-]{36}")
        receipt = erasing_pages.erased(site, NAME, page)
    return [
        Place("site.home", "/", host=""),
        Place("site.home", "/"),
        Place("site.rooms", "/rooms"),
        Place("site.room", space),
        Place("bookings.new", f"{space}/book"),
        Place("site.plans", "/plans"),
        Place("site.visit", "/visit"),
        Place("site.contact", "/contact"),
        Place("site.enquiry_sent", "/contact/sent"),
        Place("privacy.policy", "/privacy"),
        Place("privacy.versions_list", "/privacy/versions"),
        Place("privacy.version", "/privacy/versions/1"),
        Place("privacy.terms", "/terms"),
        Place("privacy.imprint", "/imprint"),
        Place("privacy.cookies", "/cookies"),
        Place("privacy.sub_processors", "/sub-processors"),
        Place("privacy.dpa", "/dpa"),
        Place("privacy.accessibility", "/accessibility"),
        Place("privacy.security", "/privacy/security"),
        Place("privacy.not_done", "/privacy/not-done"),
        Place("privacy.proofs", "/privacy/proofs"),
        Place("privacy.receipt", receipt),
        Place("people.join", "/join"),
        Place("people.mail_sent", "/check-your-mail/join"),
        Place("people.sign_in", "/sign-in"),
        Place("people.sign_in_link", "/sign-in/link"),
        Place("people.reset", "/reset"),
        Place("people.confirm", "/confirm/no-such-link"),
        Place("demo.mailbox", "/demo/mailbox"),
        Place("demo.mail", mails[0]),
        Place("404", "/no-such-page"),
    ]


def _at_stripe(site: Site) -> list[Place]:
    """Pages of the demo's stand-in for Stripe: paying, the bank's question, a customer's cards."""
    home = site.url(NAME)
    with Store(Path(site.server.env["DATA_DIR"]) / FILE).change() as state:

        def ask(verb: Callable[[Call], dict[str, Any]], **wishes: Any) -> str:
            return str(verb(Call(state, "acct_journeys", "", wishes))["id"])

        price = {"currency": "eur", "unit_amount": "4900", "product_data": {"name": "Pass journée"}}
        visit = ask(checkout.create, mode="payment", line_items=[{"price_data": price}], success_url=home, cancel_url=home)
        question = ask(intents.create, amount="4900", currency="eur", payment_method="pm_card_threeDSecure2Required", confirm="true", return_url=home)
        customer = ask(customers.create_customer, payment_method="pm_card_visa")
        cards = ask(portal.create, customer=customer, return_url=home)
    return [
        Place("stripe.checkout", f"/demo/stripe/checkout/{visit}"),
        Place("stripe.approval", f"/demo/stripe/approve/{question}"),
        Place("stripe.portal", f"/demo/stripe/portal/{cards}"),
    ]


def _mailed(site: Site, browser: Browser) -> list[Place]:
    """Pages behind links that were mailed."""
    someone, wanted = site.account(NAME, "accountant"), f"new-{uuid4().hex[:8]}@example.org"
    joiner = f"join-{uuid4().hex[:8]}@example.org"
    # Before the address is asked to change, which makes other links of that account stale.
    new_address = _ask_for_another_address(site, browser, wanted)
    with open_as(site, browser, "") as context:
        page = context.new_page()
        for path, answers in (
            ("/join", {"name": "Élodie Joncour", "email": joiner, "password": "quatre ponts sur la Loire"}),
            ("/reset", {"email": someone["email"]}),
            ("/sign-in/link", {"email": someone["email"]}),
        ):
            page.goto(site.url(NAME, path))
            for field, answer in answers.items():
                page.locator(f"main input[name={field}]").first.fill(answer)
            if path == "/join":
                page.locator("main input[name=adult]").check()
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url("**/check-your-mail/*")
    return [
        Place("people.confirm", _path(link_in(site.letters.wait_for(joiner), "/confirm/"))),
        Place("people.new_email", new_address, "accountant"),
        Place("people.new_password", _path(link_in(_with_link(site, someone["email"], "/reset/"), "/reset/"))),
        Place("people.sign_in_by_link", _path(link_in(_with_link(site, someone["email"], "/sign-in/link/"), "/sign-in/link/"))),
    ]


def _ask_for_another_address(site: Site, browser: Browser, wanted: str) -> str:
    with open_as(site, browser, "accountant") as context:
        page = context.new_page()
        page.goto(site.url(NAME, "/security"))
        form = page.locator('form[action$="/security/email"]')
        form.locator("[name=email]").fill(wanted)
        form.locator("[name=email_password]").fill(site.account(NAME, "accountant")["password"])
        form.locator("button[type=submit]").click()
    return _path(link_in(site.letters.wait_for(wanted), "/email/"))


def _with_link(site: Site, email: str, path: str) -> EmailMessage:
    for number in range(1, 4):
        mail = site.letters.wait_for(email, number)
        if path in mail.get_body(("plain",)).get_content():  # type: ignore[union-attr]
            return mail
    raise AssertionError(f"no mail with {path}")


def _of_plans(site: Site, browser: Browser) -> list[Place]:
    """Ordering, the member's plan, leaving with and without signing in, and the same at the desk."""
    with open_as(site, browser, "member") as context:
        page = context.new_page()
        page.goto(site.url(NAME, "/plan"))
        change = _paths(page, r"/plan/[0-9a-f-]{36}/change")[-1]
        page.goto(site.url(NAME, "/plans/journee/join?as=company&company=Atelier&street=rue+Kervégan+3"))
        page.locator("main input[name=pays][value=invoice]").check()
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/orders/*")
        order = _path(page.url)
    with open_as(site, browser, "") as context:
        page = context.new_page()
        member = site.account(NAME, "member")["email"]
        page.goto(site.url(NAME, "/leave"))
        page.locator("main input[name=name]").fill("Élodie Joncour")
        page.locator("main input[name=email]").fill(member)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/leave/sent")
    with open_as(site, browser, "owner") as context:
        page = context.new_page()
        page.goto(site.url(NAME, "/desk/subscriptions"))
        subscription = _paths(page, r"/desk/subscriptions/[0-9a-f-]{36}")[0]
        page.goto(site.url(NAME, "/desk/people"))
        person = _paths(page, r"/desk/people/[0-9a-f-]{36}")[0]
        page.goto(site.url(NAME, "/desk/plans"))
        plan = _paths(page, r"/desk/plans/[0-9a-f-]{36}")[0]
    return [
        Place("memberships.join", "/plans/nomade/join"),
        Place("memberships.join", "/plans/nomade/join?as=company", "member"),
        Place("memberships.leave", "/leave"),
        Place("memberships.asked_to_leave", "/leave/sent"),
        Place("memberships.leave_by_link", _path(link_in(_with_link(site, member, "/leave/"), "/leave/"))),
        Place("memberships.order_page", order, "member"),
        Place("memberships.withdraw_order_page", f"{order}/withdrawal", "member"),
        Place("memberships.plan", "/plan", "member"),
        Place("memberships.change", f"{change}?to=resident", "member"),
        Place("memberships.pause", change.replace("/change", "/pause"), "member"),
        Place("memberships.withdrawal_page", change.replace("/change", "/withdrawal"), "member"),
        Place("memberships.leave", "/leave", "member"),
        Place("desk.subscriptions", "/desk/subscriptions", "owner"),
        Place("desk.subscription", subscription, "owner"),
        Place("desk.sell", f"{person}/sale", "owner"),
        Place("desk.announcement", f"{plan}/announcement", "owner"),
    ]


def _member(site: Site, browser: Browser) -> list[Place]:
    with open_as(site, browser, "member") as context:
        page = context.new_page()
        page.goto(site.url(NAME, "/bookings"))
        booking = _paths(page, r"/bookings/[0-9a-f-]{36}")[-1]
        space = free_space(page, site, NAME)
    return [
        Place("portal.home", "/home", "member"),
        Place("site.room", space, "member"),
        Place("bookings.new", f"{space}/book", "member"),
        Place("bookings.mine", "/bookings", "member"),
        Place("bookings.mine", "/bookings?past=1", "member"),
        Place("bookings.show", booking, "member"),
        Place("bookings.change", f"{booking}/move", "member"),
        Place("bookings.cancel_page", f"{booking}/cancellation", "member"),
        Place("people.profile", "/profile", "member"),
        Place("people.security", "/security", "member"),
        Place("privacy.erasure", "/privacy/mine/erasure", "member"),
        Place("403", "/desk/", "member"),
    ]


def _desk(site: Site, browser: Browser) -> list[Place]:
    with open_as(site, browser, "owner") as context:
        page = context.new_page()
        page.goto(site.url(NAME, "/desk/spaces"))
        room, house = _paths(page, r"/desk/rooms/[0-9a-f-]{36}")[0], _paths(page, r"/desk/locations/[0-9a-f-]{36}")[0]
        page.goto(site.url(NAME, "/desk/people"))
        person = _paths(page, r"/desk/people/[0-9a-f-]{36}")[0]
        day, bookings = busy_day(site, page)
        agendas = _paths(page, r"/desk/bookings\?\S*room=\S+")
        money = money_pages.money_pages(site, NAME, page)
        of = {endpoint: path for endpoint, path, _who in reversed(money)}
        money += paying_pages.paying_pages(site, NAME, page, of["desk.account"], of["desk.invoice"])
        money += case_pages.case_pages(site, NAME, page)
        money += keeping_pages.keeping_pages(site, NAME, page)
        money += news_pages.news_pages(site, NAME, page)
        money += own_data_pages.own_data_pages(site, NAME, page)
    return [
        *(Place(*found) for found in money),
        Place("desk.today", "/desk/", "owner"),
        Place("desk.today", f"/desk/?day={day}", "owner"),
        Place("desk.agenda", f"/desk/bookings?day={day}", "owner"),
        Place("desk.agenda", f"/desk/bookings?day={day}", "owner"),
        *(Place("desk.agenda", path, "owner") for path in agendas[:1]),
        Place("desk.booking", bookings[0], "owner"),
        Place("desk.new_booking", "/desk/bookings/new", "owner"),
        Place("desk.new_block", "/desk/blocks/new", "owner"),
        Place("desk.people", "/desk/people", "owner"),
        Place("desk.person", person, "owner"),
        Place("desk.spaces", "/desk/spaces", "owner"),
        Place("desk.room", room, "owner"),
        Place("desk.new_room", "/desk/rooms/new", "owner"),
        Place("desk.location", house, "owner"),
        Place("desk.new_location", "/desk/locations/new", "owner"),
        Place("desk.enquiries", "/desk/enquiries", "owner"),
        Place("desk.legal", "/desk/settings/imprint", "owner"),
        Place("desk.privacy_policy", "/desk/privacy/policy", "owner"),
        Place("desk.privacy_records", "/desk/privacy/records", "owner"),
        *(
            Place(f"desk.{name or 'settings'}", f"/desk/settings/{name}".rstrip("/"), "owner")
            for name in ("", "identity", "brand", "languages", "hosts", "equipment", "roles")
        ),
    ]


def busy_day(site: Site, page: Page) -> tuple[str, list[str]]:
    """The next day on which the board shows bookings, and their addresses; the browser stands on that board."""
    for ahead in range(1, 8):
        day = (date.today() + timedelta(days=ahead)).isoformat()
        page.goto(site.url(NAME, f"/desk/?day={day}"))
        found = page.locator(".tl a.bk").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
        if found:
            return day, found
    raise AssertionError("a week without any booking")


def _paths(page: Page, pattern: str) -> list[str]:
    found = page.locator("main a[href]").evaluate_all("links => links.map(link => new URL(link.href)).map(url => url.pathname + url.search)")
    return [path for path in dict.fromkeys(found) if re.fullmatch(pattern, path)]


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]
