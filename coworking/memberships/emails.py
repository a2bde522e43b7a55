"""Mails about plans. Each is the durable medium of what it says: all facts are in it, none only behind a link."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from coworking.billing.models import Account
from coworking.core import clock, i18n, mail
from coworking.core.db import db
from coworking.core.links import absolute_url, operator_in_force
from coworking.core.money import Money
from coworking.people.models import LinkWish, Person

from . import history, saying, words
from .models import Order, PlanVersion, Subscription, SubscriptionEvent, VersionNotice
from .periods import list_price

PLACE = "emails/memberships/"


@dataclass(slots=True)
class Letter:
    """What a mail says: its rows, and the values that its sentences name."""

    rows: words.Rows = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


def happened(event: SubscriptionEvent, template: str) -> None:
    """Mail the holder of the subscription what happened."""
    subscription = db.session.get_one(Subscription, event.subscription_id)
    to, locale, who = _reader(subscription)
    if not to:
        return
    with i18n.speaking(locale):
        letter = LETTERS.get(template, _summary)(subscription, event)
    values: dict[str, Any] = {
        "plan": subscription.version.name.in_(locale, operator_in_force().default_locale),
        "who": who,
        "url": absolute_url("memberships.plan"),
    }
    mail.post(to=to, template=PLACE + template, locale=locale, rows=letter.rows, **(values | letter.values))


def _reader(subscription: Subscription) -> tuple[str, str, str]:
    """Address, language and name of whoever has the plan."""
    first: str = operator_in_force().default_locale
    if subscription.person_id is not None:
        person = db.session.get_one(Person, subscription.person_id)
        return person.email, person.locale or first, person.name
    account = subscription.account
    return account.email, account.locale or first, account.name


def leave_link(person: Person, token: str) -> None:
    """The link with which somebody ends a contract without signing in."""
    locale = person.locale or operator_in_force().default_locale
    with i18n.speaking(locale):
        day = i18n.short_date(history.today())
    mail.post(to=person.email, template=PLACE + "leave_link", locale=locale, day=day, url=absolute_url("memberships.leave_by_link", token=token))


def leave_request(wish: LinkWish, name: str, contract: str) -> None:
    """Tell the operator of somebody who asks to end a contract under an address that we don't know."""
    operator = operator_in_force()
    with i18n.speaking(operator.default_locale):
        rows = [(_("Name"), name or "–"), (_("E-mail"), wish.email), (_("Contract"), contract or "–"), (_("Asked on"), _moment(wish.created_at))]
    mail.post(
        to=operator.email, template=PLACE + "leave_request", locale=operator.default_locale, who=name or wish.email, rows=rows, reply_to=wish.email
    )


def ordered(order: Order) -> None:
    """Confirm a pass that was bought, or tell that a paid order waits for staff."""
    person, version = db.session.get_one(Person, order.person_id), db.session.get_one(PlanVersion, order.version_id)
    account = db.session.get_one(Account, order.account_id)
    first = operator_in_force().default_locale
    locale = person.locale or first
    with i18n.speaking(locale):
        rows = [
            (_("What"), words.plan_name(version)),
            (_("From"), i18n.short_date(order.starts_on)),
            (_("Price"), i18n.money(Money(order.amount, order.currency))),
        ]
        rows += [(_("It includes"), line) for line in saying.contents(version)[:1]]
    url = absolute_url("memberships.order_page", order_id=order.id)
    template = "ordered" if not order.trouble else "order_stuck"
    mail.post(to=person.email, template=PLACE + template, locale=locale, rows=rows, plan=version.name.in_(locale, first), url=url)
    if order.trouble:
        rows = [(person.name, person.email), (account.name, account.email)]
        desk = absolute_url("desk.person", person_id=person.id)
        mail.post(
            to=operator_in_force().email, template=PLACE + "order_stuck_staff", locale=first, rows=rows, plan=version.name.in_(first), who=person.name, url=desk,
        )  # fmt: skip


