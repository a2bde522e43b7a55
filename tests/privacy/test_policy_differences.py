"""What changed between two versions: found in the data, said in words, and judged."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from coworking.core import i18n
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.privacy.policy import rendering, wording
from coworking.privacy.policy.choices import Choices
from coworking.privacy.policy.differences import differences, is_material
from coworking.privacy.policy.facts import canonical, digest, facts
from tests.cast import MONDAY, House

Facts = dict[str, Any]
PHOTO, BOOKING = "person.photo", "booking.time"


@pytest.fixture
def said(inside: House) -> Facts:
    """What the policy of the Bergen house states, with Stripe in use."""
    data = facts(db.session.get_one(Operator, inside.operator.id), MONDAY.date(), Choices())
    data["recipients"].append(
        {"key": "stripe", "name": "Stripe", "kind": "processor", "for": {}, "country": "IE", "transfer": "eea", "fields": ["name"], "url": ""}
    )
    data["promises"] = [{"key": "a1", "topic": "rights", "text": {"en": "You can take a copy."}, "ids": ["W2G-59"]}]
    return data


def entry(data: Facts, key: str) -> Facts:
    """One entry of the facts."""
    return next(each for each in data["entries"] if each["key"] == key)


def put(path: str, value: Any) -> Callable[[Facts], None]:
    """Set something: ``person.photo|optional`` in an entry, ``stripe|country`` of a recipient, ``rules|answer_months`` elsewhere."""

    def change(data: Facts) -> None:
        *way, last = path.split("|")
        found: Any = data
        for step in way:
            rows = [*data["entries"], *data["recipients"]]
            found = next((row for row in rows if row["key"] == step), None) if found is data and step not in data else found[step]
        found[last] = value

    return change


def new_entry(data: Facts) -> None:
    """Something more is kept."""
    data["entries"].append({**copy.deepcopy(entry(data, PHOTO)), "key": "person.shoe", "title": {"en": "Shoe size"}})


def without(name: str, key: str) -> Callable[[Facts], None]:
    """Drop a row."""

    def change(data: Facts) -> None:
        data[name] = [row for row in data[name] if row != key and not (isinstance(row, dict) and key in (row.get("key"), row.get("name")))]

    return change


def cookie(days: int | None) -> Callable[[Facts], None]:
    """How long ``lang`` stays in the browser."""

    def change(data: Facts) -> None:
        next(row for row in data["cookies"] if row["name"] == "lang")["days"] = days

    return change


CASES: list[tuple[Callable[[Facts], None], list[tuple[str, bool]], str]] = [
    (new_entry, [("entry_added", True)], "Now kept too: Shoe size."),
    (without("entries", PHOTO), [("entry_removed", False)], "No longer kept: Photo of you."),
    (put(f"{BOOKING}|retention", {"clock": "ended", "days": 730}), [("retention", True)], "What was booked and when: kept 2 years after its end instead of 1 year after its end."),
    (put(f"{BOOKING}|retention", {"clock": "ended", "days": 90}), [("retention", False)], "What was booked and when: kept 90 days after its end instead of 1 year after its end."),
    (put(f"{BOOKING}|retention", {"clock": "created", "days": 30}), [("retention", True)], "kept 30 days after it was made instead of 1 year after its end."),
    (put(f"{BOOKING}|retention", {"law": "accounting"}), [("retention", True)], "kept 5 years (Norwegian Bookkeeping Act (bokføringsloven) § 13) instead of 1 year after its end."),
    (put(f"{BOOKING}|uses", [{"purpose": "booking", "basis": "contract"}, {"purpose": "news", "basis": "consent"}]), [("purpose_added", True)], "What was booked and when: one more purpose, to send you news, if you asked for it."),
    (put(f"{BOOKING}|uses", [{"purpose": "booking", "basis": "interest"}]), [("basis", True)], "on the basis of our legitimate interest (Art. 6(1)(f)) instead of our contract with you (Art. 6(1)(b))."),
    (put(f"{PHOTO}|subjects", ["member", "staff", "guest"]), [("subject_added", True)], "Photo of you: now of these people too: Guest of a member."),
    (put(f"{PHOTO}|subjects", ["member"]), [("subject_removed", False)], "Photo of you: no longer of these people: Staff."),
    (put(f"{PHOTO}|source", ["subject", "third_party"]), [("source_added", True)], "Photo of you: one more source, the bank or the payment provider."),
    (put(f"{PHOTO}|readers", ["self", "members"]), [("reader_added", True), ("reader_removed", False), ("reader_removed", False), ("reader_removed", False)], "Photo of you: now seen by other members too."),
    (put(f"{BOOKING}|recipients", ["storage", "stripe"]), [("receiver_added", True)], "What was booked and when: now sent to Stripe too."),
    (put(f"{PHOTO}|optional", False), [("optional", True)], "Photo of you: no longer up to you."),
    (put(f"{PHOTO}|erase", "hold"), [("erase", True)], "Photo of you, when you are erased: kept as long as the law says, then deleted. Before: deleted."),
    (put(f"{BOOKING}|erase", "delete"), [("erase", False)], "when you are erased: deleted."),
    (put(f"{PHOTO}|export", "withhold"), [("export", True)], "Photo of you: named in your copy, and not copied. Before: in your copy."),
    (put("stripe|country", "US"), [("country", True)], "Stripe: data is in United States instead of Ireland."),
    (put("stripe|transfer", "scc"), [("transfer", True)], "standard contractual clauses bind the recipient. Before: the same law protects the data there."),
    (put("stripe|kind", "controller"), [("kind", True)], "Stripe: answers for itself."),
    (put("stripe|fields", ["name", "phone"]), [("field_added", True)], "Stripe is now sent this too: phone."),
    (put("stripe|url", "https://stripe.com/other"), [], ""),
    (without("recipients", "stripe"), [("recipient_removed", False)], "Stripe gets no data any more."),
    (cookie(730), [("cookie_days", True)], "lang in your browser: 2 years instead of 1 year."),
    (cookie(30), [("cookie_days", False)], "lang in your browser: 30 days instead of 1 year."),
    (cookie(None), [("cookie_days", True)], "lang in your browser: until you clear it instead of 1 year."),
    (without("cookies", "theme"), [("cookie_removed", False)], "Your browser no longer keeps theme."),
    (put("laws|accounting|months", 120), [("law", True)], "Norwegian Bookkeeping Act (bokføringsloven) § 13: 10 years instead of 5 years."),
    (without("rights", "object"), [("right_removed", True)], "One right less: to object."),
    (put("rules|answer_months", 2), [("rule", True)], "months until we must have answered you: 2 instead of 1."),
    (put("notice_days", 14), [("rule", True)], "days between telling you of a change and the change: 14 instead of 30."),
    (put("promises", []), [("promise_removed", True)], "No longer promised: You can take a copy."),
    (put("controller|phone", "+47 55 00 00 00"), [("controller", False)], "Who answers for your data, and how to reach them: Kvartal Drift,"),
    (put("controller|country", "SE"), [("controller", True)], "Who answers for your data"),
    (put("supplement", {"en": "Plants."}), [("supplement", False)], "What we add in our own words reads otherwise."),
]  # fmt: skip


@pytest.mark.proves("WPX-64", "CLW-67", "W2G-49")
@pytest.mark.parametrize(("change", "found", "words"), CASES)
def test_a_change_is_found_said_and_judged(said: Facts, change: Callable[[Facts], None], found: list[tuple[str, bool]], words: str) -> None:
    now = copy.deepcopy(said)
    change(now)
    changes = differences(said, now)
    assert [(each["what"], each["material"]) for each in changes] == found
    assert is_material(changes) is any(material for _what, material in found)
    with i18n.speaking("en"):
        assert words in " ".join(str(wording.changed(each).striptags()) for each in changes)


def test_nothing_changed_is_nothing(said: Facts) -> None:
    assert differences(said, copy.deepcopy(said)) == []


def test_every_kind_of_change_has_a_sentence_in_every_language(said: Facts) -> None:
    made: dict[str, Facts] = {}
    for change, _found, _words in CASES:
        now = copy.deepcopy(said)
        change(now)
        made |= {each["what"]: each for each in (*differences(said, now), *differences(now, said))}
    assert set(made) >= set(wording.SENTENCES) - {"first", "words", "age", "authority", "store_added", "store_days"}
    for code in i18n.CODES:
        with i18n.speaking(code):
            for each in made.values():
                assert wording.changed(each).endswith((".", "</data>")) or each["what"].startswith("promise")


@pytest.mark.proves("W2G-53")
def test_the_same_facts_have_the_same_hash_whatever_their_order(said: Facts) -> None:
    turned = dict(reversed(list(said.items())))
    assert digest(turned) == digest(said)
    assert canonical(turned) == canonical(said)
    assert digest({**said, "notice_days": 31}) != digest(said)


def test_words_from_outside_do_not_become_marks(said: Facts) -> None:
    now = copy.deepcopy(said)
    now["recipients"].append({**said["recipients"][-1], "key": "evil", "name": "<script>alert(1)</script>"})
    [change] = differences(said, now)
    assert "<script>" not in wording.changed(change)
    assert "<script>" not in rendering.shown(rendering.page(now, "en"))
