"""How an operator bills: terms, bank account, what its papers must say, and how long it waits."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal
from coworking.core.tenancy import TenantOwned

SETTING = not_personal("a setting of the operator")


class BillingSettings(TenantOwned, Base):
    """One row an operator; made with the country's defaults when first asked for (billing/settings.py)."""

    __tablename__ = "billing_settings"
    __table_args__ = (sa.PrimaryKeyConstraint("operator_id"),)

    series: Mapped[str] = mapped_column(sa.String(10), default="", info=not_personal("prefix of invoice numbers"))
    credit_series: Mapped[str] = mapped_column(sa.String(10), default="", info=not_personal("prefix of credit note numbers"))
    payment_days: Mapped[int] = mapped_column(default=14, info=not_personal("days from issue to due"))
    iban: Mapped[str] = mapped_column(sa.String(34), default="", info=SETTING)
    bic: Mapped[str] = mapped_column(sa.String(11), default="", info=SETTING)
    bank_account: Mapped[str] = mapped_column(sa.String(40), default="", info=not_personal("a national account number, as printed"))
    register_line: Mapped[str] = mapped_column(sa.String(160), default="", info=not_personal("RCS and share capital, Foretaksregisteret"))
    late_interest: Mapped[str] = mapped_column(sa.String(240), default="", info=not_personal("what papers say of late payment"))
    mediator: Mapped[str] = mapped_column(sa.String(240), default="", info=not_personal("the consumer mediator, where the law wants one"))
    grace_days: Mapped[int] = mapped_column(default=7, info=not_personal("days after due before a hold"))
    retry_days: Mapped[list[int]] = mapped_column(
        sa.JSON, default=lambda: [1, 3, 5], info=not_personal("days after a failure on which a card is tried again")
    )
    end_days: Mapped[int] = mapped_column(default=45, info=not_personal("days after due before subscriptions end"))
    check_vies: Mapped[bool] = mapped_column(default=False, info=SETTING)


class ExchangeRate(Identified, TenantOwned, Base):
    """What one unit of another currency is worth in the operator's own on a day, as the operator entered it."""

    __tablename__ = "exchange_rate"
    __table_args__ = (sa.UniqueConstraint("operator_id", "currency", "day"), sa.CheckConstraint("millionths > 0", name="positive"))

    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    day: Mapped[date] = mapped_column(info=not_personal("a date"))
    millionths: Mapped[int] = mapped_column(sa.BigInteger, info=not_personal("millionths of a unit at home"))