def pass_withdrawn(order: Order, back: int, kept: int, at: datetime) -> None:
    """Acknowledge the withdrawal from a pass, with its date and time."""
    person, version = db.session.get_one(Person, order.person_id), db.session.get_one(PlanVersion, order.version_id)
    account, operator = db.session.get_one(Account, order.account_id), operator_in_force()
    locale = person.locale or operator.default_locale
    with i18n.speaking(locale):
        rows = [(_("What"), words.plan_name(version)), (_("Agreed on"), _moment(order.done_at or order.created_at)), (_("Withdrawn on"), _moment(at))]
        for label, minor in ((_("Given back"), back), (_("Paid for what is used"), kept)):
            rows += [(label, words.money_for(version, Money(minor, order.currency), account, order.starts_on))] if minor else []
        told: dict[str, Any] = {"told_day": i18n.short_date(clock.wall_day(at, operator.zone)), "told_time": i18n.wall_clock(at, operator.zone)}
    mail.post(
        to=person.email, template=PLACE + "withdrawn", locale=locale, rows=rows, who=person.name,
        plan=version.name.in_(locale, operator.default_locale), url=absolute_url("memberships.order_page", order_id=order.id), **told,
    )  # fmt: skip


def _moment(moment: datetime) -> str:
    zone = operator_in_force().zone
    return _("%(day)s at %(time)s", day=i18n.short_date(clock.wall_day(moment, zone)), time=i18n.wall_clock(moment, zone))


def _day(event: SubscriptionEvent, key: str) -> str:
    return i18n.short_date(date.fromisoformat(event.facts[key]))


def _sum(subscription: Subscription, event: SubscriptionEvent, key: str) -> str:
    amount = Money(abs(event.facts[key]), event.facts["currency"])
    return words.money_for(subscription.version, amount, subscription.account, subscription.period_start)


def _summary(subscription: Subscription, _event: SubscriptionEvent) -> Letter:
    return Letter(words.summary(subscription))


def _subscribed(subscription: Subscription, _event: SubscriptionEvent) -> Letter:
    right = words.right_to_withdraw(subscription, history.today())
    return Letter(words.contract(subscription), {"right": right, "begin_at_once": subscription.begin_at_once})


def _renews(subscription: Subscription, event: SubscriptionEvent) -> Letter:
    renews_on = date.fromisoformat(event.facts["renews_on"])
    notice_by = max(history.today(), renews_on - timedelta(days=max(1, subscription.version.notice_days)))
    days = {"day": i18n.short_date(renews_on), "last_day": i18n.short_date(renews_on - words.ONE_DAY), "notice_by": i18n.short_date(notice_by)}
    return Letter(words.summary(subscription), days | {"price": words.next_price(subscription)})


def _paused(subscription: Subscription, event: SubscriptionEvent) -> Letter:
    until = event.facts["until"]
    rows = [(_("Paused from"), _day(event, "since")), (_("Goes on"), _day(event, "until") if until else _("When you tell us"))]
    if event.facts["amount"]:
        rows.append((_("Given back"), _sum(subscription, event, "amount")))
    return Letter(rows, {"since": _day(event, "since")})


def _goes_on(subscription: Subscription, event: SubscriptionEvent) -> Letter:
    rows = [(_("Goes on"), _day(event, "since"))]
    if event.facts["amount"]:
        rows.append((_("Charged to the next renewal"), _sum(subscription, event, "amount")))
    return Letter(rows, {"since": _day(event, "since")})


