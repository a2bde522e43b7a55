"""flask demo: build once, print who can sign in, start again."""

import json
from types import SimpleNamespace

import sqlalchemy as sa
from flask import Flask

from coworking.config import Config
from coworking.core import tenancy
from coworking.core.db import db
from coworking.demo.accounts import PASSWORD
from coworking.operators.models import Operator


def test_accounts_are_printed_for_scripts(demo: SimpleNamespace) -> None:
    answer = demo.app.test_cli_runner().invoke(args=["demo", "accounts", "--json"])
    assert answer.exit_code == 0, answer.output
    listed = json.loads(answer.output)
    assert {entry["host"] for entry in listed} == {"kvartal.localhost:8000", "rotonde.localhost:8000", "loom.localhost:8000"}
    owner = next(entry for entry in listed if entry["host"].startswith("kvartal") and entry["role"] == "owner")
    assert owner["url"] == "http://kvartal.localhost:8000/"
    assert owner["password"] == PASSWORD
    assert {"operator", "name", "email"} <= owner.keys()


def test_a_database_in_use_is_not_built_over(demo: SimpleNamespace) -> None:
    answer = demo.app.test_cli_runner().invoke(args=["demo", "build"])
    assert answer.exit_code != 0
    assert "operators already" in answer.output


def test_reset_starts_again(scratch: Flask) -> None:
    with tenancy.across_operators():
        db.session.add(Operator(slug="other", name="Other", legal_name="Other", street="1", postcode="1", city="B", country="NO", email="a@b.example",
                                default_locale="nb", locales=["nb"], zone="Europe/Oslo", currency="NOK"))  # fmt: skip
        db.session.commit()
    answer = scratch.test_cli_runner().invoke(args=["demo", "reset", "--yes"])
    assert answer.exit_code == 0, answer.output
    with tenancy.across_operators():
        assert set(db.session.scalars(sa.select(Operator.slug))) == {"kvartal", "rotonde", "loom"}


def test_nothing_is_built_outside_the_demo(scratch: Flask) -> None:
    config: Config = scratch.extensions["coworking.config"]
    scratch.extensions["coworking.config"] = Config(data_dir=config.data_dir, demo=False)
    for command in (["build"], ["reset", "--yes"], ["accounts"]):
        answer = scratch.test_cli_runner().invoke(args=["demo", *command])
        assert answer.exit_code != 0
        assert "not the demo" in answer.output
