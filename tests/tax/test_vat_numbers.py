"""VAT numbers: wrong digits are found without asking anybody, and a silent register decides nothing."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from coworking.tax.vat_numbers import Answer, Vies, compact


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("NO 995 525 828 MVA", "NO", "995525828MVA"),
        ("995525828", "NO", "995525828MVA"),
        ("995525829", "NO", ""),
        ("fr 40 303 265 045", "FR", "FR40303265045"),
        ("40303265045", "FR", "FR40303265045"),
        ("FR41303265045", "FR", ""),
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("GB980780685", "GB", ""),
        ("DE136695976", "DE", "DE136695976"),
        ("DE136695976", "FR", ""),
        ("12-3456789", "US", "12-3456789"),
        ("", "FR", ""),
        ("\0", "NO", ""),
    ],
)
def test_form_and_check_digits(typed: str, country: str, kept: str) -> None:
    assert compact(typed, country) == kept


class _Register(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told = {
            "/ms/FR/vat/40303265045": {"isValid": True, "userError": "VALID"},
            "/ms/DE/vat/136695976": {"isValid": False, "userError": "INVALID"},
            "/ms/IT/vat/1": {"isValid": False, "userError": "MS_UNAVAILABLE"},
            "/ms/ES/vat/1": ["what"],
        }.get(self.path)
        self.send_response(200 if told is not None else 500)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode() if told is not None else b"no")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Quiet."""


@pytest.fixture
def vies() -> Iterator[Vies]:
    server = HTTPServer(("127.0.0.1", 0), _Register)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Vies(f"http://127.0.0.1:{server.server_port}", seconds=2)
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_register_knows_refuses_or_stays_silent(vies: Vies) -> None:
    asked = {number: vies.ask(number) for number in ("FR40303265045", "DE136695976", "IT1", "ES1", "PL1")}
    assert list(asked.values()) == [Answer.KNOWN, Answer.UNKNOWN, Answer.SILENT, Answer.SILENT, Answer.SILENT]


def test_nobody_at_home_is_silence() -> None:
    assert Vies("http://127.0.0.1:9", seconds=1).ask("FR40303265045") is Answer.SILENT
