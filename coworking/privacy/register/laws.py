"""How long the law wants things kept, and who watches over it: dated rows per country, never a number in code.

Each row names its source and when it was last read. A country that is not listed takes the rows of ``OTHER``, which are the
longest ones, so that nothing goes too early.
"""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from .entry import Clock

OTHER = ""


@dataclass(frozen=True, slots=True)
class Law:
    """One duty to keep: ``months`` after ``clock``, in one country, from ``since`` on."""

    key: str
    country: str
    months: int
    clock: Clock
    name: LazyString
    source: str
    since: date
    until: date | None
    reviewed_on: date

    def ends(self, moment: date) -> date:
        """The first day on which something of ``moment`` need no longer be kept. A financial year is a calendar year."""
        start = date(moment.year, 12, 31) if self.clock is Clock.YEAR_END else moment
        return start + relativedelta(months=self.months, days=1)


READ = date(2026, 11, 22)
LAWS = (
    Law("accounting", "NO", 60, Clock.YEAR_END, _("Norwegian Bookkeeping Act (bokføringsloven) § 13"), "https://lovdata.no/lov/2004-11-19-73/§13",
        date(2014, 1, 1), None, READ),
    Law("contract", "NO", 42, Clock.YEAR_END, _("Norwegian Bookkeeping Act (bokføringsloven) § 13, contracts"),
        "https://lovdata.no/lov/2004-11-19-73/§13", date(2014, 1, 1), None, READ),
    Law("accounting", "FR", 120, Clock.YEAR_END, _("French Commercial Code (Code de commerce) art. L123-22"),
        "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000006219327", date(2000, 9, 21), None, READ),
    Law("contract", "FR", 120, Clock.ENDED, _("French Consumer Code (Code de la consommation) art. L213-1 and D213-2"),
        "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000032221279", date(2016, 7, 1), None, READ),
    Law("accounting", "GB", 72, Clock.YEAR_END, _("UK VAT Act 1994, Schedule 11, paragraph 6; Companies Act 2006, section 388"),
        "https://www.legislation.gov.uk/ukpga/1994/23/schedule/11", date(2010, 4, 1), None, READ),
    Law("contract", "GB", 72, Clock.ENDED, _("UK Limitation Act 1980, section 5"), "https://www.legislation.gov.uk/ukpga/1980/58/section/5",
        date(1981, 5, 1), None, READ),
    Law("accounting", OTHER, 120, Clock.YEAR_END, _("the bookkeeping law of the operator's country"), "", date(2000, 1, 1), None, READ),
    Law("contract", OTHER, 120, Clock.ENDED, _("the law on contracts of the operator's country"), "", date(2000, 1, 1), None, READ),
)  # fmt: skip


def law(key: str, country: str, on: date) -> Law:
    """The row of ``key`` in force in ``country`` (ISO 3166-1, two letters) on a day; raises LookupError when there is none."""
    for place in (country, OTHER):
        for row in LAWS:
            if row.key == key and row.country == place and row.since <= on and (row.until is None or on <= row.until):
                return row
    raise LookupError(f"no law {key} on {on}")
