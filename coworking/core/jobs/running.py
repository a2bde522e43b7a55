"""Running one job: for its operator, in its language, in one transaction that also says that it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, g

from .. import i18n, links, tenancy
from ..db import db
from .registry import JOBS, Order


class Superseded(Exception):
    """Another worker did this job meanwhile: what was just written must not last."""


def carry_out(app: Flask, order: Order, finish: Callable[[], None]) -> None:
    """Run the job, then ``finish``, then commit. Whatever the job raises leaves nothing written.

    ``finish`` records in the same transaction that the job is done, and raises Superseded when it was already.
    """
    with app.app_context(), _as_ordered(order):
        try:
            JOBS[order.name].run(**order.args)
            finish()
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


@contextmanager
def _as_ordered(order: Order) -> Iterator[None]:
    before = tenancy.operator_id_in_force()
    tenancy.enter(order.operator_id)
    g.operator = None
    try:
        g.operator = links.operator_in_force()
        with i18n.speaking(order.locale):
            yield
    finally:
        tenancy.enter(before)
