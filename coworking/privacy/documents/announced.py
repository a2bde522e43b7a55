"""Since when each processor has been announced to those whose data it gets. A new one stands here before it is used.

The agreement with operators promises 30 days (GDPR Art. 28(2)): whoever adds a processor adds its day, or the app doesn't start.
"""

from datetime import date, timedelta

from ..register.recipients import RECIPIENTS, Kind

NOTICE = timedelta(days=30)
ANNOUNCED = {"storage": date(2026, 11, 22), "mail": date(2026, 11, 22), "stripe": date(2026, 11, 22)}

_unannounced = {key for key, recipient in RECIPIENTS.items() if recipient.kind is Kind.PROCESSOR} - set(ANNOUNCED)
if _unannounced:
    raise ValueError(f"processors that nobody was told of: {sorted(_unannounced)}")
