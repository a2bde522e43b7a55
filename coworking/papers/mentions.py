"""Sentences that a law wants on a paper because of who sells to whom. Those of a tax come with the tax itself."""

from flask_babel import gettext as _

from .paper import Paper


def late_terms(paper: Paper) -> tuple[str, str, str]:
    """France, Code de commerce, L441-9, L441-10 and D441-5: costs of recovery, late penalties, discount. French: it is law's wording."""
    return (
        "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 €.",
        paper.late_interest or "Pénalités de retard : taux de la BCE majoré de 10 points de pourcentage, exigibles sans rappel.",
        "Pas d’escompte pour paiement anticipé.",
    )


def of(paper: Paper) -> list[str]:
    """All sentences that belong at the foot of the paper, in the reader's language where the law leaves the choice."""
    rules = {"FR": _france, "GB": _united_kingdom}
    return rules.get(paper.seller.country, _elsewhere)(paper)


def _france(paper: Paper) -> list[str]:
    # CGI, annexe II, art. 242 nonies A: kind of operation, option for the debits, and since 2022 both SIREN.
    said = [_("Kind of operation: services (prestation de services).")]
    if paper.vat_on_debits:
        said.append("Option pour le paiement de la taxe d’après les débits.")
    if _reverse_charged(paper) and not any("autoliquidation" in tax.reason.lower() for tax in paper.taxes):
        said.append("Autoliquidation.")
    if paper.buyer.is_business and not paper.is_credit:
        said += late_terms(paper)
    return said


def _united_kingdom(paper: Paper) -> list[str]:
    # VAT Regulations 1995, reg. 14(1)(l): the rate of any cash discount offered.
    return [] if paper.is_credit else [_("No discount is offered for early payment."), *_elsewhere(paper)]


def _elsewhere(paper: Paper) -> list[str]:
    return [paper.late_interest] if paper.late_interest and not paper.is_credit else []


def _reverse_charged(paper: Paper) -> bool:
    return any(tax.category == "AE" for tax in paper.taxes)
