"""Which mails one gets: by one click from a mail, or on the page of one's mails. Nobody signs in to say no."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from coworking.core.mail_classes import MailClass, install_gate
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.core.web import csrf
from coworking.privacy import consents, mail_choices
from coworking.privacy.finding import Subject

from .blueprint import blueprint
from .subject import channel, for_subject, layout

TITLES = {
    MailClass.SERVICE: lazy_gettext("What belongs to your bookings, account and payments"),
    MailClass.LEGAL: lazy_gettext("What the law and your contract want you to know"),
    MailClass.ACTIVITY: lazy_gettext("What happens in the house"),
    MailClass.NEWS: lazy_gettext("News"),
    MailClass.MARKETING: lazy_gettext("Offers"),
}
ABOUT = {
    MailClass.SERVICE: lazy_gettext("Confirmations, invoices, links that you ask for. They come as long as you use us."),
    MailClass.LEGAL: lazy_gettext("Changes of the policy or of your plan, answers to your rights. They always come."),
    MailClass.ACTIVITY: lazy_gettext("Closed doors, works, a breakfast for members. For people who use the house, until they say no."),
    MailClass.NEWS: lazy_gettext("A letter with what is new, and events. Only if you say yes."),
    MailClass.MARKETING: lazy_gettext("Plans, rooms and prices. Only if you say yes."),
}


@blueprint.record
def _open_the_gate(state: BlueprintSetupState) -> None:
    install_gate(state.app, mail_choices.gate)  # type: ignore[arg-type] # Flask calls its own app by an older name


@blueprint.get("/privacy/mails/one-click/<token>")
@requires(Permission.PUBLIC)
def stop_mails(token: str) -> Response:
    """One button. Looking at it changes nothing, so that programs which open links in mails stop nobody's mails."""
    meant = mail_choices.meant_by(token)
    if meant is None:
        return page("privacy/mails_dead_link.html", status=404)
    return page("privacy/mails_stop.html", token=token, title=TITLES[meant[1]], stopped=False)


@blueprint.post("/privacy/mails/one-click/<token>")
@csrf.exempt
@requires(Permission.PUBLIC)
def stop_by_one_click(token: str) -> Response:
    """Stop a class at once (RFC 8058). Mail programs post here for their reader; the sealed link stands for a form's token."""
    meant = mail_choices.meant_by(token)
    if meant is None:
        return page("privacy/mails_dead_link.html", status=404)
    if request.form.get("List-Unsubscribe") != "One-Click":
        abort(400)
    email, mail_class = meant
    mail_choices.choose(email, mail_class, wanted=False, how=mail_choices.ONE_CLICK)
    return page("privacy/mails_stop.html", token=token, title=TITLES[mail_class], stopped=True)


@blueprint.get("/privacy/mails")
@for_subject
def mails(subject: Subject) -> Response:
    """All five classes, three of them with a button, and every consent with its receipt."""
    return page(
        "privacy/mails.html", layout=layout(), email=subject.email, standing=mail_choices.standing(subject.email) if subject.email else [],
        titles=TITLES, about=ABOUT, words={key: consents.words(key) for key in consents.KEYS}, given=consents.of(subject),
    )  # fmt: skip


@blueprint.post("/privacy/mails/<mail_class>/choice")
@for_subject
def choose_mails(subject: Subject, mail_class: str) -> Response:
    """Say yes or no to a class. Yes to news or offers is a consent, under the words that stood beside the button."""
    wanted, found = request.form.get("wanted"), next((each for each in MailClass if each.value == mail_class and each.can_be_stopped), None)
    if found is None or wanted not in {"yes", "no"}:
        abort(400)
    if not subject.email:
        abort(409)
    how = mail_choices.LINK if channel() == "link" else mail_choices.PROFILE
    if wanted == "yes" and found.needs_consent:
        consents.give(subject.email, found, how)
        flash(_("You get these mails from now on. A receipt is on its way to you."), "success")
    else:
        mail_choices.choose(subject.email, found, wanted == "yes", how)
        flash(_("You get these mails from now on.") if wanted == "yes" else _("These mails have stopped."), "success")
    return go(url_for("privacy.mails"))


@blueprint.post("/privacy/consents/<uuid:consent_id>/withdrawal")
@for_subject
def withdraw_consent(subject: Subject, consent_id: UUID) -> Response:
    """Take one consent back."""
    found = next((each for each in consents.of(subject) if each.id == consent_id), None)
    if found is None:
        abort(404)
    consents.withdraw(found, mail_choices.LINK if channel() == "link" else mail_choices.PROFILE)
    flash(_("Taken back. Nothing of it is sent to you any more."), "success")
    return go(url_for("privacy.mails"))
