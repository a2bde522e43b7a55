"""The register of personal data: typed entries by domain, and what a row of each table means for a person."""

from .entries import ENTRIES
from .entry import Entry
from .tables import TABLES

__all__ = ["ENTRIES", "TABLES", "Entry"]
