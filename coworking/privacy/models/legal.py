"""What an operator has to publish of itself beyond name, number and address."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base
from coworking.core.labels import not_personal
from coworking.core.tenancy import TenantOwned

IDENTITY = not_personal("identity of a business, printed on its public pages")


class LegalIdentity(TenantOwned, Base):
    """What the imprint says of the operator's company: French LCEN Art. 1-1, Norwegian ehandelsloven § 8, directive 2000/31/EC Art. 5."""

    __tablename__ = "legal_identity"
    __table_args__ = (sa.PrimaryKeyConstraint("operator_id"),)

    legal_form: Mapped[str] = mapped_column(sa.String(80), default="", info=IDENTITY)
    capital: Mapped[str] = mapped_column(sa.String(40), default="", info=IDENTITY)
    """As it is printed, with its currency."""
    register: Mapped[str] = mapped_column(sa.String(80), default="", info=IDENTITY)
    """Register and its seat, such as ``RCS Nantes`` or ``Foretaksregisteret``."""
    publisher: Mapped[str] = mapped_column(sa.String(120), default="", info=not_personal("named in public, as French law asks of whoever publishes"))
    """Director of publication."""
    mediator: Mapped[str] = mapped_column(sa.String(200), default="", info=IDENTITY)
    """Who settles disputes with consumers out of court, with address or site: French Consumer Code Art. L616-1."""
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now, info=IDENTITY)
