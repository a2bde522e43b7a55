"""Facts in words: how long, from whom, who sees it, what changed. Whole sentences, in the reader's language.

What is machine-readable too carries its number: ``<data value="365">1 year</data>``.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from coworking.core import i18n
from coworking.core.i18n import printed as _
from coworking.core.i18n import printed_count as ngettext

from ..promises import Topic
from ..register.terms import Basis, Purpose, Reader, Source, Subject, Term

Change = dict[str, Any]

RIGHTS: dict[str, LazyString] = {
    "access": lazy_gettext("to see everything that we keep of you"),
    "portability": lazy_gettext("to get a copy to take along"),
    "correct": lazy_gettext("to have mistakes corrected"),
    "erase": lazy_gettext("to be erased"),
    "restrict": lazy_gettext("to have your data set aside"),
    "object": lazy_gettext("to object"),
    "withdraw": lazy_gettext("to take back a consent"),
    "human": lazy_gettext("that no machine alone decides about you"),
    "complain": lazy_gettext("to complain to the authority"),
}
ERASED: dict[str, LazyString] = {
    "delete": lazy_gettext("deleted"),
    "sever": lazy_gettext("only counts stay, which lead to nobody"),
    "hold": lazy_gettext("kept as long as the law says, then deleted"),
    "cut": lazy_gettext("your name is removed from it"),
    "expire": lazy_gettext("gone by itself within days"),
}
COPIED: dict[str, LazyString] = {
    "include": lazy_gettext("in your copy"),
    "redacted": lazy_gettext("in your copy, without what belongs to somebody else"),
    "withhold": lazy_gettext("named in your copy, and not copied"),
}
TRANSFERS: dict[str, LazyString] = {
    "eea": lazy_gettext("the same law protects the data there"),
    "adequacy": lazy_gettext("the European Commission found that the law there protects data as well"),
    "scc": lazy_gettext("the European Commission's standard contractual clauses bind the recipient"),
}
KINDS: dict[str, LazyString] = {
    "processor": lazy_gettext("works on our behalf, by contract and as we say"),
    "controller": lazy_gettext("answers for itself"),
}
NUMBERS: dict[str, LazyString] = {
    "answer_months": lazy_gettext("months until we must have answered you"),
    "extension_months": lazy_gettext("further months where an answer is hard"),
    "breach_hours": lazy_gettext("hours until the authority is told of an incident"),
    "consent_age": lazy_gettext("age from which somebody consents alone"),
    "notice_days": lazy_gettext("days between telling you of a change and the change"),
}
BRIEF: dict[str, LazyString] = {
    "contract": lazy_gettext("contract"),
    "law": lazy_gettext("legal duty"),
    "interest": lazy_gettext("legitimate interest"),
    "consent": lazy_gettext("consent"),
}


def said(texts: dict[str, str]) -> str:
    """A text of the facts in the language in force."""
    return texts.get(i18n.language()) or texts.get("en") or next(iter(texts.values()), "")


def term(kind: type[Term], value: str) -> str:
    """What a word of the vocabulary is called; the word itself where an old version used one that is gone."""
    return next((str(member.text) for member in kind if member.value == value), value)


def terms(kind: type[Term], values: Iterable[str]) -> str:
    """Several of them, with commas, in the order of the vocabulary."""
    wanted = set(values)
    known = [member.value for member in kind if member.value in wanted]
    return ", ".join(term(kind, value) for value in (*known, *sorted(wanted.difference(known))))


def readers(values: Iterable[str]) -> str:
    """Who sees it. That nobody of the staff does is said only where nobody at all does."""
    seen = [value for value in values if value != Reader.NOBODY.value]
    return terms(Reader, seen or [Reader.NOBODY.value])


def topic(value: str) -> str:
    """What a group of promises is called."""
    return next((str(each.text) for each in Topic if each.value == value), value)


def country(code: str) -> str:
    """The name of a country."""
    return str(i18n.babel_locale().territories.get(code, code))


def receiver(key: str, name: str) -> str:
    """What a recipient is called: its own name, or what it is for us."""
    ours = {"storage": _("The host of the software"), "mail": _("The mail server")}
    return name or ours.get(key, key)


def days(count: int) -> Markup:
    """``90 days``, ``2 years``, with the number of days for machines."""
    years, rest = divmod(count, 365)
    words = ngettext("%(num)d year", "%(num)d years", years) if years and not rest else ngettext("%(num)d day", "%(num)d days", count)
    return Markup('<data value="{}">{}</data>').format(f"P{count}D", words)


def months(count: int) -> Markup:
    """``42 months``, ``10 years``, with the number of months for machines."""
    years, rest = divmod(count, 12)
    words = ngettext("%(num)d month", "%(num)d months", count) if rest else ngettext("%(num)d year", "%(num)d years", years)
    return Markup('<data value="{}">{}</data>').format(f"P{count}M", words)


def law_time(clock: str, count: int) -> Markup:
    """How long a law wants something kept."""
    if clock == "year_end":
        return _("%(time)s after the end of the year", time=months(count))
    return _("%(time)s after its end", time=months(count))


def kept(retention: dict[str, Any], laws: dict[str, Any]) -> Markup:
    """For how long something is kept, as a part of a sentence or of a table."""
    if "law" in retention:
        row = laws[retention["law"]]
        return law_time(row["clock"], row["months"])
    count, clock = retention["days"], retention["clock"]
    if clock == "account_end":
        return _("%(time)s after your account is erased", time=days(count)) if count else _("until your account is erased")
    if clock == "ended":
        return _("%(time)s after its end", time=days(count)) if count else _("until its end")
    return _("%(time)s after it was made", time=days(count))


def changed(change: Change) -> Markup:
    """One difference between two versions as a sentence; escaped, so that it can stand in a page."""
    found = SENTENCES.get(change["what"])
    return found(change) if found is not None else Markup("{}").format(change["what"])


def _retention(time: dict[str, Any]) -> Markup:
    if "months" in time:
        return _("%(time)s (%(law)s)", time=months(time["months"]), law=said(time["law"]))
    return kept(time, {})


def _entry(change: Change) -> str:
    return said(change["title"])


def _browser(count: int | None) -> Markup:
    if count is None:
        return _("until you clear it")
    return days(count) if count else _("until you close the browser")


def _row(count: int | None) -> Markup:
    return days(count) if count is not None else _("as long as what it belongs to")


SENTENCES: dict[str, Callable[[Change], Markup]] = {
    "first": lambda _c: _("This is the first version."),
    "words": lambda _c: _("Something is said in other words. Nothing else changes."),
    "supplement": lambda _c: _("What we add in our own words reads otherwise."),
    "entry_added": lambda c: _("Now kept too: %(what)s.", what=_entry(c)),
    "entry_removed": lambda c: _("No longer kept: %(what)s.", what=_entry(c)),
    "purpose_added": lambda c: _("%(what)s: one more purpose, %(purpose)s.", what=_entry(c), purpose=term(Purpose, c["value"])),
    "purpose_removed": lambda c: _("%(what)s: one purpose less, %(purpose)s.", what=_entry(c), purpose=term(Purpose, c["value"])),
    "basis": lambda c: _(
        "%(what)s, kept %(purpose)s: on the basis of %(now)s instead of %(was)s.",
        what=_entry(c), purpose=term(Purpose, c["value"]), now=term(Basis, c["now"]), was=term(Basis, c["was"]),
    ),
    "subject_added": lambda c: _("%(what)s: now of these people too: %(who)s.", what=_entry(c), who=term(Subject, c["value"])),
    "subject_removed": lambda c: _("%(what)s: no longer of these people: %(who)s.", what=_entry(c), who=term(Subject, c["value"])),
    "source_added": lambda c: _("%(what)s: one more source, %(who)s.", what=_entry(c), who=term(Source, c["value"])),
    "source_removed": lambda c: _("%(what)s: one source less, %(who)s.", what=_entry(c), who=term(Source, c["value"])),
    "reader_added": lambda c: _("%(what)s: now seen by %(who)s too.", what=_entry(c), who=term(Reader, c["value"])),
    "reader_removed": lambda c: _("%(what)s: no longer seen by %(who)s.", what=_entry(c), who=term(Reader, c["value"])),
    "receiver_added": lambda c: _("%(what)s: now sent to %(who)s too.", what=_entry(c), who=receiver(c["value"], c["names"].get(c["value"], ""))),
    "receiver_removed": lambda c: _("%(what)s: no longer sent to %(who)s.", what=_entry(c), who=receiver(c["value"], c["names"].get(c["value"], ""))),
    "retention": lambda c: _("%(what)s: kept %(now)s instead of %(was)s.", what=_entry(c), now=_retention(c["now"]), was=_retention(c["was"])),
    "erase": lambda c: _(
        "%(what)s, when you are erased: %(now)s. Before: %(was)s.", what=_entry(c), now=ERASED.get(c["now"], c["now"]), was=ERASED.get(c["was"], c["was"])
    ),
    "export": lambda c: _("%(what)s: %(now)s. Before: %(was)s.", what=_entry(c), now=COPIED.get(c["now"], c["now"]), was=COPIED.get(c["was"], c["was"])),
    "optional": lambda c: _("%(what)s: now up to you.", what=_entry(c)) if c["now"] else _("%(what)s: no longer up to you.", what=_entry(c)),
    "recipient_added": lambda c: _("%(name)s gets data from now on, in %(country)s.", name=receiver(c["key"], c["name"]), country=country(c["country"])),
    "recipient_removed": lambda c: _("%(name)s gets no data any more.", name=receiver(c["key"], c["name"])),
    "country": lambda c: _(
        "%(name)s: data is in %(now)s instead of %(was)s.", name=receiver(c["key"], c["name"]), now=country(c["now"]), was=country(c["was"])
    ),
    "transfer": lambda c: _(
        "%(name)s: %(now)s. Before: %(was)s.",
        name=receiver(c["key"], c["name"]), now=TRANSFERS.get(c["now"], c["now"]), was=TRANSFERS.get(c["was"], c["was"]),
    ),
    "kind": lambda c: _(
        "%(name)s: %(now)s. Before: %(was)s.", name=receiver(c["key"], c["name"]), now=KINDS.get(c["now"], c["now"]), was=KINDS.get(c["was"], c["was"])
    ),
    "field_added": lambda c: _("%(name)s is now sent this too: %(field)s.", name=receiver(c["key"], c["name"]), field=c["value"]),
    "cookie_added": lambda c: _("Your browser now keeps this too: %(name)s.", name=c["name"]),
    "cookie_removed": lambda c: _("Your browser no longer keeps %(name)s.", name=c["name"]),
    "cookie_days": lambda c: _("%(name)s in your browser: %(now)s instead of %(was)s.", name=c["name"], now=_browser(c["now"]), was=_browser(c["was"])),
    "store_added": lambda c: _("Data now lies here too: %(name)s.", name=said(c["title"])),
    "store_days": lambda c: _("%(name)s: %(now)s instead of %(was)s.", name=said(c["title"]), now=_row(c["now"]), was=_row(c["was"])),
    "law": lambda c: _("%(law)s: %(now)s instead of %(was)s.", law=said(c["name"]), now=months(c["now"]), was=months(c["was"])),
    "right_added": lambda c: _("One more right: %(right)s.", right=RIGHTS.get(c["value"], c["value"])),
    "right_removed": lambda c: _("One right less: %(right)s.", right=RIGHTS.get(c["value"], c["value"])),
    "promise_added": lambda c: _("One more promise: %(what)s", what=_entry(c)),
    "promise_removed": lambda c: _("No longer promised: %(what)s", what=_entry(c)),
    "rule": lambda c: _("%(what)s: %(now)d instead of %(was)d.", what=NUMBERS.get(c["value"], c["value"]), now=c["now"], was=c["was"]),
    "controller": lambda c: _("Who answers for your data, and how to reach them: %(now)s. Before: %(was)s.", now=c["now"], was=c["was"]),
    "authority": lambda c: _("The authority is %(now)s instead of %(was)s.", now=c["now"], was=c["was"]),
    "age": lambda c: _("The youngest who may have an account are %(now)d instead of %(was)d.", now=c["now"], was=c["was"]),
}  # fmt: skip
