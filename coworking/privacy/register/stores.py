"""Where personal data lies outside our tables: files, the queue, memory, back-ups, logs, and the machines of others.

A store without keys is listed to say that it holds nothing about a person, and ``how`` says what sees to that.
"""

from dataclasses import dataclass
from enum import Enum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from .entries.rights import JOURNAL_DAYS
from .terms import Erase


class Place(Enum):
    """Who runs what it lies on."""

    OURS = "ours"
    RECIPIENT = "recipient"
    BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Store:
    """One place outside our tables.

    ``keys``: entries that lie there; ``everything`` for a copy of all. ``days``: how long at most, None for as long as
    the row that it belongs to. ``recipient``: key of recipients.py, for the machines of others.
    """

    name: str
    title: LazyString
    place: Place
    keys: tuple[str, ...]
    days: int | None
    erase: Erase
    how: LazyString
    recipient: str | None = None
    everything: bool = False


BACKUP_DAYS = 35
IN_MAILS = (
    "mail.address",
    "mail.content",
    "link.address",
    "person.email",
    "person.name",
    "booking.time",
    "booking.title",
    "booking.price",
    "guest.name",
    "guest.email",
    "guest.booking",
    "enquiry.name",
    "enquiry.email",
    "enquiry.message",
    "subscription.record",
    "order.record",
    "account.name",
    "account.email",
    "account.address",
    "account.standing",
    "invoice.record",
    "payment.record",
    "request.person",
    "request.words",
    "problem.record",
    "host.contract",
)
AT_STRIPE = ("account.name", "account.email", "account.provider", "payment.method", "payment.record", "payment.event")

STORES: dict[str, Store] = {
    store.name: store
    for store in (
        Store("photos", _("Files: photos of people"), Place.OURS, ("person.photo",), None, Erase.DELETE,
              _("Removed with the person, or when the photo is changed.")),
        Store("papers", _("Files: invoices as PDF"), Place.OURS, ("invoice.record",), None, Erase.HOLD,
              _("Made from the invoice, and removed with it at the end of the legal time.")),
        Store("queue", _("Queue of work"), Place.OURS, ("job.args",), 31, Erase.EXPIRE,
              _("Done work is removed at once, work that failed after a month. It names rows, and says nothing itself.")),
        Store("memory", _("Memory of the server: parts of pages drawn before"), Place.OURS,
              ("person.name", "booking.person", "booking.time", "booking.title"), 1, Erase.EXPIRE,
              _("Never shown again once anything on it changes, and gone when nobody asked for it for a day.")),
        Store("logs", _("Logs of the server"), Place.OURS, (), 0, Erase.EXPIRE,
              _("Addresses, names and IP addresses are taken out of every line before it is written; there is no access log unless one is asked for.")),
        Store("backups", _("Back-ups"), Place.OURS, (), BACKUP_DAYS, Erase.EXPIRE,
              _("Encrypted, and overwritten after 35 days. Erasures are done anew on whatever is restored, before anybody gets in."), everything=True),
        Store("journal", _("Journal of erasures, beside the back-ups"), Place.OURS, ("erasure.mark",), JOURNAL_DAYS, Erase.EXPIRE,
              _("Numbers and keyed hashes, without names. Gone once no back-up is old enough to bring anybody back.")),
        Store("search", _("Search index"), Place.OURS, (), 0, Erase.EXPIRE, _("There is none: people are searched in their own table.")),
        Store("mail_server", _("Mail server"), Place.RECIPIENT, IN_MAILS, 31, Erase.EXPIRE,
              _("Passed on at once. What was delivered is in the reader's mailbox, where nobody but the reader removes it."), recipient="mail"),
        Store("provider", _("Payment provider: payers, methods and payments"), Place.RECIPIENT, AT_STRIPE, None, Erase.DELETE,
              _("The customer is deleted there too. The provider keeps payments as long as its own duties ask."), recipient="stripe"),
        Store("host_provider", _("Payment provider: the operators' subscriptions"), Place.RECIPIENT, ("host.contract",), None, Erase.HOLD,
              _("Kept as long as books are kept."), recipient="stripe"),
        Store("vies", _("Register of VAT numbers"), Place.RECIPIENT, ("account.tax",), 0, Erase.EXPIRE,
              _("Asked about a number, and told nothing else."), recipient="vies"),
        Store("cookies", _("Cookies, and what your browser keeps"), Place.BROWSER, ("session.token", "person.preferences"), 365, Erase.EXPIRE,
              _("You can clear them at any time. Signing out ends the session on our side too.")),
    )
}  # fmt: skip

QUEUE_COLUMNS: dict[str, dict[str, str]] = {
    "procrastinate_jobs": {"args": "job.args"},
    "procrastinate_events": {},
    "procrastinate_periodic_defers": {},
    "procrastinate_workers": {},
    "alembic_version": {},
}
"""Tables that others bring into our database, with their columns that lead to a person. All other columns of them do not."""
