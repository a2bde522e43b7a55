"""One subscription at the desk: change, pause, another price, end, and everything that happened."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from coworking.billing.charging import charged_for
from coworking.billing.explaining import explain
from coworking.core import clock, i18n
from coworking.core.db import db, new_id
from coworking.core.money import Money, from_decimal
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.memberships import changing, ending, history, overrides, pausing, plans, words
from coworking.memberships.changing import ChangeRefused
from coworking.memberships.models import Pause, Plan, PriceOverride, Subscription, SubscriptionEvent
from coworking.memberships.overrides import OverrideRefused
from coworking.memberships.pausing import PauseRefused
from coworking.people.models import Person
from coworking.privacy.register.terms import Purpose

from .blueprint import blueprint
from .looking import looked
from .subscription_forms import ChangeForm, EndForm, NoteForm, PauseForm, PriceForm

REFUSED = {
    "state": lazy_gettext("That can't be done now: the plan is not running"),
    "leaving": lazy_gettext("Notice is given. Take that back first."),
    "same": lazy_gettext("Nothing would change"),
    "gone": lazy_gettext("This plan can't be changed to that one"),
    "seats": lazy_gettext("The plan is not for that many people"),
    "minimum": lazy_gettext("The minimum term is not over"),
    "start": lazy_gettext("Choose a day from today to half a year ahead"),
    "length": lazy_gettext("It must go on after it begins"),
    "overlap": lazy_gettext("There is another pause in these days"),
    "end": lazy_gettext("The plan ends before that day"),
    "ended": lazy_gettext("It has ended"),
    "days": lazy_gettext("It must end after it begins"),
    "reason": lazy_gettext("Say why: whoever looks at this later will ask"),
    "past": lazy_gettext("Choose a day from today on"),
}


@blueprint.get("/subscriptions/<uuid:subscription_id>")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def subscription(subscription_id: UUID) -> Response:
    """Everything about one."""
    found = _found(subscription_id)
    if found.person_id is not None:
        looked(found.person_id, Purpose.MEMBERSHIP)
    return _page(found)


@blueprint.post("/subscriptions/<uuid:subscription_id>/changes")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def change_subscription(subscription_id: UUID) -> AnyResponse:
    """Another plan or number of seats, now or at the renewal."""
    row, form = _found(subscription_id), ChangeForm(prefix="change")
    form.offer(plans.offered())
    if not form.validate():
        return _page(row, 422, change=form)
    plan = db.session.get_one(Plan, UUID(form.plan.data))
    version = row.version if plan.id == row.version.plan_id else plan.current
    change = changing.change_now if form.when.data == "now" else changing.change_at_renewal
    return _done(
        row, lambda: change(row, version, max(form.seats.data or 1, version.seats), history.today(), staff=True, by=current_user.id), change=form
    )


@blueprint.post("/subscriptions/<uuid:subscription_id>/pauses")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def pause_subscription(subscription_id: UUID) -> AnyResponse:
    """A pause, with or without an end."""
    row, form = _found(subscription_id), PauseForm(prefix="pause")
    if not form.validate() or form.starts_on.data is None:
        return _page(row, 422, pause=form)
    start, end = form.starts_on.data, form.ends_on.data
    return _done(row, lambda: pausing.pause(row, start, end, history.today(), staff=True, by=current_user.id), pause=form)


@blueprint.post("/subscriptions/<uuid:subscription_id>/pauses/<uuid:pause_id>/end")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def resume_subscription(subscription_id: UUID, pause_id: UUID) -> AnyResponse:
    """Go on from today, or call off a pause that has not begun."""
    row, rest = _found(subscription_id), db.session.get(Pause, pause_id)
    if rest is None or rest.subscription_id != row.id:
        abort(404)
    return _done(row, lambda: pausing.resume(row, rest, max(rest.starts_on, history.today()), history.today(), by=current_user.id))


@blueprint.post("/subscriptions/<uuid:subscription_id>/prices")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def agree_price(subscription_id: UUID) -> AnyResponse:
    """Another price for periods that begin in these days."""
    row, form = _found(subscription_id), PriceForm(prefix="price")
    if not form.validate() or form.price.data is None or form.starts_on.data is None:
        return _page(row, 422, price=form)
    price, start = from_decimal(form.price.data, row.version.currency), form.starts_on.data
    return _done(row, lambda: overrides.agree(row, price, form.reason.data or "", start, form.ends_on.data, by=current_user.id), price=form)


@blueprint.post("/subscriptions/<uuid:subscription_id>/prices/<uuid:override_id>/end")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def stop_price(subscription_id: UUID, override_id: UUID) -> AnyResponse:
    """Let another price hold no longer."""
    row, other = _found(subscription_id), db.session.get(PriceOverride, override_id)
    if other is None or other.subscription_id != row.id:
        abort(404)
    return _done(row, lambda: overrides.stop(row, other, history.today(), by=current_user.id))


@blueprint.post("/subscriptions/<uuid:subscription_id>/end")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def end_subscription(subscription_id: UUID) -> AnyResponse:
    """End it for the operator; what is paid beyond that day is given back."""
    row, form = _found(subscription_id), EndForm(prefix="end")
    if not form.validate() or form.ends_on.data is None:
        return _page(row, 422, end=form)
    if form.ends_on.data < history.today():
        form.ends_on.errors = [str(REFUSED["past"])]
        return _page(row, 422, end=form)
    day = form.ends_on.data
    return _done(row, lambda: ending.end_by_operator(row, day, form.reason.data or "", history.today(), by=current_user.id), end=form)


@blueprint.post("/subscriptions/<uuid:subscription_id>/notice")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def note_notice(subscription_id: UUID) -> AnyResponse:
    """The member gave notice at the desk or by letter: it ends as if they had done it themselves."""
    row = _found(subscription_id)
    return _done(row, lambda: ending.leave(row, history.today(), by=current_user.id))


@blueprint.post("/subscriptions/<uuid:subscription_id>/notice/cancellation")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def take_back_notice(subscription_id: UUID) -> AnyResponse:
    """Let it go on."""
    row = _found(subscription_id)
    return _done(row, lambda: ending.stay(row, history.today(), by=current_user.id, staff=True))


@blueprint.post("/subscriptions/<uuid:subscription_id>/notes")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def add_note(subscription_id: UUID) -> AnyResponse:
    """A note for colleagues."""
    row, form = _found(subscription_id), NoteForm(prefix="note")
    if not form.validate():
        return _page(row, 422, note=form)
    return _done(row, lambda: history.once(row, f"note:{new_id()}", "note", current_user.id, text=form.text.data))


def _found(subscription_id: UUID) -> Subscription:
    return db.session.get(Subscription, subscription_id) or abort(404)


def _done(row: Subscription, verb: Callable[[], object], **forms: Any) -> AnyResponse:
    """Do it, and come back; a refusal says why on the page."""
    try:
        verb()
    except (ChangeRefused, PauseRefused, OverrideRefused) as refusal:
        return _page(row, 422, refused=str(REFUSED[refusal.why]), **forms)
    except ending.TooLate:
        return _page(row, 422, refused=str(REFUSED["ended"]), **forms)
    flash(_("Done, and told by mail where it matters to the member."), "success")
    return redirect(url_for("desk.subscription", subscription_id=row.id), code=303)


def _page(row: Subscription, status: int = 200, refused: str = "", **forms: Any) -> Response:
    today = history.today()
    terms = None if row.ends_on is not None or row.state == "ended" else ending.terms_of_leaving(row, today)
    change = forms.get("change") or ChangeForm(prefix="change", formdata=None, data={"plan": str(row.version.plan_id), "seats": row.seats})
    change.offer([each for each in plans.offered() if each.current.currency == row.version.currency])
    people = {
        each.id: each.name for each in db.session.scalars(select(Person).where(Person.id.in_([event.by_id for event in row.events if event.by_id])))
    }
    return page(
        "desk/subscriptions/show.html", status=status, it=row, refused=refused, words=words, name=row.account.label, plan=words.plan_name(row.version),
        rows=words.summary(row), state=words.STATES[row.state], kind=words.KINDS[row.state],
        leaving=words.leaving(terms, row.version, row.account) if terms is not None else [], today=today,
        change=change,
        pause=forms.get("pause") or PauseForm(prefix="pause", formdata=None, data={"starts_on": today}),
        price=forms.get("price") or PriceForm(prefix="price", formdata=None, data={"starts_on": row.period_end}),
        end=forms.get("end") or EndForm(prefix="end", formdata=None, data={"ends_on": terms.ends_on if terms is not None else today}),
        note=forms.get("note") or NoteForm(prefix="note", formdata=None),
        overrides=db.session.scalars(select(PriceOverride).where(PriceOverride.subscription_id == row.id).order_by(PriceOverride.given_at)).all(),
        charges=[(explain(each).title, each.money) for each in reversed(charged_for("subscription", row.id))],
        history=[_event(event, people) for event in reversed(row.events)], form_errors=bool(refused) or status == 422,
    )  # fmt: skip


def _event(event: SubscriptionEvent, people: dict[UUID, str]) -> dict[str, str]:
    text = str(words.HISTORY.get(event.what, event.what))
    facts = event.facts
    if event.what == "note":
        text = facts["text"]
    elif event.what == "override":
        text = _("Another price agreed: %(price)s, %(reason)s", price=i18n.money(Money(facts["amount"], facts["currency"])), reason=facts["reason"])
    return {"text": text, "day": i18n.short_date(clock.wall_day(event.at, g.operator.zone)), "by": people.get(event.by_id, "") if event.by_id else ""}
