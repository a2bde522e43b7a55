"""A month of money, for real: a stranger joins with a phone, in French, pays, books over the allowance, is charged and leaves.

Beside it the owner at the desk: bills, credits a line, matches what the bank sent, and hands the accountant the books.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from .site import DESKTOP, PHONE, Site, link_in, watch

pytestmark = pytest.mark.browser

HOUSE = "rotonde"
FROM, TO = "09:30", "14:30"
NAME = "Solène Kerbrat"
GOOD, CHARGED_IN_VAIN = "4242424242424242", "4000000000000341"
PATIENCE = 120_000
"""Milliseconds that the worker may take: a bill run makes papers for everybody."""


def test_join_pay_change_book_fail_pay_and_leave(browser: Browser, site: Site) -> None:
    email = f"solene-{uuid4().hex[:8]}@example.org"
    with browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True, is_mobile=True, timezone_id="Europe/Paris") as phone:
        complaints, page = watch(phone), phone.new_page()
        page.set_default_timeout(60_000)
        _joins(site, page, email)
        _changes(site, page)
        day = _books_over_the_allowance(site, page)
        _saves(site, page, CHARGED_IN_VAIN)
        with browser.new_context(viewport=DESKTOP, locale="fr-FR", storage_state=site.state(browser, HOUSE, "owner")) as desk:
            office = desk.new_page()
            office.set_default_timeout(60_000)
            _bills(site, office, day)
            _pays_what_failed(site, page, email)
            _credits(site, office)
            _matches(site, office)
            _hands_over(site, office)
        _leaves(site, page)
        assert [each for each in complaints if "422" not in each] == []


def _joins(site: Site, page: Page, email: str) -> None:
    """From the plans to a paid one; the account is opened and confirmed on the way."""
    page.goto(site.url(HOUSE, "/plans"))
    page.locator("a[href$='/plans/escale/join']").first.tap()
    for name, text in (("name", NAME), ("email", email), ("password", "trois petits canards bleus")):
        page.locator(f"main input[name={name}]").fill(text)
    page.locator("input[name=adult]").check()
    page.locator("input[name=begin_at_once]").check()
    page.locator("main form button[type=submit].wide").tap()
    page.wait_for_url("**/check-your-mail/join")
    page.goto(link_in(site.letters.wait_for(email), "/confirm/"))
    page.locator("main form button[type=submit]").tap()
    page.wait_for_url("**/plans/escale/join**")
    begin = page.locator("input[name=begin_at_once]")
    begin.check()
    page.locator("main form button[type=submit].wide").tap()
    _at_the_provider(page, GOOD)
    page.wait_for_url("**/orders/*")
    expect(page.locator("main h1")).to_contain_text("Escale")
    expect(page.locator("main .note.ok")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def _at_the_provider(page: Page, card: str) -> None:
    """Pay, or save a card, on the provider's page."""
    page.wait_for_url(re.compile(r"/demo/stripe/checkout/"))
    page.locator(f"input[value='{card}']").check()
    page.locator("main form button[type=submit]").first.tap()


def _books_over_the_allowance(site: Site, page: Page) -> date:
    """Five hours where four are included: the page says what is left to pay, and the next five cost it all."""
    found = _times(site, page)
    path, day, cost = next(found)
    page.goto(site.url(HOUSE, _at(path, day)))
    page.locator("#panel button.pri").tap()
    page.wait_for_url("**/bookings/*")
    expect(page.locator("main")).to_contain_text("€")
    path, later, without = next(found)
    assert without > cost > 0, (day, later)
    return day


