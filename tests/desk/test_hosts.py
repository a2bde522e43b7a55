"""Host names of an operator's own: claimed, proven by a record in their DNS, served from then on, removed."""

import re

import pytest
from flask.testing import FlaskClient

from coworking.operators import host_proof
from tests.cast import House
from tests.conftest import As
from tests.desk.work import assert_refused

HOST = "book.kvartal.no"


class Dns:
    """The world's TXT records, as far as the tests know it."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.is_away = False

    def ask(self, name: str) -> list[str]:
        """What the resolver would say."""
        if self.is_away:
            raise host_proof.NoAnswer
        return self.records.get(name, [])


@pytest.fixture(autouse=True)
def dns(monkeypatch: pytest.MonkeyPatch) -> Dns:
    """Nobody asks the real one."""
    made = Dns()
    monkeypatch.setattr(host_proof, "txt_records", made.ask)
    return made


def claim(client: FlaskClient, host: str = HOST) -> str:
    """Claim a name; returns what its record has to say."""
    assert client.post("/desk/settings/hosts", data={"host": host}).status_code == 303
    found = re.findall(r"coworking=[0-9a-f]{32}", client.get("/desk/settings/hosts").text)
    return str(found[-1])


def check(client: FlaskClient, host: str = HOST) -> tuple[int, str]:
    """Press "Check now"."""
    answer = client.post("/desk/settings/hosts/verification", data={"host": host})
    return answer.status_code, answer.text


def serves(client: FlaskClient, host: str = HOST) -> bool:
    """Whether pages come under the name."""
    return client.get("/visit", base_url=f"http://{host}").status_code == 200


def test_a_name_is_served_once_its_record_is_there(bergen: House, nantes: House, browse: As, dns: Dns) -> None:
    olga = browse(bergen, bergen.olga)
    value = claim(olga, " Book.Kvartal.NO. ")
    page = olga.get("/desk/settings/hosts").text
    assert f"_coworking.{HOST}" in page
    assert "CNAME record to kvartal.localhost" in page
    assert not serves(olga), "anybody can send a request with any name in it"
    code, told = check(olga)
    assert code == 422
    assert f"The record _coworking.{HOST} is not there yet." in told
    assert not serves(olga)
    dns.records[f"_coworking.{HOST}"] = ["v=spf1 -all", f" {value} "]
    assert check(olga)[0] == 303
    assert serves(olga)
    assert "Waits for its record" not in olga.get("/desk/settings/hosts").text
    assert check(olga)[0] == 404, "nothing waits any more"


def test_who_claims_first_gets_nothing_without_the_record(bergen: House, nantes: House, browse: As, dns: Dns) -> None:
    marie, olga = browse(nantes, nantes.olga), browse(bergen, bergen.olga)
    foreign, own = claim(marie), claim(olga)
    assert foreign != own
    dns.records[f"_coworking.{HOST}"] = [own]
    assert check(marie)[0] == 422
    assert check(olga)[0] == 303
    dns.records[f"_coworking.{HOST}"] = [foreign]
    code, told = check(marie)
    assert code == 422, "a name leads to one operator only"
    assert "This name can&#39;t be added here" in told
    assert "Kvartal Drift" not in told
    assert "Kvartal" in olga.get("/visit", base_url=f"http://{HOST}").text


def test_a_resolver_that_does_not_answer_is_said_so(bergen: House, browse: As, dns: Dns) -> None:
    olga = browse(bergen, bergen.olga)
    claim(olga)
    dns.is_away = True
    code, told = check(olga)
    assert code == 422
    assert "could not be looked up just now" in told
    assert "Check now" in told, "the claim waits on"


def test_claiming_twice_is_claiming_once_and_there_are_so_many(bergen: House, browse: As) -> None:
    olga = browse(bergen, bergen.olga)
    assert claim(olga) == claim(olga)
    for number in range(9):
        claim(olga, f"book{number}.kvartal.no")
    refused = olga.post("/desk/settings/hosts", data={"host": "one.more.no"})
    assert_refused(refused, "host")
    assert "10 names already" in refused.text


def test_a_name_that_is_served_can_not_be_claimed_and_goes_when_removed(bergen: House, nantes: House, browse: As, dns: Dns) -> None:
    olga, marie = browse(bergen, bergen.olga), browse(nantes, nantes.olga)
    dns.records[f"_coworking.{HOST}"] = [claim(olga)]
    check(olga)
    claim(olga, "rom.blåbær.no")
    assert "rom.xn--" in olga.get("/desk/settings/hosts").text
    for answer in (olga.post("/desk/settings/hosts", data={"host": HOST}), marie.post("/desk/settings/hosts", data={"host": HOST})):
        assert_refused(answer, "host")
    for who, data, code in (
        (marie, {"host": HOST}, 404), (marie, {"host": "nobody.example.com"}, 404), (olga, {}, 404), (olga, {"host": "\x00"}, 404), (olga, {"host": HOST}, 303),
    ):  # fmt: skip
        assert who.post("/desk/settings/hosts/removal", data=data).status_code == code
    assert not serves(olga)


def test_nobody_gives_up_or_checks_the_claim_of_another(bergen: House, nantes: House, browse: As) -> None:
    olga, marie = browse(bergen, bergen.olga), browse(nantes, nantes.olga)
    claim(olga)
    assert check(marie)[0] == 404
    assert marie.post("/desk/settings/hosts/removal", data={"host": HOST}).status_code == 404
    assert HOST in olga.get("/desk/settings/hosts").text
    assert olga.post("/desk/settings/hosts/removal", data={"host": HOST}).status_code == 303
    assert HOST not in olga.get("/desk/settings/hosts").text
    assert check(browse(bergen, bergen.siri))[0] == 403


@pytest.mark.parametrize("host", ["", "\x00", "x" * 5000, "🦊", "book.kvartal.no/../"])
def test_a_strange_name_has_no_claim(bergen: House, browse: As, host: str) -> None:
    assert check(browse(bergen, bergen.olga), host)[0] == 404


def test_an_unreachable_resolver_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver as real

    monkeypatch.undo()

    def away(*_args: object, **_kwargs: object) -> None:
        raise real.NoNameservers

    def nothing(*_args: object, **_kwargs: object) -> None:
        raise real.NXDOMAIN

    monkeypatch.setattr(real, "resolve", away)
    with pytest.raises(host_proof.NoAnswer):
        host_proof.txt_records("_coworking.example.com")
    monkeypatch.setattr(real, "resolve", nothing)
    assert host_proof.txt_records("_coworking.example.com") == []
