"""The tables of billing."""

from .account import Account, Deposit
from .bank import BankFile, BankLine
from .charge import Charge
from .gateway import Gateway, ProviderEvent, ReconciliationDifference
from .invoice import BillRun, Invoice, InvoiceKind, InvoiceLine, InvoiceSending, InvoiceSeries, InvoiceState, InvoiceTax, RemovedPaper, Unsealing
from .overdue import Arrears, ArrearsStep
from .payment import Allocation, Payment, PaymentMethod, PaymentState, Refund
from .settings import BillingSettings, ExchangeRate

__all__ = [
    "Account",
    "Allocation",
    "Arrears",
    "ArrearsStep",
    "BankFile",
    "BankLine",
    "BillRun",
    "BillingSettings",
    "Charge",
    "Deposit",
    "ExchangeRate",
    "Gateway",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceSending",
    "InvoiceSeries",
    "InvoiceState",
    "InvoiceTax",
    "Payment",
    "PaymentMethod",
    "PaymentState",
    "ProviderEvent",
    "ReconciliationDifference",
    "Refund",
    "RemovedPaper",
    "Unsealing",
]
