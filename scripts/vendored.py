"""Checks that the copies in static/vendor are those that scripts/vendor.sh wrote down in the manifest."""

import hashlib
import sys
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"


def main() -> int:
    """Say which files differ, are missing or unlisted; returns the exit code."""
    lines = (VENDOR / "MANIFEST").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir() if path.name != "MANIFEST"}
    wrong = sorted(name for name in listed.keys() | found.keys() if listed.get(name) != found.get(name))
    for name in wrong:
        print(f"static/vendor/{name} is not what the manifest says: run scripts/vendor.sh", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
