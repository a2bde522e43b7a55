"""The page of a copy that people read: what the manifest says, and the records themselves, without script or anything from outside."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from markupsafe import Markup

from coworking.core import i18n
from coworking.core.pages import streamed

from ..finding import Subject
from ..models import PolicyVersion
from ..policy import rendering
from ..showing import Names, columns, said
from ..showing.about import groups
from ..showing.labels import title
from ..showing.records import some_of

SHOWN = 100
"""Records of one table on the page, the newest. All of them are in the files beside it."""
STYLE = Markup("<style>\n{}</style>").format(Markup(Path(__file__).with_name("page.css").read_text()))  # noqa: S704 - our own file
"""A page that is read from a disk has no style sheet to link to."""


def index(told: dict[str, Any], subject: Subject, names: Names, zone: str, currency: str) -> Iterator[bytes]:
    """index.html, piece by piece."""
    counts = {each["name"]: each["records"] for each in told["files"]}
    drawn = streamed(
        "privacy/export/index.html",
        m=told, style=STYLE, groups=groups(), counts=counts, shown=SHOWN, title=title, locale=i18n.language(),
        entries={each["key"]: each for each in told["entries"]}, recipients={each["key"]: each["name"] for each in told["recipients"]},
        records=lambda name: _records(subject, name, names, zone, currency),
    )  # fmt: skip
    while part := "".join(islice(drawn, 200)):
        yield part.encode("utf-8", "replace")


def policy(version: PolicyVersion) -> bytes:
    """policy.html: the version in force, as it was published."""
    drawn: Any = version.pages.get(i18n.language()) or next(iter(version.pages.values()))
    page = streamed("privacy/export/policy.html", version=version, text=rendering.shown(drawn), locale=i18n.language(), style=STYLE)
    return "".join(page).encode()


def _records(subject: Subject, name: str, names: Names, zone: str, currency: str) -> Iterator[list[tuple[str, str]]]:
    for row in some_of(subject, name, names, 1, SHOWN):
        cells = ((str(column.label), said(column, row, names, zone, currency)) for column in columns(name))
        yield [cell for cell in cells if cell[1]]
