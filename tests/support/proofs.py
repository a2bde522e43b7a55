"""Which tests are marked as proofs of promises, and the record of a run in which they were green.

Marks are read from the source, so that they are the same whatever part of the tests is run.
"""

import ast
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from coworking.privacy.promises.proofs import RECORD

TESTS = Path(__file__).resolve().parents[1]
Row = dict[str, Any]
_passed: dict[str, set[bool]] = defaultdict(set)


@cache
def marks() -> dict[str, tuple[str, ...]]:
    """The ids that each test claims to prove, by the test's name."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(TESTS.rglob("*.py")):
        body = ast.parse(path.read_text()).body
        of_all = [
            key for node in body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark" for key in _called(node.value)
        ]
        for name, node in _functions(body):
            own = [key for decorator in node.decorator_list for key in _ids(decorator)]
            ids = tuple(dict.fromkeys([*own, *of_all])) if node.name.startswith("test_") else ()
            if ids:
                found[f"{path.relative_to(TESTS.parent).as_posix()}::{name}"] = ids
    return found


def _functions(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield f"{inside}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{inside}{node.name}::")


def _ids(decorator: ast.expr) -> Iterator[str]:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.proves":
        for argument in decorator.args:
            assert isinstance(argument, ast.Constant), "promises are named one by one"
            yield str(argument.value)


def _called(marked: ast.expr) -> Iterator[str]:
    for node in ast.walk(marked):
        if isinstance(node, ast.expr):
            yield from _ids(node)


def proofs() -> dict[str, set[str]]:
    """The tests that claim each promise."""
    found: dict[str, set[str]] = defaultdict(set)
    for test, ids in marks().items():
        for key in ids:
            found[key].add(test)
    return found


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how each test ended, all its parameters and databases together."""
    test = report.nodeid.split("[")[0]
    if report.failed or (report.when == "call" and report.passed):
        _passed[test].add(report.passed)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the record. A run of a part of the tests says nothing of the promises whose tests it left out."""
    if not os.environ.get("RECORD_PROOFS") or hasattr(session.config, "workerinput"):
        return
    was = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    RECORD.write_text(json.dumps(recorded(proofs(), _passed, was, datetime.now(UTC).date()), indent=1) + "\n")


def recorded(claimed: dict[str, set[str]], ended: dict[str, set[bool]], was: Row, today: date) -> Row:
    """The record after a run: ``ended`` says how each test that ran ended, all its rounds together; ``was`` is the record before."""
    record: Row = {}
    for key, tests in sorted(claimed.items(), key=_in_order):
        ran = {test for test in tests if test in ended}
        if any(ended[test] != {True} for test in ran):
            continue
        if ran == tests:
            record[key] = {"on": today.isoformat(), "tests": sorted(tests)}
        elif key in was and set(was[key]["tests"]) <= tests:
            record[key] = was[key]
    return record


def exists(test: str) -> bool:
    """Whether there is a test of that name."""
    path, _colons, name = test.partition("::")
    file = TESTS.parent / path
    return file.is_file() and name in {found for found, _node in _functions(ast.parse(file.read_text()).body)}


def _in_order(found: tuple[str, set[str]]) -> tuple[str, int]:
    seed, _, number = found[0].partition("-")
    return seed, int(number or 0)
