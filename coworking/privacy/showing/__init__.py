"""How what is kept of somebody is shown to them: one definition for the page, the copy and the test that they agree."""

from .columns import Column, Sort, columns, shown_tables
from .names import Names
from .values import plain, said

__all__ = ["Column", "Names", "Sort", "columns", "plain", "said", "shown_tables"]
