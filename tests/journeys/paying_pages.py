"""The pages of payments, plans for sale, companies and revenue, with a payment taken by hand for them."""

from playwright.sync_api import Page

from .money_pages import Found, _first
from .site import Site

NO_PAGES = {"billing.method_added", "desk.host_subscription_back", "desk.revenue_file", "desk.subscriptions_file"}
"""What answers GET with a file, or only leads on."""
DRAWN_ALIKE = {"billing.pay_deposit"}
"""From the same template as the page of an invoice: billing.pay."""


def paying_pages(site: Site, name: str, owner: Page, account: str, invoice: str) -> list[Found]:
    """Pages of payments at the desk and for the member whose ``account`` and unpaid ``invoice`` (paths at the desk) these are."""
    payment = _recorded(site, name, owner, account)
    at = {path: _of_list(site, name, owner, path) for path in ("/desk/deposits", "/desk/companies", "/desk/plans")}
    account_id, invoice_id, payment_id = (path.rpartition("/")[2] for path in (account, invoice, payment))
    return [
        *(
            (endpoint, path, "owner")
            for endpoint, path in (
                ("desk.payments", "/desk/payments"),
                ("desk.payment", payment),
                ("desk.new_payment", "/desk/payments/new"),
                ("desk.bank", "/desk/payments/bank"),
                ("desk.overdue", "/desk/overdue"),
                ("desk.deposits", "/desk/deposits"),
                ("desk.deposit", at["/desk/deposits"]),
                ("desk.reconciliation", "/desk/reconciliation"),
                ("desk.revenue", "/desk/revenue"),
                ("desk.payment_settings", "/desk/settings/payments"),
                ("desk.host_subscription", "/desk/settings/subscription"),
                ("desk.plans_list", "/desk/plans"),
                ("desk.new_plan", "/desk/plans/new"),
                ("desk.plan", at["/desk/plans"]),
                ("desk.promotions", "/desk/promotions"),
                ("desk.companies", "/desk/companies"),
                ("desk.company", at["/desk/companies"]),
            )
        ),
        ("billing.payment_methods", "/billing/methods", "member"),
        ("billing.pay", f"/billing/pay/{invoice_id}", "member"),
        ("billing.pay_all", "/billing/pay", "member"),
        ("billing.pay_account", f"/billing/accounts/{account_id}/payments/EUR", "member"),
        ("billing.payment", f"/billing/payments/{payment_id}", "member"),
        ("portal.company", "/company", "member"),
        ("portal.seat_offer", "/company/seat/no-such-offer", "member"),
    ]


def _recorded(site: Site, name: str, owner: Page, account: str) -> str:
    """Path of a payment of one euro in cash for the account, taken at the desk."""
    owner.goto(site.url(name, account))
    number = "".join(sign for sign in owner.get_by_text("Numéro de client").first.inner_text() if sign.isdigit())
    owner.goto(site.url(name, "/desk/payments/new"))
    form = owner.locator("main form[action$='/desk/payments']")
    form.locator("[name=paid_for]").fill(number)
    form.locator("[name=amount]").fill("1")
    form.locator("button[type=submit]").click()
    owner.wait_for_url("**/desk/payments**")
    owner.goto(site.url(name, "/desk/payments"))
    return _first(owner, r"/desk/payments/[0-9a-f-]{36}")


def _of_list(site: Site, name: str, owner: Page, path: str) -> str:
    owner.goto(site.url(name, path))
    return _first(owner, path + r"/[0-9a-f-]{36}")
