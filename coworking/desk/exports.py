"""The books for the accountant: CSV, SAF-T and FEC of a period; and whether the chain of papers holds."""

from flask import Response, abort, g, request
from flask_babel import gettext as _

from coworking.billing import hashing, journal
from coworking.billing.settings import settings_of
from coworking.core import clock
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.papers.exports import fec, journal_csv, saft_no
from coworking.papers.exports.books import Books

from .billing_forms import PeriodForm
from .blueprint import blueprint
from .invoices import file


@blueprint.get("/exports")
@requires(Permission.SEE_PAPERS)
def exports() -> Response:
    """Choose a period; on request, check the chain."""
    today = clock.today(g.operator.zone)
    form = (
        PeriodForm(formdata=request.args) if request.args.get("first") else PeriodForm(formdata=None, first=today.replace(month=1, day=1), last=today)
    )
    return _page(form)


@blueprint.get("/exports/journal.csv")
@requires(Permission.SEE_PAPERS)
def export_csv() -> Response:
    """The journal as CSV."""
    form = PeriodForm(formdata=request.args)
    return file(journal_csv.export(_books(form)), "text/csv; charset=utf-8", "journal.csv") if form.validate() else _page(form, 422)


@blueprint.get("/exports/saft.xml")
@requires(Permission.SEE_PAPERS)
def export_saft() -> Response:
    """Norway's SAF-T, for operators there."""
    _only_in("NO")
    form = PeriodForm(formdata=request.args)
    if not form.validate():
        return _page(form, 422)
    made = _books(form)
    return file(saft_no.export(made), "application/xml", saft_no.file_name(made, clock.now()))


@blueprint.get("/exports/fec.txt")
@requires(Permission.SEE_PAPERS)
def export_fec() -> Response:
    """France's FEC, for operators there."""
    _only_in("FR")
    form = PeriodForm(formdata=request.args)
    if not form.validate():
        return _page(form, 422)
    made = _books(form)
    return file(fec.export(made), "text/plain; charset=utf-8", fec.file_name(made))


def _only_in(country: str) -> None:
    if g.operator.country != country:
        abort(404)


def _books(form: PeriodForm) -> Books:
    assert form.first.data is not None  # noqa: S101 - checked
    assert form.last.data is not None  # noqa: S101 - checked
    return journal.build(form.first.data, form.last.data)


def _page(form: PeriodForm, status: int = 200) -> Response:
    chains = []
    if request.args.get("check"):
        kept = settings_of(g.operator)
        for series in (kept.series, kept.credit_series):
            broken = hashing.verify(series)
            said = (
                _("Every number is there and nothing was changed.")
                if broken is None
                else _("Something is wrong from number %(number)s on.", number=broken.number)
            )
            chains.append((series, broken is None, said))
    return page("desk/money/exports.html", status=status, form=form, chains=chains)
