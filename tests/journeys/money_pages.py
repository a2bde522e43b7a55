"""The pages of invoices and bill runs, with a member who is billed by hand for them."""

import re

from playwright.sync_api import Page

from .site import Site

NO_PAGES = {
    "billing.pdf_file", "billing.statement_file", "billing.xml_file", "desk.account_statement", "desk.export_csv", "desk.export_fec",
    "desk.export_saft", "desk.invoice_pdf", "desk.invoice_xml", "desk.invoices_file",
}  # fmt: skip
"""What answers GET with a file."""

START = "async answers => (await fetch('/desk/bill-runs', {method: 'POST', body: new URLSearchParams(answers)})).status"

Found = tuple[str, str, str]
"""Endpoint, path and who opens it."""


def money_pages(site: Site, name: str, owner: Page) -> list[Found]:
    """Every page of invoices, bill runs and accounts, at the desk and for the member who is billed."""
    account = _account(site, name, owner)
    _charge(owner, "Une clé", "12")
    invoice = _drafted(owner, issue=True)
    owner.goto(site.url(name, account))
    _charge(owner, "Des impressions", "3,50")
    draft = _drafted(owner, issue=False)
    owner.goto(site.url(name, account))
    _charge(owner, "Un casier", "25")
    charge = _first(owner, r"/desk/charges/[0-9a-f-]{36}")
    run = _run(site, name, owner)
    paper = invoice.rpartition("/")[2]
    return [
        ("desk.invoices", "/desk/invoices", "owner"),
        ("desk.invoice", invoice, "owner"),
        ("desk.invoice", draft, "owner"),
        ("desk.new_credit_note", f"{invoice}/credit-notes", "owner"),
        ("desk.account", account, "owner"),
        ("desk.account_details", f"{account}/details", "owner"),
        ("desk.charge", charge, "owner"),
        ("desk.runs", "/desk/bill-runs", "owner"),
        ("desk.run", run, "owner"),
        ("desk.exports", "/desk/exports?check=1", "owner"),
        ("desk.billing_settings", "/desk/settings/billing", "owner"),
        ("billing.index", "/billing", "member"),
        ("billing.show", f"/billing/invoices/{paper}", "member"),
        ("billing.show_charge", charge.removeprefix("/desk").replace("/charges", "/billing/charges"), "member"),
        ("billing.details", "/billing/details", "member"),
        ("billing.account_details", account.replace("/desk/", "/billing/") + "/details", "member"),
    ]


def _account(site: Site, name: str, owner: Page) -> str:
    """Path of the demo member's account, opened from the page of the person."""
    owner.goto(site.url(name, f"/desk/people?q={site.account(name, 'member')['email']}"))
    owner.goto(site.url(name, _first(owner, r"/desk/people/[0-9a-f-]{36}")))
    owner.locator("form[action$='/account'] button").click()
    owner.wait_for_url("**/desk/accounts/*")
    return _here(owner)


def _charge(owner: Page, what: str, amount: str) -> None:
    form = owner.locator("form[action$='/charges']")
    form.locator("[name=text]").fill(what)
    form.locator("[name=amount]").fill(amount)
    form.locator("button[type=submit]").click()
    owner.get_by_text(what).first.wait_for()


def _drafted(owner: Page, *, issue: bool) -> str:
    owner.locator("form[action$='/drafts'] button").click()
    owner.wait_for_url("**/desk/invoices/*")
    if issue:
        owner.locator("form[action$='/issue'] button").click()
        owner.locator("a[href$='/credit-notes']").wait_for()
    return _here(owner)


def _run(site: Site, name: str, owner: Page) -> str:
    """A run over a day long past: it bills nobody, so that other journeys find everything as it was."""
    owner.goto(site.url(name, "/desk/bill-runs"))
    token = owner.locator("[name=csrf_token]").first.input_value()
    owner.evaluate(START, {"csrf_token": token, "until": "2020-01-01"})
    owner.goto(site.url(name, "/desk/bill-runs"))
    return _first(owner, r"/desk/bill-runs/[0-9a-f-]{36}")


def _first(page: Page, pattern: str) -> str:
    found = page.locator("main a[href]").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    return next(str(path) for path in found if re.fullmatch(pattern, path))


def _here(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3].partition("?")[0]
