"""Taking a message from the contact page: kept first, then mailed to both sides."""

from coworking.core.db import db
from coworking.operators.models import Operator

from . import emails
from .models import Enquiry


def receive(operator: Operator, *, name: str, email: str, message: str, locale: str) -> Enquiry:
    """Keep a message and mail it to the operator, with a confirmation in the sender's language."""
    enquiry = Enquiry(name=name, email=email, message=message, locale=locale)
    db.session.add(enquiry)
    db.session.flush()
    emails.tell_operator(operator, enquiry)
    emails.confirm_to_sender(operator, enquiry)
    return enquiry
