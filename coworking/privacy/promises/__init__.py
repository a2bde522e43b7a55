"""What the five founding documents promise, and which of it may be said in public: only what a test proved."""

from .conflicts import CONFLICTS, Conflict
from .listing import PROMISES, printed
from .promise import Disposition, Promise, State, Topic
from .proofs import proof_of, proven_on, recorded

__all__ = ["CONFLICTS", "PROMISES", "Conflict", "Disposition", "Promise", "State", "Topic", "printed", "proof_of", "proven_on", "recorded"]
