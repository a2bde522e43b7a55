"""How often the operator's public pages were opened: thirteen weeks, more in the week than at its end, a little more each month."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from coworking.core import clock
from coworking.operators.models import Operator

from .world import World

DAYS = 91
PAGES = {
    "site.home": 30,
    "site.rooms": 24,
    "site.room": 20,
    "site.plans": 12,
    "site.visit": 8,
    "site.contact": 4,
    "people.join": 5,
    "privacy.policy": 1,
}
CAME_FROM = {"": 60, "www.google.com": 24, "duckduckgo.com": 6, "www.linkedin.com": 5, "www.bing.com": 4, "news.example.org": 1}
BROWSERS = {("chrome", "computer"): 30, ("safari", "phone"): 26, ("chrome", "phone"): 16, ("firefox", "computer"): 12, ("safari", "computer"): 9,
            ("edge", "computer"): 6, ("other", "phone"): 1}  # fmt: skip


def make_page_counts(world: World, operator: Operator) -> Sequence[dict[str, Any]]:
    """Counts up to yesterday, as the web server would have written them."""
    today, dice = clock.wall_day(world.now, operator.zone), world.dice
    rows = []
    for ago in range(DAYS, 0, -1):
        day = today - timedelta(days=ago)
        number = (44 if day.isoweekday() < 6 else 14) - ago // 7 + dice.randrange(9)
        strokes = Counter(zip(_drawn(world, PAGES, number), _drawn(world, CAME_FROM, number), _drawn(world, BROWSERS, number), strict=True))
        rows += [
            {"id": world.new_id(), "operator_id": operator.id, "day": day, "page": page, "came_from": host, "family": family, "screen": screen, "count": count}
            for (page, host, (family, screen)), count in strokes.items()
        ]  # fmt: skip
    return rows


def _drawn(world: World, weights: dict[Any, int], number: int) -> list[Any]:
    return world.dice.choices(list(weights), list(weights.values()), k=number)
