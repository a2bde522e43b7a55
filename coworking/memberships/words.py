"""A subscription in the reader's words: the same rows on pages, at the desk, and in every mail about it."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from coworking.billing.models import Account
from coworking.core import i18n
from coworking.core.money import Money

from . import quoting, saying, withdrawal
from .changing import minimum_until
from .ending import Leaving
from .models import PlanVersion, Subscription, SubscriptionState
from .periods import rate
from .renewing import next_version, upcoming

Rows = list[tuple[str, str]]
ONE_DAY = timedelta(days=1)

STATES = {
    SubscriptionState.PENDING.value: lazy_gettext("Starts later"),
    SubscriptionState.TRIAL.value: lazy_gettext("Trial"),
    SubscriptionState.ACTIVE.value: lazy_gettext("Active"),
    SubscriptionState.PAUSED.value: lazy_gettext("Paused"),
    SubscriptionState.ENDED.value: lazy_gettext("Ended"),
}
KINDS = {"pending": "sun", "trial": "acc", "active": "ok", "paused": "sun", "ended": ""}
HISTORY = {
    "subscribed": lazy_gettext("Agreed"),
    "started": lazy_gettext("Started"),
    "renewed": lazy_gettext("Renewed"),
    "reminded": lazy_gettext("Letter before the renewal"),
    "paused": lazy_gettext("Pause agreed"),
    "rested": lazy_gettext("Pause began"),
    "resumed": lazy_gettext("Went on after the pause"),
    "goes_on": lazy_gettext("End of the pause moved"),
    "changed": lazy_gettext("Change agreed"),
    "kept": lazy_gettext("Change called off"),
    "override": lazy_gettext("Another price agreed"),
    "override_over": lazy_gettext("The other price ended"),
    "noticed": lazy_gettext("Told of a new version"),
    "answered": lazy_gettext("Answered the new version"),
    "leaving": lazy_gettext("Notice given"),
    "stayed": lazy_gettext("Notice taken back"),
    "withdrawn": lazy_gettext("Withdrawn from the contract"),
    "ended": lazy_gettext("Ended"),
    "note": lazy_gettext("Note"),
}


def plan_name(version: PlanVersion) -> str:
    """What the plan is called."""
    return i18n.words(version.name)


def money_for(version: PlanVersion, amount: Money, payer: Account, day: date) -> str:
    """An agreed amount as its payer compares it: with VAT for consumers, both ways for businesses."""
    line = quoting.shown(version, amount, payer, day)
    if line.net == line.gross:
        return i18n.money(line.gross)
    if payer.is_business:
        return _("%(net)s, with VAT %(gross)s", net=i18n.money(line.net), gross=i18n.money(line.gross))
    return _("%(amount)s, VAT included", amount=i18n.money(line.gross))


def next_price(subscription: Subscription) -> str:
    """What the next period costs, and for how long."""
    version = next_version(subscription, subscription.period_end)
    amount = money_for(version, Money(upcoming(subscription), version.currency), subscription.account, subscription.period_end)
    return _("%(amount)s %(period)s", amount=amount, period=saying.period(version.months))


def present_price(subscription: Subscription) -> str:
    """What the present period costs, whole; of a trial, what it will cost."""
    if subscription.state == SubscriptionState.TRIAL.value:
        return next_price(subscription)
    price, discount = rate(subscription)
    version = subscription.version
    amount = money_for(version, price - discount, subscription.account, subscription.period_start)
    return _("%(amount)s %(period)s", amount=amount, period=saying.period(version.months))


def summary(subscription: Subscription) -> Rows:
    """Plan, price and dates in short."""
    version = subscription.version
    rows = [(_("Plan"), plan_name(version))]
    if subscription.seats > 1:
        rows.append((_("People"), str(subscription.seats)))
    if subscription.state != SubscriptionState.TRIAL.value:
        rows.append((_("Price"), present_price(subscription)))
    if subscription.ends_on is not None:
        rows.append((_("Last day"), i18n.short_date(subscription.ends_on - ONE_DAY)))
    elif subscription.state != SubscriptionState.ENDED.value:
        rows.append((_("Next renewal"), _("%(day)s, %(price)s", day=i18n.short_date(subscription.period_end), price=next_price(subscription))))
    return rows


def contract(subscription: Subscription) -> Rows:
    """Everything that was agreed: what a confirmation on a durable medium holds (directive 2011/83/EU, article 8(7))."""
    version, payer = subscription.version, subscription.account
    rows = [(_("Plan"), plan_name(version)), (_("Starts on"), i18n.short_date(subscription.started_on))]
    if subscription.seats > 1:
        rows.append((_("People"), str(subscription.seats)))
    if subscription.trial_until is not None:
        rows.append((_("Free trial until"), i18n.short_date(subscription.trial_until - ONE_DAY)))
    rows.append((_("Price of the first period") if subscription.rate_discount else _("Price"), first_price(subscription)))
    rows.append((_("Renews on"), _("%(day)s, %(price)s", day=i18n.short_date(subscription.period_end), price=next_price(subscription))))
    for label, amount in ((_("Sign-up fee, once"), version.sign_up_fee), (_("Deposit, given back at the end"), version.deposit)):
        if amount:
            money = Money(amount, version.currency)
            rows.append((label, i18n.money(money) if amount == version.deposit else money_for(version, money, payer, subscription.started_on)))
    contents = saying.contents(version)
    if contents:
        rows.append((_("It includes"), ", ".join(contents)))
    rows.append((_("How to leave"), notice(subscription)))
    return rows


def first_price(subscription: Subscription) -> str:
    """What the first charged period costs."""
    return (
        next_price(subscription) if subscription.state == SubscriptionState.TRIAL.value or not subscription.rate_days else present_price(subscription)
    )


def notice(subscription: Subscription) -> str:
    """How long one is bound."""
    version = subscription.version
    days = (
        ngettext("%(num)d day of notice, at any time", "%(num)d days of notice, at any time", version.notice_days)
        if version.notice_days
        else _("at any time, to the end of what is paid")
    )
    if version.minimum_months:
        return _("%(notice)s, not before %(day)s", notice=days, day=i18n.short_date(minimum_until(subscription)))
    return days


def leaving(terms: Leaving, version: PlanVersion, payer: Account) -> Rows:
    """What leaving means, before it is confirmed and in the mail afterwards."""
    rows = [(_("Last day"), i18n.short_date(terms.last_day))]
    for bill in terms.bills:
        text = _("%(start)s to %(end)s", start=i18n.short_date(bill.span.start), end=i18n.short_date(bill.span.end - ONE_DAY))
        label = _("Last invoice") if bill is terms.bills[-1] else _("Invoice before")
        rows.append((label, _("%(amount)s for %(days)s", amount=money_for(version, bill.amount, payer, bill.span.start), days=text)))
    if not terms.bills:
        rows.append((_("Last invoice"), _("None: everything up to the last day is charged already")))
    if terms.credit:
        rows.append((_("Given back"), money_for(version, terms.credit, payer, terms.ends_on)))
    if terms.deposit:
        rows.append((_("Deposit"), _("%(amount)s is given back", amount=i18n.money(terms.deposit))))
    return rows


def right_to_withdraw(subscription: Subscription, today: date) -> str:
    """Until when a consumer may withdraw; nothing where there is no such right."""
    if not withdrawal.is_open(subscription, today):
        return ""
    return _(
        "You can withdraw from this contract until %(day)s, without giving a reason.",
        day=i18n.short_date(withdrawal.last_day(subscription.agreed_at)),
    )
