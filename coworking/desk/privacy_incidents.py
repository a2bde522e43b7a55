"""Reports of problems and incidents: looked at, judged, told of, closed."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, current_app, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.core.texts import Texts
from coworking.people.addresses import find_person, normal_address
from coworking.people.models import Person
from coworking.privacy.erasing import asking
from coworking.privacy.incidents import cases, reporting, telling
from coworking.privacy.incidents.affected import affected
from coworking.privacy.models import Incident, ProblemReport
from coworking.privacy.register.authorities import authority_of
from coworking.privacy.register.terms import Purpose
from coworking.spaces.models import Location

from .blueprint import blueprint
from .incident_forms import RISKS, IncidentForm, JudgingForm, TellingForm, filled, on_wall
from .looking import looked

SHOWN = 200
OUTCOMES = {
    reporting.NOTHING: lazy_gettext("Nothing was wrong"),
    reporting.MENDED: lazy_gettext("Mended"),
    reporting.INCIDENT: lazy_gettext("Became an incident"),
}
STEPS = {
    "judgement": lazy_gettext("judge the risk"),
    "authority": lazy_gettext("tell the authority"),
    "people": lazy_gettext("tell the people concerned"),
}


@blueprint.get("/privacy/incidents")
@requires(Permission.MANAGE_PRIVACY)
def privacy_incidents() -> Response:
    """Reports that wait, late ones marked, and every incident with its clock."""
    now, country = clock.now(), g.operator.country
    return page(
        "desk/privacy/incidents.html", reports=reporting.waiting(), closed_reports=reporting.looked_at(), cases=cases.latest(), outcomes=OUTCOMES,
        is_late=lambda each: reporting.is_late(each, now), due=lambda each: cases.due_at(each, country),
        overdue=lambda each: now > cases.due_at(each, country),
    )  # fmt: skip


@blueprint.post("/privacy/reports/<uuid:report_id>/closing")
@requires(Permission.MANAGE_PRIVACY)
def close_report(report_id: UUID) -> Response:
    """Say what came of a report."""
    found, outcome = _report(report_id), request.form.get("outcome", "")
    if outcome not in {reporting.NOTHING, reporting.MENDED}:
        abort(400)
    reporting.close(found, outcome, current_user.id)
    flash(_("Report %(reference)s is closed.", reference=found.reference))
    return go(url_for("desk.privacy_incidents"))


@blueprint.post("/privacy/reports/<uuid:report_id>/freezing")
@requires(Permission.MANAGE_PRIVACY)
def freeze_account(report_id: UUID) -> Response:
    """Set the account of a child aside, until somebody has checked."""
    found, email = _report(report_id), normal_address(request.form.get("email", ""))
    person = find_person(email) if email else None
    if person is None or person.is_staff:
        flash(_("Nobody has an account with this address. Nothing was changed."))
        return go(url_for("desk.privacy_incidents"))
    asking.freeze(person, by=current_user)
    reporting.close(found, reporting.MENDED, current_user.id)
    flash(_("The account is set aside. Check who it belongs to under Requests."))
    return go(url_for("desk.privacy_incidents"))


@blueprint.get("/privacy/incidents/new")
@requires(Permission.MANAGE_PRIVACY)
def new_incident() -> Response:
    """The form, with what a report said filled in."""
    found = _reported(request.args.get("report", ""))
    known = on_wall(found.received_at if found else clock.now())
    form = IncidentForm(
        _places(),
        formdata=None,
        report=str(found.id) if found else "",
        aware_at=known,
        happened=found.words if found else "",
        began_at=None,
        ended_at=None,
    )
    return page("desk/privacy/incident_form.html", form=form)


@blueprint.post("/privacy/incidents")
@requires(Permission.MANAGE_PRIVACY)
def add_incident() -> Response:
    """Open an incident, out of a report or not."""
    form = IncidentForm(_places())
    if not form.validate_on_submit():
        return page("desk/privacy/incident_form.html", status=422, form=form)
    made = cases.open_incident(form.title.data or "", form.aware_at.moment or clock.now(), current_user.id)
    _fill(made, form)
    if (found := _reported(form.report.data or "")) is not None:
        reporting.close(found, reporting.INCIDENT, current_user.id, made.id)
    flash(_("Incident %(number)s is open. Next: judge the risk.", number=made.number))
    return go(url_for("desk.incident", incident_id=made.id))


@blueprint.get("/privacy/incidents/<uuid:incident_id>")
@requires(Permission.MANAGE_PRIVACY)
def incident(incident_id: UUID) -> Response:
    """Everything about one incident: its clock, whom it concerns, the letters."""
    return _page(_incident(incident_id))


@blueprint.post("/privacy/incidents/<uuid:incident_id>")
@requires(Permission.MANAGE_PRIVACY)
def save_incident(incident_id: UUID) -> Response:
    """Keep what is known by now."""
    found, form = _incident(incident_id), IncidentForm(_places())
    if not form.validate_on_submit():
        return _page(found, 422, form=form)
    _fill(found, form)
    flash(_("Saved."))
    return _back(found)


@blueprint.post("/privacy/incidents/<uuid:incident_id>/judgement")
@requires(Permission.MANAGE_PRIVACY)
def judge_incident(incident_id: UUID) -> Response:
    """Say how bad it is, and why."""
    found, form = _incident(incident_id), JudgingForm()
    if not form.validate_on_submit():
        return _page(found, 422, judging=form)
    cases.judge(found, form.risk.data, form.why.data or "")
    flash(_("The judgement is saved."))
    return _back(found)


@blueprint.post("/privacy/incidents/<uuid:incident_id>/authority")
@requires(Permission.MANAGE_PRIVACY)
def authority_told(incident_id: UUID) -> Response:
    """Note that the authority was told, with the reason where it was late."""
    found, form = _incident(incident_id), TellingForm()
    if not form.validate_on_submit():
        return _page(found, 422, telling=form)
    try:
        cases.told_authority(found, form.told_at.moment or clock.now(), g.operator.country, form.late_because.data or "")
    except cases.NeedsReason:
        form.late_because.errors = [_("Write why it was not within 72 hours")]
        return _page(found, 422, telling=form)
    flash(_("Noted."))
    return _back(found)


@blueprint.post("/privacy/incidents/<uuid:incident_id>/host")
@requires(Permission.MANAGE_PRIVACY)
def host_told(incident_id: UUID) -> Response:
    """Note that the host was told."""
    found = _incident(incident_id)
    cases.told_host(found)
    return _back(found)


@blueprint.post("/privacy/incidents/<uuid:incident_id>/letters")
@requires(Permission.MANAGE_PRIVACY)
def tell_people(incident_id: UUID) -> Response:
    """Write to everybody concerned who was not written to yet."""
    found = _incident(incident_id)
    if not found.risk:
        return _page(found, 422, refused=_("Judge the risk first."))
    telling.send(found)
    flash(_("The letters are on their way."))
    return _back(found)


@blueprint.post("/privacy/incidents/<uuid:incident_id>/closing")
@requires(Permission.MANAGE_PRIVACY)
def close_incident(incident_id: UUID) -> Response:
    """End it, once everything was done that it needs."""
    found = _incident(incident_id)
    try:
        cases.close(found)
    except cases.NotJudged:
        return _page(found, 422, refused=_("Something still has to be done first: see below."))
    return _back(found)


def _page(found: Incident, status: int = 200, **given: Any) -> Response:
    looked(None, Purpose.SECURITY)
    concerned, now = affected(found), clock.now()
    due = cases.due_at(found, g.operator.country)
    language = request.args.get("language", i18n.language())
    language = language if language in i18n.CODES else "en"
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(sorted(concerned.people)[:SHOWN])).order_by(Person.name)).all()
    shown: dict[str, Any] = {
        "form": filled(found, _places()), "judging": JudgingForm(formdata=None, risk=found.risk, why=found.why), "telling": TellingForm(
            formdata=None, told_at=on_wall(now), late_because=found.late_because),
    }  # fmt: skip
    return page(
        "desk/privacy/incident.html", status=status, incident=found, due=due, overdue=now > due and found.authority_told_at is None and found.risk != cases.NO_RISK,
        people=people, addresses=sorted(concerned.addresses)[:SHOWN], count=len(concerned.everybody), told=telling.told_count(found), risks=RISKS,
        steps=STEPS, missing=cases.missing(found), drafts=drafts(found, language, len(concerned.everybody)), language=language,
        spoken=i18n.LANGUAGES, authority=authority_of(g.operator.country), **{**shown, **given},
    )  # fmt: skip


def drafts(found: Incident, language: str, count: int) -> list[tuple[str, str, str]]:
    """Key, heading and text of each letter in one language."""
    with i18n.speaking(language):
        said = telling.letter(found, language)
        facts = {
            "incident": found, "letter": said, "operator": g.operator, "count": count, "authority": authority_of(g.operator.country),
            "due": cases.due_at(found, g.operator.country), "risk": RISKS[found.risk], "locale": language,
        }  # fmt: skip

        def text(template: str) -> str:
            return current_app.jinja_env.get_template(template).render(facts).strip()

        return [
            ("authority", _("To the authority"), text("desk/privacy/incidents/draft_authority.txt")),
            ("people", _("To the people concerned"), text("emails/privacy/incident.txt")),
            ("host", _("To the host"), text("desk/privacy/incidents/draft_host.txt")),
        ]


def _fill(found: Incident, form: IncidentForm) -> None:
    found.title, found.happened = form.title.data or "", form.happened.data or ""
    found.aware_at = form.aware_at.moment or found.aware_at
    found.keys = list(form.keys.data or [])
    found.location_id = UUID(form.location.data) if form.location.data else None
    found.began_at, found.ended_at = form.began_at.moment, form.ended_at.moment
    found.consequences, found.measures = form.consequences.data or "", form.measures.data or ""
    found.words = Texts({code: form[f"words_{code}"].data for code in i18n.CODES if form[f"words_{code}"].data})
    db.session.flush()


def _places() -> list[Location]:
    return list(db.session.scalars(sa.select(Location).order_by(Location.name)))


def _incident(incident_id: UUID) -> Incident:
    return db.session.get(Incident, incident_id) or abort(404)


def _report(report_id: UUID) -> ProblemReport:
    return db.session.get(ProblemReport, report_id) or abort(404)


def _reported(text: str) -> ProblemReport | None:
    try:
        return db.session.get(ProblemReport, UUID(text))
    except ValueError:
        return None


def _back(found: Incident) -> Response:
    return go(url_for("desk.incident", incident_id=found.id))
