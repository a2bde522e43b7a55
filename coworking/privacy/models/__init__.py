"""The tables of privacy."""

from .access import AccessEntry, Incident, IncidentNotice, ProblemReport, SupportGrant
from .addons import AddOn
from .asking import Consent, MailChoice, Objection, PrivacyRequest, Restriction, Statement
from .counts import Occupancy, PageCount
from .keeping import ErasureReceipt, InactivityNotice, LegalHold
from .leaving import Departure
from .legal import LegalIdentity
from .news import NewsMessage
from .policy import HostPolicyVersion, PolicyDraft, PolicyNotice, PolicyVersion, RetentionChoice
from .running import RetentionRun

__all__ = [
    "AccessEntry",
    "AddOn",
    "Consent",
    "Departure",
    "ErasureReceipt",
    "HostPolicyVersion",
    "InactivityNotice",
    "Incident",
    "IncidentNotice",
    "LegalHold",
    "LegalIdentity",
    "MailChoice",
    "NewsMessage",
    "Objection",
    "Occupancy",
    "PageCount",
    "PolicyDraft",
    "PolicyNotice",
    "PolicyVersion",
    "PrivacyRequest",
    "ProblemReport",
    "Restriction",
    "RetentionChoice",
    "RetentionRun",
    "Statement",
    "SupportGrant",
]
