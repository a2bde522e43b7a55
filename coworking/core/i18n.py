"""Languages: which one a request or a mail speaks, and how dates, times, lengths and money read in it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, get_currency_precision
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, force_locale, get_locale, get_translations, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from .money import Money
from .texts import Texts

LANGUAGES = (("en", "English"), ("fr", "Français"), ("nb", "Norsk"))
CODES = tuple(code for code, _name in LANGUAGES)
CHOICE_COOKIE = "lang"

# Figtree has no glyph for the narrow no-break space that CLDR uses.
_NO_BREAK = str.maketrans({"\u202f": "\u00a0"})

babel = Babel()


def init_app(app: Flask) -> None:
    """Choose the language of each request and teach templates to format."""
    babel.init_app(app, default_locale="en", default_translation_directories=str(app.config["TRANSLATIONS"]), locale_selector=select)
    babel.domain_instance = _Catalogues()
    for name, formatter in (
        ("money", money),
        ("date", short_date),
        ("day", long_day),
        ("brief_day", brief_day),
        ("clock", wall_clock),
        ("moment", moment),
        ("minutes", length),
        ("words", words),
    ):
        app.add_template_filter(formatter, name)
    app.jinja_env.globals.update(_=printed, gettext=printed, ngettext=printed_count)


class _Catalogues(Domain):
    """Our catalogues, for texts in Python: the same short way."""

    def gettext(self, string: str, **variables: Any) -> str:
        """``string`` in the language in force."""
        text = _said(language(), string)
        return text % variables if variables else text

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """The form that goes with ``num``."""
        return _said_count(language(), singular, plural, num) % {"num": num, **variables}


def printed(text: str, /, **values: Any) -> Markup:
    """``text`` in the reader's language as templates print it, with ``values`` escaped into it.

    Jinja's own way through Flask-Babel asks for context, domain, locale and catalogue at each of a page's hundred texts.
    """
    found = _ready(language(), text) if not values else _format(language(), text)
    return found if not values else found % values


def printed_count(one: str, many: str, num: int, /, **values: Any) -> Markup:
    """The form of a text that goes with ``num``, as templates print it."""
    return _format_count(language(), one, many, num) % {"num": num, **values}


# A catalogue never changes while the process lives, so what it says can be kept.
@lru_cache(maxsize=8192)
def _said(_language: str, text: str) -> str:
    return str(get_translations().ugettext(text))


@lru_cache(maxsize=8192)
def _said_count(_language: str, one: str, many: str, num: int) -> str:
    return str(get_translations().ungettext(one, many, num))


@lru_cache(maxsize=8192)
def _format(code: str, text: str) -> Markup:
    return Markup(_said(code, text))  # noqa: S704 - our own catalogues, as Jinja's newstyle gettext trusts them


@lru_cache(maxsize=8192)
def _ready(code: str, text: str) -> Markup:
    # A percent sign is doubled in catalogues, with values or without.
    return _format(code, text) % {}


@lru_cache(maxsize=8192)
def _format_count(code: str, one: str, many: str, num: int) -> Markup:
    return Markup(_said_count(code, one, many, num))  # noqa: S704 - as above


def offered() -> Sequence[str]:
    """Languages that the operator of this request offers; all of ours on the host's site."""
    operator = g.get("operator")
    return operator.locales if operator is not None else CODES


def select() -> str:
    """The language of this request: by choice, then by browser, then the operator's first."""
    if not has_request_context():
        return g.operator.default_locale if g.get("operator") is not None else "en"
    codes = offered()
    chosen = request.cookies.get(CHOICE_COOKIE)
    if current_user and current_user.is_authenticated and current_user.locale:
        chosen = current_user.locale
    if chosen is not None and chosen in codes:
        return chosen
    operator = g.get("operator")
    first = operator.default_locale if operator is not None else "en"
    for wanted, _quality in request.accept_languages:
        code = {"no": "nb", "nn": "nb"}.get(wanted.split("-")[0].lower(), wanted.split("-")[0].lower())
        if code in codes:
            return code
    return first


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak ``locale`` for a block: mails and jobs speak their reader's language."""
    with force_locale(locale):
        yield


