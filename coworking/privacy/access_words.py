"""Words for the list of who opened what."""

from flask_babel import lazy_gettext as _

from .register.terms import Purpose

PAGES = {
    "desk.person": _("your page"),
    "desk.booking": _("a booking of yours"),
    "desk.company": _("your company’s page"),
    "desk.invoice": _("an invoice of yours"),
    "desk.account": _("your account for bills"),
    "desk.subscription": _("your subscription"),
    "desk.privacy_request": _("your request about your data"),
    "desk.privacy_request_copy": _("the copy of your data, to hand it to you"),
    "desk.privacy_keeping": _("the list of what must stay longer"),
    "desk.hold": _("what of yours must stay longer"),
    "desk.invoices_file": _("the list of invoices, as a file"),
    "desk.people_file": _("the list of all people, as a file"),
    "desk.subscriptions_file": _("the list of all subscriptions, as a file"),
    "desk.move_out": _("the file with everything, for moving"),
    "desk.incident": _("an incident"),
}
"""What was opened, as the person reads it, by endpoint."""
PURPOSES = {purpose.value: purpose.text for purpose in Purpose}
