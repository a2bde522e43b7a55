"""Pages go compressed to whoever takes them so, and their length and tokens tell nothing."""

import gzip
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cast import PASSWORD, House
from tests.conftest import As

TAKES = {"Accept-Encoding": "gzip, br"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def test_a_page_is_small_on_the_wire_and_the_same_when_opened(browse: As, bergen: House) -> None:
    client = browse(bergen)
    plain, pressed = client.get("/rooms"), client.get("/rooms", headers=TAKES)
    assert "Content-Encoding" not in plain.headers
    assert pressed.headers["Content-Encoding"] == "gzip"
    assert len(pressed.data) < len(plain.data) / 2
    assert gzip.decompress(pressed.data) == plain.data
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, pressed))
    assert pressed.headers["Content-Length"] == str(len(pressed.data))


def test_whoever_refuses_it_gets_it_plain(browse: As, bergen: House) -> None:
    assert "Content-Encoding" not in browse(bergen).get("/rooms", headers={"Accept-Encoding": "gzip;q=0, identity"}).headers


def test_an_unchanged_page_is_unchanged_compressed_or_not(browse: As, bergen: House) -> None:
    client = browse(bergen)
    tag = client.get("/rooms", headers=TAKES).headers["ETag"]
    assert client.get("/rooms", headers=TAKES | {"If-None-Match": tag}).status_code == 304
    assert client.get("/rooms", headers={"If-None-Match": tag}).status_code == 304


def test_lengths_are_blurred(browse: As, bergen: House) -> None:
    client = browse(bergen)
    assert len({len(client.get("/rooms", headers=TAKES).data) for _visit in range(12)}) > 1


@pytest.fixture
def guarded(app: Flask, browse: As) -> Iterator[None]:
    """Tokens are asked for, as they are outside of tests."""
    assert browse.app is app
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.usefixtures("guarded")
def test_a_token_looks_new_in_every_answer_and_all_of_them_are_good(browse: As, bergen: House) -> None:
    client = browse(bergen)
    tokens = [TOKEN.findall(client.get("/sign-in").text)[0] for _visit in range(3)]
    assert len(set(tokens)) == 3
    assert not set.intersection(*({token[at : at + 12] for at in range(len(token) - 12)} for token in tokens))
    for token in tokens:
        sent = {"csrf_token": token, "email": bergen.alice.email, "password": "not the one"}
        assert client.post("/sign-in", data=sent).status_code == 422
    assert client.post("/sign-in", data={"csrf_token": tokens[0], "email": bergen.alice.email, "password": PASSWORD}).status_code == 303


@pytest.mark.usefixtures("guarded")
def test_a_token_of_somebody_else_or_of_nobody_is_refused(browse: As, bergen: House) -> None:
    alice, mallory = browse(bergen), browse(bergen)
    stolen = TOKEN.findall(mallory.get("/sign-in").text)[0]
    alice.get("/sign-in")
    for token in (stolen, stolen[:-4], "A" * 40, "x", "\u00e9", "=" * 8):
        sent = {"csrf_token": token, "email": bergen.alice.email, "password": PASSWORD}
        assert alice.post("/sign-in", data=sent).status_code == 400
