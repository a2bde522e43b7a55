"""Pages of bills and payments, and the address that payment providers post to."""

from .. import bill_runs, payment_jobs, sending, vat_checking
from . import charges, details, filters, invoices, methods, paying, standing, webhooks
from .blueprint import blueprint

__all__ = [
    "bill_runs",
    "blueprint",
    "charges",
    "details",
    "filters",
    "invoices",
    "methods",
    "paying",
    "payment_jobs",
    "sending",
    "standing",
    "vat_checking",
    "webhooks",
]
