"""What the policy promises: all of the founding documents written down, and nothing said that no test proved."""

from collections import Counter
from datetime import date, timedelta

import pytest

from coworking.core import clock
from coworking.privacy.measures import MEASURES
from coworking.privacy.promises import CONFLICTS, PROMISES, Disposition, State, printed, proofs
from coworking.privacy.promises.listing import refused
from coworking.privacy.promises.proofs import Proof, record
from tests.cast import House
from tests.conftest import As
from tests.support.proofs import exists, marks, recorded
from tests.support.proofs import proofs as claimed

LANGUAGES = ("en", "fr", "nb")


def test_every_promise_of_the_five_documents_is_written_down() -> None:
    assert Counter(promise.seed for promise in PROMISES.values()) == {"W2G": 63, "CWL": 54, "WPX": 80, "WSS": 24, "CLW": 72}
    assert set(CONFLICTS) == {f"C-{number}" for number in range(1, 30)}
    assert {promise.conflict for promise in PROMISES.values()} - {""} <= set(CONFLICTS)


def test_tests_prove_only_promises_that_exist() -> None:
    assert {key for ids in marks().values() for key in ids} - set(PROMISES) == set()


def test_what_counts_as_proven_has_a_test_and_is_in_the_record() -> None:
    proven = {promise.id for promise in PROMISES.values() if promise.state is State.PROVEN}
    assert proven - set(claimed()) == set(), "no test is marked with it"
    assert proven - set(record()) == set(), "run `make proofs`"


def test_the_record_names_tests_that_still_claim_the_promise() -> None:
    for key, proof in record().items():
        assert set(proof.tests) <= claimed()[key], f"{key}: run `make proofs`"


def test_a_proof_that_failed_once_proves_nothing() -> None:
    tests, today, before = {"W2G-1": {"a", "b"}, "W2G-2": {"b"}, "W2G-3": {"c"}}, date(2026, 11, 22), {"on": "2026-11-01", "tests": ["c"]}
    assert recorded(tests, {"a": {True}, "b": {True}}, {}, today) == {
        "W2G-1": {"on": "2026-11-22", "tests": ["a", "b"]},
        "W2G-2": {"on": "2026-11-22", "tests": ["b"]},
    }
    assert recorded(tests, {"a": {True}, "b": {True, False}}, {"W2G-3": before}, today) == {"W2G-3": before}, "red on one database is red"
    assert recorded(tests, {"c": {False}}, {"W2G-3": before}, today) == {}
    assert recorded({"W2G-3": {"new"}}, {}, {"W2G-3": before}, today) == {}, "the test that proved it claims it no more"


def test_only_what_is_proven_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed()
    assert {promise.state for promise in printed()} == {State.PROVEN}
    first = printed()[0]
    without = {key: proof for key, proof in record().items() if key != first.id}
    monkeypatch.setattr(proofs, "record", lambda: without)
    assert first.id not in {promise.id for promise in printed()}, "a sentence goes with its proof"


def test_what_is_refused_is_explained_and_never_promised(bergen: House, browse: As) -> None:
    assert {promise.disposition for promise in refused()} == {Disposition.REFUSE}
    for language in LANGUAGES:
        text = browse(bergen).get("/privacy/not-done", headers={"Accept-Language": language}).text
        for key in {promise.conflict for promise in refused()}:
            assert f'id="{key.lower()}"' in text, key
    said = {str(promise.printed) for promise in printed()}
    assert not said & {promise.text for promise in PROMISES.values() if promise.state is not State.PROVEN}


@pytest.mark.proves("WPX-76")
def test_each_sentence_stands_beside_its_tests_and_their_day(bergen: House, browse: As) -> None:
    text = browse(bergen).get("/privacy/proofs").text.replace("&#39;", "'")
    for promise in printed():
        assert str(promise.printed) in text, promise.id
        assert record()[promise.id].tests[0].rpartition("::")[2].removeprefix("test_").replace("_", " ") in text
    assert "Last proven on" in text


@pytest.mark.proves("WPX-76")
def test_staff_are_told_when_the_proofs_grow_old(bergen: House, browse: As, monkeypatch: pytest.MonkeyPatch) -> None:
    warning = "The proofs have not been run for a while"
    for age, told in ((1, False), (proofs.FRESH + 2, True)):
        day: date = clock.now().date() - timedelta(days=age)
        monkeypatch.setattr(proofs, "record", lambda day=day: {"W2G-1": Proof(day, ("a",))})
        assert (warning in browse(bergen, bergen.olga).get("/privacy/proofs", headers={"Accept-Language": "en"}).text) is told
        assert warning not in browse(bergen).get("/privacy/proofs").text


@pytest.mark.proves("CLW-37")
def test_every_measure_is_held_by_tests_that_exist() -> None:
    assert [test for measure in MEASURES for test in measure.tests if not exists(test)] == []
