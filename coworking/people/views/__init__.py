"""Pages of this domain: joining, signing in, mailed links, profile and security."""

from . import joining, links, profile, security, signing_in
from .blueprint import blueprint

__all__ = ["blueprint", "joining", "links", "profile", "security", "signing_in"]
