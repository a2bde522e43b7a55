"""Mails about a message from the contact page."""

from coworking.core import mail
from coworking.operators.models import Operator

from .models import Enquiry


def tell_operator(operator: Operator, enquiry: Enquiry) -> None:
    """Send the message to the operator; answering that mail answers the sender."""
    mail.post(
        to=operator.email,
        template="emails/enquiries/received",
        locale=operator.default_locale,
        reply_to=enquiry.email,
        enquiry=enquiry,
    )


def confirm_to_sender(operator: Operator, enquiry: Enquiry) -> None:
    """Tell the sender that it arrived. Holds nothing that they typed: anybody can type anybody's address."""
    mail.post(to=enquiry.email, template="emails/enquiries/confirmed", locale=enquiry.locale, reply_to=operator.email)
