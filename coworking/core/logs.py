"""Logs without people: addresses, IP addresses, numbers of rows, keys of links and queries are taken out of every line.

Errors are written with their kind and where they happened, never with their message: messages quote what was typed.
"""

import logging
import re
import secrets
from datetime import UTC, datetime
from hashlib import blake2b
from types import TracebackType

from flask.logging import default_handler

_SALT = secrets.token_bytes(16)
_PARTS = re.compile(
    r"(?P<address>[^\s@\"'<>()\[\],;:=/]+@[^\s@\"'<>()\[\],;]+)"
    r"|(?P<row>\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b)"
    r"|(?P<ip>\b(?:\d{1,3}\.){3}\d{1,3}\b|(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])|(?<![\w:])::1(?![\w:]))"
    r"|(?P<query>(?<=[\w/])\?[^\s\"'\])]+)"
    r"|(?P<key>(?<=[/=])[\w-]{40,}|(?<=[/=])(?=[\w-]*\d)[\w-]{20,}(?=$|[\s/\"'\])&,]))",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """``text`` with nothing left in it that leads to a person. The same row has the same mark until the process ends."""
    return _PARTS.sub(_mark, text)


def _mark(found: re.Match[str]) -> str:
    kind = str(found.lastgroup)
    if kind == "key" and found.group().lower() == found.group():
        # Chance gives keys capitals; names of ours have none.
        return found.group()
    if kind == "row":
        return f"[row {blake2b(found.group().replace('-', '').encode(), key=_SALT, digest_size=4).hexdigest()}]"
    return "?…" if kind == "query" else f"[{kind}]"


class Masked(logging.Formatter):
    """Writes a record with people taken out of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it where an error happened."""
        # Another formatter may have left its own words of the error in the record.
        record.exc_text = None
        return masked(super().format(record))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """UTC, so that lines of all machines sort."""
        return datetime.fromtimestamp(record.created, UTC).strftime(datefmt or "%Y-%m-%d %H:%M:%SZ")

    def formatException(  # noqa: N802 - logging's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Kinds of errors and where they came from, the first cause first."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            lines[:0] = [*_frames(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}"]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def _frames(traceback: TracebackType | None) -> list[str]:
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f"  {code.co_filename}:{traceback.tb_lineno} in {code.co_name}")
        traceback = traceback.tb_next
    return lines


def init_app() -> None:
    """Mask what this process writes, where nobody set logging up otherwise."""
    formatter = Masked("[%(asctime)s] %(levelname)s in %(module)s: %(message)s")
    default_handler.setFormatter(formatter)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(formatter)
