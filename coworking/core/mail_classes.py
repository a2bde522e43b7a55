"""What a mail is for. Each template has one class, told here; who may stop it follows from that, and from nothing else."""

from collections.abc import Callable
from enum import Enum

from flask import Flask, current_app

GATE = "coworking.mail_gate"


class MailClass(Enum):
    """The five classes of mail."""

    SERVICE = "service"
    """Belongs to something that the reader, or somebody for them, just did: bookings, accounts, payments."""
    LEGAL = "legal"
    """The law, or the contract, wants it sent."""
    ACTIVITY = "activity"
    """What happens in the house. Goes to people who use it, until they say no."""
    NEWS = "news"
    """The newsletter. Goes to whoever asked for it."""
    MARKETING = "marketing"
    """Offers. Goes to whoever asked for them."""

    @property
    def can_be_stopped(self) -> bool:
        """Whether the reader may say no to it, by one click."""
        return self in STOPPABLE

    @property
    def needs_consent(self) -> bool:
        """Whether it goes only to whoever said yes."""
        return self in {MailClass.NEWS, MailClass.MARKETING}


STOPPABLE = (MailClass.ACTIVITY, MailClass.NEWS, MailClass.MARKETING)

FOLDERS = {
    "billing": MailClass.SERVICE,
    "bookings": MailClass.SERVICE,
    "enquiries": MailClass.SERVICE,
    "memberships": MailClass.SERVICE,
    "people": MailClass.SERVICE,
    "privacy": MailClass.LEGAL,
}
"""Class of the templates in each folder of ``templates/emails``. What lies in no known folder is never sent."""
EXCEPTIONS = {
    # Ends, renewals and withdrawals, as consumer law wants them confirmed; a new version of a plan, as the contract does.
    **{f"memberships/{name}": MailClass.LEGAL for name in ("leave_request", "leaving", "new_version", "renews", "trial_ends", "withdrawn")},
    **{f"privacy/{name}": MailClass.SERVICE for name in ("consent_given", "link", "news_asked")},
    "privacy/message_activity": MailClass.ACTIVITY,
    "privacy/message_news": MailClass.NEWS,
    "privacy/message_marketing": MailClass.MARKETING,
}
"""Templates of another class than their folder."""


def class_of(template: str) -> MailClass:
    """The one class of ``emails/<folder>/<name>``; raises KeyError for a folder that has none."""
    name = template.removeprefix("emails/")
    return EXCEPTIONS.get(name) or FOLDERS[name.partition("/")[0]]


class NotWanted(Exception):
    """The address does not want mails of this class, or never said that it does. Nothing was written."""


Gate = Callable[[str, MailClass], str | None]
"""From an address and a class that can be stopped to the address of the page that stops it; None where nothing may be sent."""


def install_gate(app: Flask, gate: Gate) -> None:
    """Let ``gate`` decide about classes that can be stopped. Without one, none of them leaves."""
    app.extensions[GATE] = gate


def stop_url(to: str, mail_class: MailClass) -> str:
    """Where the reader stops this class, empty for a class that nobody can stop; raises NotWanted."""
    if not mail_class.can_be_stopped:
        return ""
    gate: Gate | None = current_app.extensions.get(GATE)
    url = gate(to, mail_class) if gate is not None else None
    if url is None:
        raise NotWanted
    return url
