"""How far the site can be used by everybody: Directive (EU) 2019/882, Annex V; in France arrêté RGAA, in Norway the Equality Act § 18."""

from flask_babel import gettext as _

from coworking.operators.models import Operator

from .document import Document, Link, Section, known

WATCH = {
    "FR": Link("DGCCRF, SignalConso", url="https://signal.conso.gouv.fr"),
    "NO": Link("Tilsynet for universell utforming av ikt (uu-tilsynet)", url="https://www.uutilsynet.no"),
}


def accessibility(operator: Operator) -> Document:
    """What was tested, how, what is known to be missing, and whom to tell."""
    company = operator.legal_name or operator.name
    watch = WATCH.get(operator.country)
    return Document(
        "accessibility", _("Accessibility"), _("Everybody should be able to book here, whatever they see, hear or hold in their hands."),
        (
            Section("aim", _("What we aim at"), (_("The Web Content Accessibility Guidelines 2.2 at level AA."),)),
            Section("tested", _("What is tested"), items=(
                _("Every page is checked by a program (axe) in every version."),
                _("Booking, moving and cancelling are done by keyboard alone."),
                _("The same works without JavaScript, and on a phone 320 points wide."),
                _("Texts and edges have enough contrast in every colour that a space can choose."),
            )),
            Section("missing", _("What we know is missing"), (
                _("Nobody from outside has audited the site yet. Photos and texts that a space adds itself may lack a description."),
            )),
            Section("tell", _("If something stands in your way"), (_("Tell us what you wanted to do. We help you at once by other means, and mend it."),),
                    facts=known((_("Company"), company), (_("E-mail"), operator.email), (_("Phone"), operator.phone)), links=(watch,) if watch else ()),
        ),
    )  # fmt: skip