def language() -> str:
    """Code of the language in force: en, fr or nb."""
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"


def babel_locale() -> Locale:
    """The locale that formats dates and numbers."""
    return _parsed(language())


@lru_cache
def _parsed(code: str) -> Locale:
    # British dates and numbers: our English operators are in the United Kingdom.
    return Locale.parse({"en": "en_GB", "fr": "fr_FR", "nb": "nb_NO"}[code])


def money(amount: Money) -> str:
    """``3 490 kr``, ``349,00 €``, ``£12.50``: no decimals on round kroner, never broken over two lines."""
    return _money(amount, language())


# Babel reads a pattern anew for each value that it formats; pages show the same few values again and again.
@lru_cache(maxsize=4096)
def _money(amount: Money, code: str) -> str:
    locale = _parsed(code)
    places = get_currency_precision(amount.currency)
    round_sum = amount.currency == "NOK" and amount.minor % 10**places == 0
    if amount.currency == "NOK":
        pattern = "#,##0\u00a0¤" if round_sum else "#,##0.00\u00a0¤"
        text = format_currency(amount.decimal, "NOK", pattern, locale=locale, currency_digits=False).replace("NOK", "kr")
        return text.replace(" ", "\u00a0").translate(_NO_BREAK)
    return format_currency(amount.decimal, amount.currency, locale=locale).replace(" ", "\u00a0").translate(_NO_BREAK)


def short_date(day: date) -> str:
    """``25 Nov 2026`` as the reader writes it."""
    return dated(day, "medium", language())


def long_day(day: date) -> str:
    """``Tuesday 25 November``; the year only when it is not this one's neighbour."""
    # CLDR has no such skeleton for French and Norwegian, and Babel would shorten the names.
    code = language()
    return dated(day, "EEEE d. MMMM" if code == "nb" else "EEEE d MMMM", code)


@lru_cache(maxsize=8192)
def dated(day: date, pattern: str, code: str) -> str:
    """The date in a pattern of CLDR, in the language of that code."""
    return format_date(day, pattern, locale=_parsed(code)).translate(_NO_BREAK)


def brief_day(day: date) -> str:
    """``Tue 24 Nov``."""
    return _brief(day, language())


@lru_cache(maxsize=4096)
def _brief(day: date, code: str) -> str:
    # Lists of days are long, and show the same days to everybody.
    return format_skeleton("MMMEd", day, locale=_parsed(code)).replace(",", "").translate(_NO_BREAK)


def wall_clock(moment: datetime, zone: str) -> str:
    """``16:00`` on the wall of ``zone``."""
    wall = moment.astimezone(ZoneInfo(zone))
    return f"{wall.hour:02d}:{wall.minute:02d}"


def moment(at: datetime, zone: str) -> str:
    """``22 Nov 2026, 14:30`` on the wall of ``zone``, in the language in force."""
    return format_datetime(at, "medium", ZoneInfo(zone), babel_locale()).translate(_NO_BREAK)


def length(minutes: int) -> str:
    """``45 min``, ``2 h``, ``1 h 30``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min", minutes=rest)
    if not rest:
        return _("%(hours)s h", hours=hours)
    return _("%(hours)s h %(minutes)02d", hours=hours, minutes=rest)


def words(texts: Texts | None) -> str:
    """The operator's own words in the reader's language, else in the operator's."""
    if not texts:
        return ""
    operator = g.get("operator")
    return texts.in_(language(), operator.default_locale if operator is not None else "en")


__all__ = [
    "CODES",
    "LANGUAGES",
    "babel",
    "brief_day",
    "init_app",
    "language",
    "length",
    "long_day",
    "money",
    "ngettext",
    "short_date",
    "speaking",
    "wall_clock",
    "words",
]
