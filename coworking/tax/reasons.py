"""Why a paper bears no VAT: the key we keep, the law's sentence for the reader, and the code of EN 16931's list (VATEX)."""

from flask_babel import gettext as _

REVERSE_CHARGE = "reverse_charge"
FRANCHISE = "franchise"
UNREGISTERED = "unregistered"
EXEMPT = "exempt"
OUTSIDE = "outside"

CODES = {REVERSE_CHARGE: "VATEX-EU-AE", FRANCHISE: "VATEX-FR-FRANCHISE", UNREGISTERED: "VATEX-EU-O", OUTSIDE: "VATEX-EU-O"}


def code(reason: str) -> str:
    """The VATEX code, empty where the list has none."""
    return CODES.get(reason, "")


def sentence(reason: str, country: str) -> str:
    """What the paper says, in the language in force; words that a law of the seller's ``country`` fixes stay in its language."""
    if reason == REVERSE_CHARGE:
        # Directive 2006/112/EC, article 226 (11a); CGI, article 283-2.
        return "Autoliquidation" if country == "FR" else _("Reverse charge: the buyer accounts for the VAT.")
    sentences = {
        # CGI, article 293 E.
        FRANCHISE: "TVA non applicable, art. 293 B du CGI",
        UNREGISTERED: _("The seller is not registered for VAT."),
        EXEMPT: _("Exempt from VAT."),
        OUTSIDE: _("Not subject to VAT."),
    }
    return sentences.get(reason, reason)
