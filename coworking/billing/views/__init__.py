"""Pages of bills and payments, and the address that payment providers post to."""

from .. import payment_jobs
from . import methods, paying, standing, webhooks
from .blueprint import blueprint

__all__ = ["blueprint", "methods", "paying", "payment_jobs", "standing", "webhooks"]
