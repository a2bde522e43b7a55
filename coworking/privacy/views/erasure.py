"""Being erased: what goes and what stays, said before; one box and one button; and the receipt, for nobody in particular."""

from flask import abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.sign_in import sign_out
from coworking.privacy.erasing import asking, doing, planning, receipts, wording
from coworking.privacy.finding import Subject

from .blueprint import blueprint
from .subject import channel, for_subject, layout


@blueprint.get("/privacy/mine/erasure")
@for_subject
def erasure(subject: Subject) -> AnyResponse:
    """What would be erased now, what stays under which law until when, and what stands in the way."""
    return _page(subject)


@blueprint.post("/privacy/mine/erasure")
@for_subject
def erase(subject: Subject) -> AnyResponse:
    """Erase, or wait for what stands in the way. Nobody is asked why."""
    if request.form.get("sure") != "yes":
        return _page(subject, status=422, unsure=True)
    asked = asking.ask(subject, channel())
    number = doing.receipt_number(asked)
    if not number:
        flash(_("We have noted it. Your data is erased by itself as soon as nothing stands in the way."), "success")
        return go(url_for("privacy.erasure"))
    sign_out()
    return go(url_for("privacy.receipt", number=number))


@blueprint.post("/privacy/mine/erasure/withdrawal")
@for_subject
def keep_after_all(subject: Subject) -> AnyResponse:
    """Take the wish back while it waits."""
    asked = asking.waiting(subject)
    if asked is not None:
        asking.withdraw(asked)
        flash(_("Nothing is erased. Your account stays as it is."), "success")
    return go(url_for("privacy.erasure"))


@blueprint.get("/privacy/receipt/<number>")
@requires(Permission.PUBLIC)
def receipt(number: str) -> AnyResponse:
    """What an erasure did, for whoever has its number. Of whom, nobody knows any more."""
    done = receipts.find(number)
    if done is not None:
        return page("privacy/receipt.html", done=done, sections=wording.sections(done))
    if number not in asking.begun():
        abort(404)
    return page("privacy/receipt.html", done=None, number=number)


def _page(subject: Subject, status: int = 200, *, unsure: bool = False) -> AnyResponse:
    planned = planning.plan(subject)
    return page(
        "privacy/erasure.html",
        status=status,
        layout=layout(),
        plan=planned,
        sections=wording.preview(planned.lines),
        asked=asking.waiting(subject),
        unsure=unsure,
    )
