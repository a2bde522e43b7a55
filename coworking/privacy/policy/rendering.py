"""The policy as a page: drawn from the facts in one language, in pieces that a reader's filter can pick from.

What is drawn here is kept with a version and read for years: no script, no form, no address but paths of this site.
"""

import re
from collections.abc import Iterable
from typing import Any

import nh3
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from markdown_it import MarkdownIt
from markupsafe import Markup

from coworking.core import i18n
from coworking.core.pages import macros

from ..register.terms import Basis, Purpose, Source, Subject
from . import wording

Page = dict[str, Any]

SECTIONS: dict[str, LazyString] = {
    "essentials": lazy_gettext("The essentials"),
    "who": lazy_gettext("Who we are"),
    "what": lazy_gettext("What we keep, and why"),
    "why": lazy_gettext("What it may be used for"),
    "from": lazy_gettext("Where it comes from"),
    "recipients": lazy_gettext("Who else gets it"),
    "how-long": lazy_gettext("How long it stays"),
    "rights": lazy_gettext("Your rights, and how to use them"),
    "cookies": lazy_gettext("Cookies"),
    "age": lazy_gettext("Children and young people"),
    "security": lazy_gettext("How it is kept safe"),
    "promises": lazy_gettext("What we promise"),
    "changes": lazy_gettext("When this changes"),
    "words": lazy_gettext("Words used here"),
}
"""Headings by the id that they have in every language."""
GROUPS: tuple[tuple[str, LazyString, frozenset[str]], ...] = (
    ("g-account", lazy_gettext("Your account and profile"), frozenset({"person"})),
    ("g-sign-in", lazy_gettext("Signing in, and keeping it safe"), frozenset({"session", "attempt", "link", "staff", "access"})),
    ("g-bookings", lazy_gettext("Bookings"), frozenset({"booking"})),
    ("g-guests", lazy_gettext("Guests of members"), frozenset({"guest"})),
    ("g-messages", lazy_gettext("Messages to us"), frozenset({"enquiry"})),
    ("g-membership", lazy_gettext("Memberships and passes"), frozenset({"subscription", "order", "allowance"})),
    ("g-money", lazy_gettext("Invoices and payments"), frozenset({"account", "charge", "invoice", "payment", "deposit"})),
    ("g-mails", lazy_gettext("Mails, and work behind the scenes"), frozenset({"mail", "job"})),
    ("g-rights", lazy_gettext("What you ask and decide about your data"), frozenset({"request", "statement", "restriction", "objection", "consent", "notice", "hold", "problem", "erasure"})),
    ("g-more", lazy_gettext("More"), frozenset()),
)  # fmt: skip
"""Headings of the tables, with the first words of the register's keys that stand under each. The last one takes what is left."""
TAGS = {"p", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "hr", "code"}
_TAG = re.compile(r"<[^>]*>")
_markdown = MarkdownIt("commonmark", {"html": False})


def group_title(beginning: str) -> LazyString:
    """The heading under which keys that begin so stand."""
    return next(title for _name, title, prefixes in GROUPS if not prefixes or beginning in prefixes)


def page(facts: dict[str, Any], code: str) -> Page:
    """The page in one language: what stands before the tables, each table with its rows apart, and what stands after."""
    with i18n.speaking(code):
        parts = macros("privacy/policy/parts.html", **_words(facts))
        groups = [_group(parts, name, title, entries) for name, title, entries in _grouped(facts)]
        return {"open": str(parts.opening()), "groups": groups, "close": str(parts.closing())}


def pages(facts: dict[str, Any]) -> dict[str, Page]:
    """The page in each of our languages, whatever the operator offers today."""
    return {code: page(facts, code) for code in i18n.CODES}


def shown(drawn: Page, reader: str = "") -> Markup:
    """The page for a reader: all of it, or only the rows about people who are ``reader``. Nothing is drawn anew."""
    html = [drawn["open"]]
    for group in drawn["groups"]:
        rows = [row["html"] for row in group["rows"] if not reader or reader in row["about"]]
        if rows:
            html += [group["open"], *rows, group["close"]]
    return Markup("".join([*html, drawn["close"]]))  # noqa: S704 - our own templates escape


def plain(drawn: Page) -> str:
    """The words alone, without marks and idle space: whether two pages say the same."""
    return " ".join(_TAG.sub(" ", shown(drawn)).split())


def supplement(text: str) -> Markup:
    """What the operator adds, from Markdown: headings begin at the third level, and nothing but words and links comes through."""
    html = nh3.clean(
        _markdown.render(text),
        tags=TAGS | {"h1", "h2"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Markup(re.sub(r"(</?)h[12]>", r"\1h3>", html))  # noqa: S704 - cleaned above


def _grouped(facts: dict[str, Any]) -> Iterable[tuple[str, str, list[dict[str, Any]]]]:
    left = list(facts["entries"])
    for name, title, prefixes in GROUPS:
        mine = [entry for entry in left if not prefixes or entry["key"].partition(".")[0] in prefixes]
        left = [entry for entry in left if entry not in mine]
        if mine:
            yield name, str(title), mine


def _group(parts: Any, name: str, title: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    rows = [{"key": entry["key"], "about": entry["subjects"], "html": str(parts.row(entry))} for entry in entries]
    return {"open": str(parts.group_opens(name, title)), "rows": rows, "close": str(parts.group_closes())}


def _words(facts: dict[str, Any]) -> dict[str, Any]:
    """What the template sees: the facts, and the lists that follow from them."""
    uses = [use for entry in facts["entries"] for use in entry["uses"]]
    receivers = {row["key"]: row for row in facts["recipients"]}
    return {
        "facts": facts,
        "w": wording,
        "sections": {name: str(title) for name, title in SECTIONS.items()},
        "purposes": [_purpose(member, uses, facts) for member in Purpose if any(use["purpose"] == member.value for use in uses)],
        "bases": [member for member in Basis if any(use["basis"] == member.value for use in uses)],
        "sources": [(member, _titles(facts, member)) for member in Source if _titles(facts, member)],
        "receivers": receivers,
        "held": [(key, row, [wording.said(each["title"]) for each in facts["entries"] if each["retention"].get("law") == key]) for key, row in facts["laws"].items()],
        "by_key": {entry["key"]: entry for entry in facts["entries"]},
        "supplement": supplement(text) if (text := wording.said(facts["supplement"])) else "",
        "about": lambda values: wording.terms(Subject, values),
        "locale": i18n.language(),
    }  # fmt: skip


def _purpose(member: Purpose, uses: list[dict[str, Any]], facts: dict[str, Any]) -> dict[str, Any]:
    mine = [use for use in uses if use["purpose"] == member.value]
    notes = dict.fromkeys(use["balancing"] for use in mine if "balancing" in use)
    return {
        "key": member.value,
        "text": str(member.text),
        "bases": [basis for basis in Basis if any(use["basis"] == basis.value for use in mine)],
        "notes": [wording.said(facts["balancing"][note]) for note in notes],
    }


def _titles(facts: dict[str, Any], member: Source) -> list[str]:
    return [wording.said(entry["title"]) for entry in facts["entries"] if member.value in entry["source"]]