def _changed(subscription: Subscription, event: SubscriptionEvent) -> Letter:
    before, after = (db.session.get_one(PlanVersion, UUID(event.facts[key])) for key in ("from", "to"))
    rows = [(_("Before"), words.plan_name(before)), (_("Now"), words.plan_name(after)), (_("From"), _day(event, "since"))]
    if event.facts["seats"] > 1:
        rows.append((_("People"), str(event.facts["seats"])))
    rows += [
        (label, _sum(subscription, event, key))
        for label, key in ((_("Given back for unused days"), "back"), (_("Charged to the next renewal"), "due"))
        if event.facts[key]
    ]
    rows.append((_("Price from the next renewal"), _sum(subscription, event, "price")))
    return Letter(rows, {"since": _day(event, "since"), "plan": words.plan_name(after)})


def _leaving(subscription: Subscription, event: SubscriptionEvent) -> Letter:
    facts = event.facts
    last_day = i18n.short_date(date.fromisoformat(facts["ends_on"]) - words.ONE_DAY)
    rows = [(_("Plan"), words.plan_name(subscription.version)), (_("Last day"), last_day)]
    for number, (start, end, amount) in enumerate(facts.get("bills", []), 1):
        span = _(
            "%(start)s to %(end)s", start=i18n.short_date(date.fromisoformat(start)), end=i18n.short_date(date.fromisoformat(end) - words.ONE_DAY)
        )
        said = words.money_for(subscription.version, Money(amount, facts["currency"]), subscription.account, date.fromisoformat(start))
        rows.append(
            (_("Last invoice") if number == len(facts["bills"]) else _("Invoice before"), _("%(amount)s for %(days)s", amount=said, days=span))
        )
    if facts.get("credit"):
        rows.append((_("Given back"), _sum(subscription, event, "credit")))
    if facts.get("deposit"):
        rows.append((_("Deposit"), _("%(amount)s is given back", amount=i18n.money(Money(facts["deposit"], facts["currency"])))))
    zone = operator_in_force().zone
    told = {"told_day": i18n.short_date(clock.wall_day(event.at, zone)), "told_time": i18n.wall_clock(event.at, zone)}
    return Letter(rows, told | {"last_day": last_day, "reason": facts.get("reason", "")})


def _withdrawn(subscription: Subscription, event: SubscriptionEvent) -> Letter:
    zone = operator_in_force().zone
    rows = [
        (_("Plan"), words.plan_name(subscription.version)),
        (_("Agreed on"), _moment(subscription.agreed_at)),
        (_("Withdrawn on"), _moment(event.at)),
    ]
    rows.append((_("Given back"), _sum(subscription, event, "back")))
    if event.facts["kept"]:
        rows.append((_("Paid for the days used"), _sum(subscription, event, "kept")))
    return Letter(rows, {"told_day": i18n.short_date(clock.wall_day(event.at, zone)), "told_time": i18n.wall_clock(event.at, zone)})


def _new_version(subscription: Subscription, event: SubscriptionEvent) -> Letter:
    version = db.session.get_one(PlanVersion, UUID(event.facts["version"]))
    seats = max(subscription.seats, version.seats)
    effective_on = date.fromisoformat(event.facts["effective_on"])
    price = words.money_for(version, list_price(version, seats), subscription.account, effective_on)
    rows = [
        (_("Price now"), words.present_price(subscription)),
        (_("Price then"), price),
        (_("It includes then"), ", ".join(saying.contents(version))),
    ]
    told = db.session.scalars(
        sa.select(VersionNotice).where(VersionNotice.subscription_id == subscription.id, VersionNotice.version_id == version.id)
    ).one()
    return Letter(rows, {"day": i18n.short_date(effective_on), "needs_consent": told.needs_consent})


LETTERS: dict[str, Callable[[Subscription, SubscriptionEvent], Letter]] = {
    "subscribed": _subscribed,
    "renews": _renews,
    "trial_ends": _renews,
    "paused": _paused,
    "goes_on": _goes_on,
    "changed": _changed,
    "leaving": _leaving,
    "ended_by_operator": _leaving,
    "ended_unpaid": _leaving,
    "withdrawn": _withdrawn,
    "new_version": _new_version,
}
