"""Writing XML: elements in the order of their schema, empty ones left out, and never a character that XML forbids."""

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

# XML 1.0 § 2.2. Names come from people, and people paste.
_FORBIDDEN = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def plain(text: str) -> str:
    """The text without control characters, lone surrogates and outer blanks."""
    return _FORBIDDEN.sub("", text).strip()


class Markup:
    """Elements by prefixed name: ``add(parent, "cbc:ID", "42", schemeID="0192")``."""

    def __init__(self, root: str, namespaces: dict[str | None, str]) -> None:
        self._uris = namespaces
        self.root = etree.Element(self._name(root), nsmap=namespaces)

    def _name(self, prefixed: str) -> str:
        prefix, _, local = prefixed.rpartition(":")
        return f"{{{self._uris[prefix or None]}}}{local}"

    def add(self, parent: "_Element", tag: str, text: str | None = None, /, **attributes: str | None) -> "_Element":
        """A child element; attributes that are None are left out."""
        child = etree.SubElement(parent, self._name(tag), {key: value for key, value in attributes.items() if value})
        if text is not None:
            child.text = plain(text)
        return child

    def tell(self, parent: "_Element", tag: str, text: str, /, **attributes: str | None) -> None:
        """A child element where there is something to say."""
        if plain(text):
            self.add(parent, tag, text, **attributes)

    def path(self, parent: "_Element", *tags: str) -> "_Element":
        """Nested children, the innermost returned."""
        for tag in tags:
            parent = self.add(parent, tag)
        return parent

    def bytes(self) -> bytes:
        """The document, UTF-8, with its declaration."""
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True)
