"""What changed between two versions, reckoned on their facts and never on their words, and whether it takes something away.

Material is: more data, of more people, from more places, for another purpose or on another basis, seen by more, sent to
more or to another country, kept longer, let go of less, and every right or promise that is gone. It is announced 30 days
ahead. What is less of all that, and words, are not.
"""

from collections.abc import Iterator
from typing import Any

from ..register.recipients import Transfer
from ..register.terms import Erase, Export

Facts = dict[str, Any]
Change = dict[str, Any]

# From what leaves most safely to what leaves least.
_TRANSFERS = [Transfer.NONE_NEEDED.value, Transfer.ADEQUACY.value, Transfer.CLAUSES.value]
_ERASED = {Erase.DELETE.value: 0, Erase.CUT.value: 0, Erase.EXPIRE.value: 1, Erase.SEVER.value: 2, Erase.HOLD.value: 3}
_COPIED = [Export.INCLUDE.value, Export.REDACTED.value, Export.WITHHOLD.value]
_FOREVER = 10**6
_LISTS = (("subjects", "subject"), ("source", "source"), ("readers", "reader"), ("recipients", "receiver"))
WORDS: Change = {"what": "words", "material": False}


def differences(was: Facts, now: Facts) -> list[Change]:
    """Every difference, one plain dict each: ``what``, whether it is ``material``, and what wording.py needs to say it."""
    return [
        *_entries(was, now),
        *_recipients(was, now),
        *_cookies(was, now),
        *_stores(was, now),
        *_laws(was, now),
        *_rights(was, now),
        *_promises(was, now),
        *_people(was, now),
    ]


def is_material(changes: list[Change]) -> bool:
    """Whether one of them takes something away from people."""
    return any(change["material"] for change in changes)


def _change(what: str, material: bool, **facts: Any) -> Change:
    return {"what": what, "material": material, **facts}


def _by(rows: list[dict[str, Any]], name: str = "key") -> dict[str, dict[str, Any]]:
    return {row[name]: row for row in rows}


def _entries(was: Facts, now: Facts) -> Iterator[Change]:
    before, after = _by(was["entries"]), _by(now["entries"])
    for key, entry in after.items():
        if key not in before:
            yield _change("entry_added", True, key=key, title=entry["title"])
        else:
            yield from _entry(before[key], entry, was, now)
    for key, entry in before.items():
        if key not in after:
            yield _change("entry_removed", False, key=key, title=entry["title"])


def _entry(was: dict[str, Any], now: dict[str, Any], facts_was: Facts, facts_now: Facts) -> Iterator[Change]:
    about = {"key": now["key"], "title": now["title"]}
    yield from _uses(was["uses"], now["uses"], about)
    for field, what in _LISTS:
        names = {"names": _names(facts_was) | _names(facts_now)} if what == "receiver" else {}
        for value in now[field]:
            if value not in was[field]:
                yield _change(f"{what}_added", True, value=value, **names, **about)
        for value in was[field]:
            if value not in now[field]:
                yield _change(f"{what}_removed", False, value=value, **names, **about)
    yield from _retention(was["retention"], now["retention"], facts_was, facts_now, about)
    yield from _treatment(was, now, about)


def _names(facts: Facts) -> dict[str, str]:
    return {row["key"]: row["name"] for row in facts["recipients"]}


def _uses(was: list[dict[str, Any]], now: list[dict[str, Any]], about: dict[str, Any]) -> Iterator[Change]:
    before, after = _by(was, "purpose"), _by(now, "purpose")
    for purpose, use in after.items():
        if purpose not in before:
            yield _change("purpose_added", True, value=purpose, **about)
        elif use["basis"] != before[purpose]["basis"]:
            yield _change("basis", True, value=purpose, was=before[purpose]["basis"], now=use["basis"], **about)
    for purpose in before:
        if purpose not in after:
            yield _change("purpose_removed", False, value=purpose, **about)


def _retention(was: dict[str, Any], now: dict[str, Any], facts_was: Facts, facts_now: Facts, about: dict[str, Any]) -> Iterator[Change]:
    if was == now:
        return
    same_clock = "clock" in was and was.get("clock") == now.get("clock")
    longer = not same_clock or now["days"] > was["days"]
    yield _change("retention", longer, was=_time(was, facts_was), now=_time(now, facts_now), **about)


def _time(retention: dict[str, Any], facts: Facts) -> dict[str, Any]:
    law = facts["laws"].get(retention.get("law", ""))
    return {"law": law["name"], "months": law["months"]} if law else retention


def _treatment(was: dict[str, Any], now: dict[str, Any], about: dict[str, Any]) -> Iterator[Change]:
    if was["erase"] != now["erase"]:
        yield _change("erase", _ERASED[now["erase"]] > _ERASED[was["erase"]], was=was["erase"], now=now["erase"], **about)
    if was["export"] != now["export"]:
        yield _change("export", _COPIED.index(now["export"]) > _COPIED.index(was["export"]), was=was["export"], now=now["export"], **about)
    if was["optional"] != now["optional"]:
        yield _change("optional", was["optional"], now=now["optional"], **about)


