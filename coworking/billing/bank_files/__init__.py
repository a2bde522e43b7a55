"""Files from banks: what came in on the account, whatever bank says it and in whatever format."""

from .lines import MOST_BYTES, Credit, NotABankFile, Statement
from .reading import read

__all__ = ["MOST_BYTES", "Credit", "NotABankFile", "Statement", "read"]
