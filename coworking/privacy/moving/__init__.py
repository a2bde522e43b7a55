"""An operator with everything that is its own, from one installation to another (GDPR Art. 28(3)(g), Data Act chapter VI)."""
