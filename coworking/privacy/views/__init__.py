"""Pages about personal data, and the documents that the law wants in public."""

from coworking.privacy import correcting, inactivity_jobs, retention_jobs
from coworking.privacy.erasing import jobs as erasing_jobs
from coworking.privacy.erasing import replaying
from coworking.privacy.moving import jobs as moving_jobs
from coworking.privacy.policy import jobs as policy_jobs

from . import add_ons, asking, beside, by_link, counting, erasure, limits, looked_at, mails, mine, news, policy, reporting
from .blueprint import blueprint

__all__ = [
    "add_ons",
    "asking",
    "beside",
    "blueprint",
    "by_link",
    "correcting",
    "counting",
    "erasing_jobs",
    "erasure",
    "inactivity_jobs",
    "limits",
    "looked_at",
    "mails",
    "mine",
    "moving_jobs",
    "news",
    "policy",
    "policy_jobs",
    "replaying",
    "reporting",
    "retention_jobs",
]
