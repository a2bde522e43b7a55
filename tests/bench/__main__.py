"""``make bench``: ratios of one run. Absolute figures drift with the machine; ratios hold."""

import argparse
import tempfile
from pathlib import Path

from tests.bench import booking, growth, pages

PARTS = ("pages", "gate", "growth")


def main() -> None:
    """Measure, and print tables in Markdown."""
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--only", choices=PARTS, nargs="*", default=PARTS)
    options.add_argument("--seconds", type=float, default=4, help="of each measurement of a page")
    options.add_argument("--rounds", type=int, default=3, help="of each measurement of a page")
    options.add_argument("--growth", type=int, nargs="*", default=[400, 10_000, 1_000_000], help="numbers of bookings to compare")
    options.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"], help="for the gate and for growth")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if "pages" in chosen.only:
            pages.report(Path(folder), chosen.seconds, chosen.rounds)
        if "gate" in chosen.only:
            booking.gate(Path(folder), chosen.databases)
        if "growth" in chosen.only:
            growth.report(Path(folder), chosen.databases, chosen.growth)


if __name__ == "__main__":
    main()
