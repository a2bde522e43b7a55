"""Who else gets personal data, where they are, and exactly which fields. What is not listed here goes to nobody."""

from dataclasses import dataclass
from enum import Enum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


class Kind(Enum):
    """What a recipient is to the operator. There is no kind for somebody who buys data."""

    PROCESSOR = "processor"
    CONTROLLER = "controller"
    """Answers for itself, such as a bank or an authority."""


class Transfer(Enum):
    """What makes it lawful to send data to the recipient's country (GDPR chapter V)."""

    NONE_NEEDED = "eea"
    ADEQUACY = "adequacy"
    CLAUSES = "scc"


EEA = frozenset(
    ["AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK",
     "SI", "ES", "SE", "IS", "LI", "NO"]
)  # fmt: skip
OURS = frozenset({"host", "operator"})


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient. ``setting``: the part of the set-up without which nothing is sent there."""

    key: str
    name: str
    kind: Kind
    what_for: LazyString
    country: str
    """ISO 3166-1; ``host`` and ``operator`` stand for where these are."""
    transfer: Transfer
    fields: tuple[str, ...]
    """What is sent, by the names that the other side has for it."""
    policy_url: str
    hosts: tuple[str, ...]
    """Host names that requests go to. Empty: told by the set-up."""
    setting: str | None = None

    def __post_init__(self) -> None:
        """Nothing leaves the European Economic Area without what makes that lawful (GDPR Art. 44)."""
        if self.transfer is Transfer.NONE_NEEDED and self.country not in EEA | OURS:
            raise ValueError(f"{self.key} is outside the EEA, and nothing makes that lawful")


RECIPIENTS: dict[str, Recipient] = {
    recipient.key: recipient
    for recipient in (
        Recipient("storage", "", Kind.PROCESSOR, _("runs the database and keeps files and back-ups"), "host", Transfer.NONE_NEEDED,
                  ("everything in this list",), "", ()),
        Recipient("mail", "", Kind.PROCESSOR, _("delivers our mails"), "host", Transfer.NONE_NEEDED, ("to", "subject", "body", "attachments"), "", (),
                  setting="smtp_url"),
        Recipient("stripe", "Stripe Payments Europe, Limited", Kind.PROCESSOR, _("takes card and direct debit payments"), "IE", Transfer.NONE_NEEDED,
                  ("name", "email", "customer_email", "preferred_locales", "locale", "customer", "payment_method", "amount", "unit_amount", "currency",
                   "description", "metadata"), "https://stripe.com/privacy", ("api.stripe.com",),
                  setting="gateway"),
        Recipient("vies", "European Commission, VIES", Kind.CONTROLLER, _("confirms VAT numbers"), "BE", Transfer.NONE_NEEDED, ("countryCode", "vatNumber"),
                  "https://ec.europa.eu/taxation_customs/vies/", ("ec.europa.eu",), setting="check_vies"),
    )
}  # fmt: skip
