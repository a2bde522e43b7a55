"""A document as plain data, so that it can be drawn, checked and compared without reading HTML."""

from dataclasses import dataclass, field

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """A way on: to a page of ours by ``endpoint``, or elsewhere by ``url``."""

    label: str
    endpoint: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Each row has as many cells as ``head``."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """Rows are as wide as their head."""
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("a row that is not as wide as the head")


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its anchor ``key``, the same in every language."""

    key: str
    title: str
    texts: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    lines: tuple[Fact, ...] = ()
    """Sentences, each with what stands smaller under it."""
    items: tuple[str, ...] = ()
    grid: Grid | None = None
    links: tuple[Link, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether anything stands under its heading."""
        return bool(self.texts or self.facts or self.lines or self.items or (self.grid and self.grid.rows) or self.links)


@dataclass(frozen=True, slots=True)
class Document:
    """One document in the language in force."""

    key: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    missing: tuple[str, ...] = field(default=())
    """What is not known yet and therefore not said. Only staff are shown it."""

    def __post_init__(self) -> None:
        """Anchors and headings lead to one place each."""
        keys, titles = [part.key for part in self.sections], [part.title for part in self.sections]
        if len(set(keys)) != len(keys) or len(set(titles)) != len(titles):
            raise ValueError(f"{self.key}: two parts of one name")


def known(*facts: Fact) -> tuple[Fact, ...]:
    """The facts that there is something to say of."""
    return tuple((label, value) for label, value in facts if value)
