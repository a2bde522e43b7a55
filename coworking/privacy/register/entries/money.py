"""Who pays, what for, invoices and payments."""

from flask_babel import lazy_gettext as _

from ..entry import Clock, Entry, Held, Keep, Use
from ..table import Fate, Is, Table, Through
from ..terms import Basis, Erase, Export, Purpose, Reader, Source, Subject

PAYER = frozenset({Subject.CUSTOMER, Subject.MEMBER})
BILLED = (Use(Purpose.PAYMENT, Basis.CONTRACT), Use(Purpose.BOOKS, Basis.LAW))
TO_PAY = (Use(Purpose.PAYMENT, Basis.CONTRACT),)
SEEN = frozenset({Reader.SELF, Reader.MANAGER, Reader.ACCOUNTANT})
BOOKS = Held("accounting")
# Issued papers have their own copy of who was billed; the payer's own card goes with the account, once nothing is owed.
PAYS = Keep(Clock.ACCOUNT_END, 0)
MADE = frozenset({Source.AUTOMATIC, Source.OPERATOR})
TYPED = frozenset({Source.SUBJECT, Source.OPERATOR})

ENTRIES = (
    Entry("account.holder", _("Who pays: the payer's number, country, language and since when"), PAYER, "user.account", BILLED, MADE, SEEN, BOOKS, Erase.HOLD,
          recipients=("storage",)),
    Entry("account.name", _("Name on invoices"), PAYER, "user.name", TO_PAY, TYPED, SEEN, PAYS, Erase.DELETE, recipients=("storage", "mail", "stripe")),
    Entry("account.email", _("E-mail address for invoices"), PAYER, "user.contact.email", TO_PAY, TYPED, SEEN, PAYS, Erase.DELETE,
          recipients=("storage", "mail", "stripe")),
    Entry("account.address", _("Address on invoices"), PAYER, "user.contact.address", TO_PAY, TYPED, SEEN, PAYS, Erase.DELETE, recipients=("storage", "mail")),
    Entry("account.tax", _("Company and VAT numbers, order reference"), PAYER, "user.government_id", TO_PAY, TYPED, SEEN, PAYS, Erase.DELETE,
          recipients=("storage", "vies"), optional=True),
    Entry("account.provider", _("Your customer number at the payment provider"), PAYER, "user.financial", TO_PAY, frozenset({Source.THIRD_PARTY}), SEEN,
          Keep(Clock.ACCOUNT_END, 0), Erase.DELETE, recipients=("storage", "stripe")),
    Entry("account.standing", _("Whether something is overdue, and what was done about it"), PAYER, "user.financial", BILLED, MADE, SEEN, BOOKS, Erase.HOLD,
          recipients=("storage", "mail")),
    Entry("charge.record", _("What you are charged, and why"), PAYER, "user.financial", BILLED, MADE, SEEN, BOOKS, Erase.HOLD, recipients=("storage",)),
    Entry("invoice.record", _("Invoices, credit notes and statements"), PAYER, "user.financial", BILLED, MADE, SEEN, BOOKS, Erase.HOLD,
          recipients=("storage", "mail")),
    Entry("payment.record", _("Payments, refunds and transfers"), PAYER, "user.financial", BILLED, frozenset({Source.SUBJECT, Source.THIRD_PARTY, Source.OPERATOR}),
          SEEN, BOOKS, Erase.HOLD, recipients=("storage", "mail", "stripe")),
    Entry("payment.event", _("That the payment provider told us of a payment, by its number there"), PAYER, "user.financial", TO_PAY,
          frozenset({Source.THIRD_PARTY}), frozenset({Reader.NOBODY}), Keep(Clock.CREATED, 90), Erase.EXPIRE, Export.WITHHOLD, recipients=("storage", "stripe"),
          withheld=_("It only names a payment, which you get.")),
    Entry("payment.method", _("Brand, last four digits and expiry of a saved card, and the provider's token for it"), PAYER, "user.financial.credit_card",
          TO_PAY, frozenset({Source.THIRD_PARTY}), SEEN, Keep(Clock.ACCOUNT_END, 0), Erase.DELETE, recipients=("storage", "stripe"), optional=True),
    Entry("deposit.record", _("Deposits"), PAYER, "user.financial", BILLED, MADE, SEEN, BOOKS, Erase.HOLD, recipients=("storage",)),
)  # fmt: skip

_ACCOUNT = (Through("account_id", "account"),)
_INVOICE = (Through("invoice_id", "invoice"),)
_PAYMENT = (Through("payment_id", "payment"),)
TABLES = (
    Table(
        "account", Fate.HOLD, owner=(Is("person_id"),),
        blank=("person_id", "name", "email", "street", "postcode", "city", "org_number", "vat_number", "vat_checked_at", "order_reference",
               "provider_customer"),
        clock="created_at",
    ),
    Table("payment_method", Fate.DELETE, owner=_ACCOUNT, clock="removed_at"),
    Table("charge", Fate.HOLD, owner=_ACCOUNT, mentions=("person_id",), clock="created_at"),
    Table("invoice", Fate.HOLD, owner=_ACCOUNT, clock="issued_on"),
    Table("invoice_line", Fate.HOLD, owner=_INVOICE),
    Table("invoice_tax", Fate.HOLD, owner=_INVOICE),
    Table("invoice_sending", Fate.HOLD, owner=_INVOICE, mentions=("sent_by_id",), clock="sent_at"),
    Table("payment", Fate.HOLD, owner=_ACCOUNT, mentions=("recorded_by_id",), clock="created_at"),
    Table("refund", Fate.HOLD, owner=_PAYMENT, mentions=("made_by_id",), clock="created_at"),
    Table("allocation", Fate.HOLD, owner=_PAYMENT + _INVOICE, clock="created_at"),
    Table("bank_line", Fate.HOLD, owner=_PAYMENT, clock="booked_on"),
    Table("reconciliation_difference", Fate.HOLD, owner=_PAYMENT, clock="found_at"),
    Table("provider_event", Fate.EXPIRE, clock="received_at"),
    Table("deposit", Fate.HOLD, owner=_ACCOUNT, clock="asked_at"),
    Table("arrears", Fate.HOLD, owner=_ACCOUNT, clock="opened_at"),
    Table("arrears_step", Fate.HOLD, owner=(Through("arrears_id", "arrears"),), clock="at"),
    Table("bank_file", Fate.STAY, mentions=("read_by_id",)),
    Table("bill_run", Fate.STAY, mentions=("started_by_id",)),
)  # fmt: skip
