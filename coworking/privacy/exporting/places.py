"""Which places of our tables a copy holds. The tests compare it with where data is found."""

from ..showing import columns, shown_tables


def places() -> set[tuple[str, str]]:
    """Table and column of everything in a copy. What a person did in records of others is counted apart, in acted.json."""
    return {(name, column.name) for name in shown_tables() for column in columns(name)}
