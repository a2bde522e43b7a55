"""What a process keeps in memory does not stay for good."""

from coworking.core.kept import LONGEST, MOST, Shelf


def test_what_nobody_asks_for_is_gone_after_a_day() -> None:
    now = 0.0
    shelf = Shelf(lambda: now)
    shelf.get("timeline with names", lambda: "Alice")
    shelf.get("menu", lambda: "Today")
    now = LONGEST - 1
    assert shelf.get("menu", lambda: "anew") == "Today"
    now = LONGEST + 1
    assert shelf.get("menu", lambda: "anew") == "Today"
    assert len(shelf) == 1
    assert shelf.get("timeline with names", lambda: "drawn anew") == "drawn anew"


def test_only_so_much_is_kept() -> None:
    shelf = Shelf()
    for number in range(MOST + 5):
        shelf.get(number, lambda: None)
    assert len(shelf) == MOST
