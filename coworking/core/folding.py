"""Text as people look for it: without case and accents, alike in Python, SQLite and PostgreSQL.

SQLite folds the case of ASCII letters alone, and neither database folds accents. Here SQLite asks Python, and PostgreSQL
does the same in its own words. Nothing is stored, so nothing can be out of date: a search reads the people of one operator,
5,000 of them in some tens of milliseconds.
"""

import unicodedata
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

# Letters of their own that Unicode doesn't take apart, as those write them who don't have them on their keyboard.
_OWN = {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}
_ACCENTS = range(0x300, 0x370)
_PLAIN = str.maketrans(_OWN | dict.fromkeys(map(chr, _ACCENTS), ""))


def fold(text: str) -> str:
    """``text`` in small letters without accents: Søren Ærø is soren aero."""
    small = text.lower()
    return small if small.isascii() else unicodedata.normalize("NFKD", small).translate(_PLAIN)


class folded(FunctionElement[str]):  # noqa: N801 - reads as the SQL function that it is
    """``fold`` of a column, in a statement."""

    type = sa.String()
    inherit_cache = True
    name = "folded"


@compiles(folded, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"fold({compiler.process(element.clauses, **kwargs)})"


@compiles(folded, "postgresql")
def _on_postgresql(element: Any, compiler: SQLCompiler, **kwargs: Any) -> str:
    # normalize() is standard SQL with a keyword for its form. Letters first, case last: lower() may know ASCII alone.
    accents = f"[{chr(_ACCENTS.start)}-{chr(_ACCENTS.stop - 1)}]"
    text = f"regexp_replace(normalize({compiler.process(element.clauses, **kwargs)}, NFKD), '{accents}', '', 'g')"
    own = _OWN | {sign.upper(): letters for sign, letters in _OWN.items() if len(sign.upper()) == 1 and not sign.upper().isascii()}
    single = {sign: letter for sign, letter in own.items() if len(letter) == 1}
    for sign in sorted(own.keys() - single.keys()):
        text = f"replace({text}, '{sign}', '{own[sign]}')"
    return f"lower(translate({text}, '{''.join(single)}', '{''.join(single.values())}'))"
