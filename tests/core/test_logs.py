"""Lines of the log: what went wrong and where, and nothing about whom."""

import logging
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from coworking.core.logs import Masked, masked
from tests.support.server import running

SECRETS = (
    "alice@example.com",
    "203.0.113.77",
    "2001:db8:85a3::8a2e:370:7334",
    "0190a1b2-c3d4-7e5f-8a6b-0123456789ab",
    "?q=alice&to=2026",
    "Zx3kQ9_pLm2-vB7nC4tR8wYh",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_that_leads_to_a_person_is_written(secret: str) -> None:
    line = f"GET /desk/people{secret} HTTP/1.1" if "?" in secret else f"GET /sign-in/{secret} and /x={secret}"
    assert secret not in masked(line)
    assert secret.strip("?") not in masked(line)


def test_what_helps_to_mend_stays() -> None:
    said = "job billing.finish_pending_here failed at attempt 3, 12:30:05, /work/coworking/billing/payment_jobs.py:114 on /desk/invoices"
    assert masked(said) == said


def test_one_row_has_one_mark_so_that_lines_can_be_laid_side_by_side() -> None:
    assert masked(f"a {SECRETS[3]}")[2:] == masked(f"b {SECRETS[3]}")[2:]
    assert masked(SECRETS[3]) == masked(SECRETS[3].replace("-", ""))


def test_an_error_is_named_without_what_it_quotes() -> None:
    try:
        try:
            raise KeyError("Key (email)=(bob) already exists")
        except KeyError as error:
            raise ValueError("Bob Hansen, born 1980") from error
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", (), (type(error), error, error.__traceback__))
    written = Masked("%(message)s").format(record)
    assert "Hansen" not in written and "bob" not in written
    assert "builtins.ValueError" in written and "builtins.KeyError" in written and "test_logs.py:" in written


@pytest.mark.proves("W2G-26", "CLW-11")
def test_the_server_writes_no_address_even_where_an_access_log_is_asked_for(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with running(database_url="", data_dir=tmp_path, workers=1, env={"ACCESS_LOG": str(log)}) as server, suppress(HTTPError):
        urlopen(f"{server.base}/confirm/{SECRETS[5]}?to=alice@example.com")
    written = log.read_text()
    assert "GET /confirm/[key]" in written
    assert "127.0.0.1" not in written and "alice" not in written and SECRETS[5] not in written
