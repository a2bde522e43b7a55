"""How figures, days and company numbers read on paper. Speaks the language in force (``core.i18n.speaking``)."""

from datetime import date
from decimal import Decimal
from math import ceil

from babel.dates import format_interval
from babel.numbers import format_currency, format_decimal, get_currency_precision
from flask_babel import gettext as _
from flask_babel import ngettext

from coworking.core.i18n import babel_locale, short_date
from coworking.core.money import Money

from .identifiers import grouped, registered, siret, vat
from .paper import DAY, HOUR, MONTH, Party

_MINUS = "\u2212"


def figure(money: Money) -> str:
    """An amount without its currency, always with the currency's decimals: ``13 960,00``."""
    places = get_currency_precision(money.currency)
    text = format_decimal(money.decimal, format="#,##0." + "0" * places if places else "#,##0", locale=babel_locale())
    return text.replace("-", _MINUS)


def amount(money: Money) -> str:
    """An amount with its currency: ``13 960,00 kr``, ``349,00 €``, ``£12.50``."""
    if money.currency == "NOK":
        return f"{figure(money)}\u00a0kr"
    return format_currency(money.decimal, money.currency, locale=babel_locale()).replace(" ", "\u00a0").replace("-", _MINUS)


def percent(basis_points: int) -> str:
    """A rate: ``25 %``, ``5.5%``."""
    number = format_decimal(Decimal(basis_points) / 100, locale=babel_locale())
    return f"{number}%" if babel_locale().language == "en" else f"{number}\u00a0%"


def quantity(number: Decimal, unit: str) -> str:
    """How many of what: ``3,5 t``, ``4 months``, ``8``."""
    # Four decimals at most: what the electronic invoice carries too.
    shown = format_decimal(number, format="#,##0.####", locale=babel_locale())
    if unit == HOUR:
        return _("%(number)s h", number=shown)
    if unit == DAY:
        return ngettext("%(number)s day", "%(number)s days", ceil(abs(number)), number=shown)
    if unit == MONTH:
        return ngettext("%(number)s month", "%(number)s months", ceil(abs(number)), number=shown)
    return str(shown)


def span(starts_on: date, ends_on: date) -> str:
    """Two days that are both inside: ``1–30 Nov 2026``; one day when they are the same."""
    if starts_on == ends_on:
        return short_date(starts_on)
    return str(format_interval(starts_on, ends_on, "yMMMd", locale=babel_locale()))


def country(code: str) -> str:
    """Name of a country in the language in force."""
    return babel_locale().territories.get(code, code)


def account(iban: str) -> str:
    """An IBAN in groups of four, as banks print it."""
    compact = iban.replace(" ", "")
    return "\u00a0".join(compact[place : place + 4] for place in range(0, len(compact), 4))


def numbers(party: Party) -> list[str]:
    """Register and VAT numbers under the names that each country's law gives them."""
    rules = {"NO": _norwegian, "FR": _french, "GB": _british}
    return [text for text in rules.get(party.country, _other)(party) if text]


def _norwegian(party: Party) -> list[str]:
    # Bokføringsforskriften § 5-1-2: the number of the register, with MVA behind it when registered for VAT.
    number = grouped(registered(party)[0])
    suffix = "\u00a0MVA" if party.vat_number else ""
    return [f"Org.nr {number}{suffix}" if number else ""]


def _french(party: Party) -> list[str]:
    workplace = siret(party)
    company = f"SIRET {grouped(workplace)}" if workplace else f"SIREN {grouped(registered(party)[0])}" if party.org_number else ""
    return [company, f"N° TVA {vat(party)}" if party.vat_number else ""]


def _british(party: Party) -> list[str]:
    return [f"Company no. {party.org_number}" if party.org_number else "", f"VAT no. {vat(party)}" if party.vat_number else ""]


def _other(party: Party) -> list[str]:
    return [
        _("Registration number %(number)s", number=party.org_number) if party.org_number else "",
        _("VAT number %(number)s", number=vat(party)) if party.vat_number else "",
    ]
