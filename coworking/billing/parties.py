"""Seller and buyer as a paper keeps them: copied when it is issued, so that a later move or new name changes nothing."""

from typing import Any

from coworking.operators.models import Operator

from .models import Account, BillingSettings


def seller_of(operator: Operator, settings: BillingSettings) -> dict[str, Any]:
    """The operator with its bank account and what its papers say."""
    return {
        "name": operator.legal_name,
        "brand": operator.name,
        "country": operator.country,
        "street": operator.street,
        "postcode": operator.postcode,
        "city": operator.city,
        "org_number": operator.org_number,
        "vat_number": operator.vat_number if operator.vat_registered else "",
        "email": operator.email,
        "phone": operator.phone,
        "legal_lines": [settings.register_line] if settings.register_line else [],
        "hue": operator.hue,
        "chroma": operator.chroma,
        "logo_file": operator.logo_file or "",
        "bank": {"iban": settings.iban, "bic": settings.bic, "account": settings.bank_account},
        "late_interest": settings.late_interest,
        "mediator": settings.mediator,
    }


def buyer_of(account: Account) -> dict[str, Any]:
    """The payer with their address and tax identity."""
    return {
        "number": account.number,
        "name": account.name,
        "country": account.country,
        "street": account.street,
        "postcode": account.postcode,
        "city": account.city,
        "org_number": account.org_number,
        "vat_number": account.vat_number,
        "email": account.email,
        "is_business": account.is_business,
        "order_reference": account.order_reference,
    }