def _recipients(was: Facts, now: Facts) -> Iterator[Change]:
    before, after = _by(was["recipients"]), _by(now["recipients"])
    for key, row in after.items():
        about = {"key": key, "name": row["name"]}
        if key not in before:
            yield _change("recipient_added", True, country=row["country"], **about)
            continue
        old = before[key]
        if row["country"] != old["country"]:
            yield _change("country", True, was=old["country"], now=row["country"], **about)
        if row["transfer"] != old["transfer"]:
            yield _change(
                "transfer", _TRANSFERS.index(row["transfer"]) > _TRANSFERS.index(old["transfer"]), was=old["transfer"], now=row["transfer"], **about
            )
        if row["kind"] != old["kind"]:
            yield _change("kind", True, was=old["kind"], now=row["kind"], **about)
        for field in row["fields"]:
            if field not in old["fields"]:
                yield _change("field_added", True, value=field, **about)
    for key, row in before.items():
        if key not in after:
            yield _change("recipient_removed", False, key=key, name=row["name"], country=row["country"])


def _cookies(was: Facts, now: Facts) -> Iterator[Change]:
    before, after = _by(was["cookies"], "name"), _by(now["cookies"], "name")
    for name, row in after.items():
        if name not in before:
            yield _change("cookie_added", True, name=name)
        elif row["days"] != before[name]["days"]:
            longer = _days(row) > _days(before[name])
            yield _change("cookie_days", longer, name=name, was=before[name]["days"], now=row["days"])
    for name in before:
        if name not in after:
            yield _change("cookie_removed", False, name=name)


def _stores(was: Facts, now: Facts) -> Iterator[Change]:
    before = _by(was["stores"])
    for key, row in _by(now["stores"]).items():
        if key not in before:
            yield _change("store_added", True, title=row["title"])
        elif row["days"] != before[key]["days"]:
            yield _change("store_days", _days(row) > _days(before[key]), title=row["title"], was=before[key]["days"], now=row["days"])


def _days(row: dict[str, Any]) -> int:
    return _FOREVER if row["days"] is None else int(row["days"])


def _laws(was: Facts, now: Facts) -> Iterator[Change]:
    for key, row in now["laws"].items():
        old = was["laws"].get(key)
        if old is not None and (old["months"], old["clock"]) != (row["months"], row["clock"]):
            longer = row["months"] > old["months"] or row["clock"] != old["clock"]
            yield _change("law", longer, name=row["name"], was=old["months"], now=row["months"])


def _rights(was: Facts, now: Facts) -> Iterator[Change]:
    for right in was["rights"]:
        if right not in now["rights"]:
            yield _change("right_removed", True, value=right)
    for right in now["rights"]:
        if right not in was["rights"]:
            yield _change("right_added", False, value=right)
    yield from _rules(was, now)


def _promises(was: Facts, now: Facts) -> Iterator[Change]:
    # By what they promise, not by their words: a sentence may be mended.
    before, after = ({each for row in facts["promises"] for each in row["ids"]} for facts in (was, now))
    for row in now["promises"]:
        if not before.intersection(row["ids"]):
            yield _change("promise_added", False, title=row["text"])
    for row in was["promises"]:
        if not after.intersection(row["ids"]):
            yield _change("promise_removed", True, title=row["text"])


def _rules(was: Facts, now: Facts) -> Iterator[Change]:
    for key, value in now["rules"].items():
        old = was["rules"].get(key)
        if old is not None and old != value:
            yield _change("rule", value > old, value=key, was=old, now=value)
    if was["notice_days"] != now["notice_days"]:
        yield _change("rule", now["notice_days"] < was["notice_days"], value="notice_days", was=was["notice_days"], now=now["notice_days"])


def _people(was: Facts, now: Facts) -> Iterator[Change]:
    old, new = was["controller"], now["controller"]
    # Another company answers: that is a transfer of the business, and people may object to it.
    moved = old["country"] != new["country"] or bool(old["org_number"] and new["org_number"] and old["org_number"] != new["org_number"])
    if old != new:
        yield _change("controller", moved, was=_whole(old), now=_whole(new))
    if was["authority"]["name"] != now["authority"]["name"]:
        yield _change("authority", False, was=was["authority"]["name"], now=now["authority"]["name"])
    if was["ages"] != now["ages"]:
        yield _change("age", False, was=was["ages"]["least"], now=now["ages"]["least"])
    if was["supplement"] != now["supplement"]:
        yield _change("supplement", False)


def _whole(controller: dict[str, Any]) -> str:
    parts = (controller["legal_name"], controller["org_number"], *controller["address"], controller["email"], controller["phone"])
    return ", ".join(part for part in parts if part)
