"""From an account to whoever acts for it."""

from coworking.config import Config

from .host import HostBilling
from .manual import ManualPayments
from .port import Account, Payments


def open_account(account: Account, config: Config) -> Payments:
    """The provider of ``account``, ready to be asked; one without a key falls back to payments by hand."""
    if account.provider != "stripe" or not account.secret_key:
        return ManualPayments()
    from .stripe_adapter import StripePayments

    return StripePayments(account, config)


def open_host_billing(config: Config) -> HostBilling | None:
    """The host's own billing of operators; None where the host has set no key."""
    if not config.stripe_secret_key:
        return None
    from .stripe_host import StripeHostBilling

    return StripeHostBilling(Account("stripe", config.stripe_secret_key), config)


def redirect_origins(config: Config) -> tuple[str, ...]:
    """Origins of the provider's pages.

    A form that leads there needs them in the page's ``form-action``: browsers check redirects after a form too.
    In the demo the pages are our own.
    """
    pages = ("https://checkout.stripe.com", "https://billing.stripe.com", "https://hooks.stripe.com", "https://connect.stripe.com")
    return () if config.stripe_api_base else pages
