"""Asking, complaining and stating; and the copy of everything."""

from uuid import UUID

from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import clock, i18n
from coworking.core.db import keep, reading
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people import throttle
from coworking.privacy import requests, statements
from coworking.privacy.exporting.archive import made, pieces
from coworking.privacy.finding import Subject
from coworking.privacy.models.asking import RequestKind
from coworking.privacy.register import ENTRIES
from coworking.privacy.register.authorities import AUTHORITIES, authority_of

from .asking_forms import RequestForm, StatementForm
from .blueprint import blueprint
from .subject import channel, for_subject, layout

COPIES = throttle.Limit("privacy_copy", per_account=10, per_address=60)
ASKED = throttle.Limit("privacy_request", per_account=10, per_address=60)


@blueprint.post("/privacy/mine/copy")
@for_subject
def copy(subject: Subject) -> Response:
    """Everything, as a ZIP. Free, and as often as anybody wants within what a machine can do."""
    try:
        throttle.count(COPIES, str(subject.person_id or subject.email), request.remote_addr)
    except throttle.TooManyTries:
        flash(_("You have taken many copies within a quarter of an hour. Take the next one a little later."), "error")
        return go(url_for("privacy.mine"))
    # The count is kept first: nobody who writes should wait for the reading of ten years.
    keep()
    with reading():
        file = made(g.operator, subject)
    name = f"{g.operator.slug}-{clock.today(g.operator.zone).isoformat()}.zip"
    answer = Response(pieces(file), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/privacy/mine/request")
@for_subject
def new_request(_subject: Subject) -> Response:
    """The form for words to the operator."""
    about, kind = request.args.get("about", ""), request.args.get("kind", RequestKind.QUESTION.value)
    return page("privacy/request_form.html", layout=layout(), form=RequestForm(formdata=None, about=about if about in ENTRIES else "", kind=kind))


@blueprint.post("/privacy/mine/requests")
@for_subject
def send_request(subject: Subject) -> Response:
    """Start the clock."""
    form = RequestForm()
    if not form.validate_on_submit():
        return page("privacy/request_form.html", status=422, layout=layout(), form=form)
    try:
        throttle.count(ASKED, str(subject.person_id or subject.email), request.remote_addr)
    except throttle.TooManyTries:
        return page("privacy/request_form.html", status=429, layout=layout(), form=form, too_many=True)
    words = f"{form.about_title()}: {form.words.data}" if form.about_title() else form.words.data or ""
    asked = requests.open_request(g.operator, requests.Asker.of(subject, g.operator), RequestKind(form.kind.data), channel(), words)
    flash(
        _(
            "We have it. Your number is %(reference)s, and you get an answer by %(date)s.",
            reference=asked.reference,
            date=i18n.short_date(asked.due_on),
        ),
        "success",
    )
    return go(url_for("privacy.mine"))


@blueprint.post("/privacy/mine/requests/<uuid:request_id>/withdrawal")
@for_subject
def take_request_back(subject: Subject, request_id: UUID) -> Response:
    """The person wants no answer any more. An erasure is taken back on its own page."""
    asked = next((each for each in requests.of(subject) if each.id == request_id), None) or abort(404)
    if asked.kind == RequestKind.ERASE.value:
        return go(url_for("privacy.erasure"))
    requests.take_back(asked)
    flash(_("Request %(reference)s is taken back.", reference=asked.reference), "success")
    return go(url_for("privacy.mine"))


@blueprint.get("/privacy/mine/statements/<about>")
@requires(Permission.HAVE_ACCOUNT)
def statement(about: str) -> Response:
    """What the person wants said beside one kind of data."""
    return _statement(about, StatementForm(formdata=None))


@blueprint.post("/privacy/mine/statements/<about>")
@requires(Permission.HAVE_ACCOUNT)
def add_statement(about: str) -> Response:
    """Put words beside it."""
    if about not in ENTRIES:
        abort(404)
    form = StatementForm()
    if not form.validate_on_submit():
        return _statement(about, form, 422)
    statements.add(current_user.id, about, form.words.data or "")
    flash(_("Your statement now stands wherever we see the data, and in your copy."), "success")
    return go(url_for("privacy.statement", about=about))


@blueprint.post("/privacy/mine/statements/<about>/<uuid:statement_id>/removal")
@requires(Permission.HAVE_ACCOUNT)
def remove_statement(about: str, statement_id: UUID) -> Response:
    """Take one's words away again."""
    if not statements.remove(current_user.id, statement_id):
        abort(404)
    flash(_("The statement is removed."), "success")
    return go(url_for("privacy.statement", about=about))


@blueprint.get("/privacy/complaint")
@requires(Permission.PUBLIC)
def complaint() -> Response:
    """How to complain: to the operator, and to the authority of its country or of one's own."""
    today, country = clock.today(g.operator.zone), request.args.get("country", "").upper()
    own = authority_of(country, today) if len(country) == 2 and country.isascii() and country != g.operator.country else None
    return page("privacy/complaint.html", authority=authority_of(g.operator.country, today), own=own, chosen=country, countries=_countries())


def _countries() -> list[tuple[str, str]]:
    """The countries whose authority we know, by name."""
    names = i18n.babel_locale().territories
    return sorted(((row.country, names[row.country]) for row in AUTHORITIES if row.country in names), key=lambda each: each[1])


def _statement(key: str, form: StatementForm, status: int = 200) -> Response:
    if key not in ENTRIES:
        abort(404)
    made_before = statements.of(current_user.id).get(key, [])
    return page("privacy/statement.html", status=status, form=form, key=key, title=ENTRIES[key].title, statements=made_before)
