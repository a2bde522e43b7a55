"""The documents that stand beside the privacy policy, made from the register and from what the operator has set."""