def _times(site: Site, page: Page) -> Iterator[tuple[str, date, int]]:
    """Rooms and days on which five hours are free, and what they cost this member, in minor units."""
    page.goto(site.url(HOUSE, "/rooms?kind=meeting_room"))
    paths = page.locator("#results h3 a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    for path in paths:
        for ahead in range(9, 24):
            day = date.today() + timedelta(days=ahead)
            page.goto(site.url(HOUSE, _at(path, day)))
            chosen = [page.locator(f"#panel select[name={name}]") for name in ("from", "to")]
            if all(each.count() for each in chosen) and [each.input_value() for each in chosen] == [FROM, TO]:
                yield path, day, int(page.locator("#panel input[name=price]").get_attribute("value") or 0)


def _at(path: str, day: date) -> str:
    return f"{path}?day={day}&from={FROM}&to={TO}"


def _saves(site: Site, page: Page, card: str) -> None:
    """Save another card; it is charged from then on."""
    page.goto(site.url(HOUSE, "/billing/methods"))
    page.locator("main form[action$='/billing/methods'] button[type=submit]").first.tap()
    _at_the_provider(page, card)
    page.wait_for_url("**/billing/methods")
    expect(page.locator("main")).to_contain_text(card[-4:])


def _bills(site: Site, office: Page, until: date) -> None:
    """Look at what would be billed, then issue it."""
    office.goto(site.url(HOUSE, f"/desk/bill-runs?until={until}"))
    expect(office.locator("table")).to_contain_text(NAME)
    office.locator("main form[method=post][action$='/desk/bill-runs'] button[type=submit]").click()
    office.wait_for_url("**/desk/bill-runs/*")
    expect(office.locator("#progress .meter, #progress meter, #progress progress").first).to_be_attached()
    for _try in range(60):
        if not office.locator("#progress form[action$='/stop']").count():
            break
        office.wait_for_timeout(2_000)
        office.reload()
    expect(office.locator("#progress form[action$='/stop']")).to_have_count(0)


def _pays_what_failed(site: Site, page: Page, email: str) -> None:
    """The card is declined while nobody is there; the open invoice is paid by another card, and is settled at once."""
    page.goto(site.url(HOUSE, "/billing"))
    pay = page.locator("main a.btn.pri[href*='/billing/pay/']").first
    pay.wait_for(timeout=PATIENCE)
    pay.tap()
    page.locator("main form[action*='/billing/pay/'] button[type=submit]").tap()
    _at_the_provider(page, GOOD)
    page.wait_for_url("**/billing/**")
    page.goto(site.url(HOUSE, "/billing"))
    expect(page.locator("main a.btn.pri[href*='/billing/pay/']")).to_have_count(0)
    with page.expect_download(timeout=PATIENCE) as download:
        page.goto(site.url(HOUSE, "/billing"))
        page.locator("main table a[href*='/billing/invoices/']").first.tap()
        page.locator("a[href$='.pdf']").first.tap()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def _credits(site: Site, office: Page) -> None:
    """Take back a part of one line."""
    office.goto(site.url(HOUSE, f"/desk/invoices?q={NAME}"))
    office.locator("#results a[href*='/desk/invoices/']").first.click()
    office.locator("a[href$='/credit-notes']").click()
    office.locator("input[name=reason]").fill("Chauffage en panne")
    office.locator("input[name^='line-']").last.fill("1,50")
    office.locator("main form[action$='/credit-notes'] button[type=submit]").first.click()
    office.wait_for_url(re.compile(r"/desk/invoices/[0-9a-f-]+$"))
    expect(office.locator("main")).to_contain_text("1,50")


def _matches(site: Site, office: Page) -> None:
    """Read the bank's file, and match the line that names its payer only."""
    office.goto(site.url(HOUSE, "/desk/payments/bank"))
    waiting = office.locator("main article").count()
    rows = f"Date;Montant;Devise;Tiers;Reference\n{date.today()};12.34;EUR;Une inconnue;merci"
    office.locator("input[type=file]").set_input_files({"name": "releve.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    office.locator("form[action$='/desk/payments/bank'] button[type=submit]").click()
    expect(office.locator("main article")).to_have_count(waiting + 1)
    office.locator("main article form[action$='/match'] input[type=hidden][name=label]").first.locator("xpath=..").locator("button").click()
    expect(office.locator("main article")).to_have_count(waiting)


def _hands_over(site: Site, office: Page) -> None:
    """The accountant's files: the books as CSV and as FEC."""
    for action, name in (("/desk/exports/journal.csv", "journal.csv"), ("/desk/exports/fec.txt", "FEC")):
        office.goto(site.url(HOUSE, "/desk/exports"))
        office.locator("form[action$='/journal.csv'] input[name=last]").fill(str(date.today()))
        button = "button[type=submit]:not([formaction])" if action.endswith("csv") else f"button[formaction$='{action}']"
        with office.expect_download() as download:
            office.locator(f"form[action$='/journal.csv'] {button}").first.click()
        assert name in download.value.suggested_filename
        assert NAME in download.value.path().read_text(encoding="utf-8-sig")


def _changes(site: Site, page: Page) -> None:
    """To a larger plan from today on: the page says what that costs first."""
    page.goto(site.url(HOUSE, "/plan"))
    page.locator("main a[href$='/change']").first.tap()
    page.locator("main form:has(input[name=to][value=nomade]) button[type=submit]").first.tap()
    now = page.locator("main form:has(input[name=when][value=now])")
    expect(page.locator("main section").first).to_contain_text("€")
    now.locator("button[type=submit]").tap()
    page.wait_for_url("**/plan")
    expect(page.locator("main")).to_contain_text("Nomade")


def _leaves(site: Site, page: Page) -> None:
    """Out from the footer of any page: two taps, and the plan says when it ends."""
    page.goto(site.url(HOUSE, "/rooms"))
    page.locator("footer a[href$='/leave']").tap()
    page.locator("main form[action$='/notice'] button[type=submit]").tap()
    expect(page.locator("main h1")).to_be_visible()
    page.goto(site.url(HOUSE, "/plan"))
    expect(page.locator("main form[action$='/notice/cancellation']")).to_be_visible()
