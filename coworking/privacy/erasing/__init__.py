"""Erasing a person: what would go and stay, doing it, the receipt, and a journal that outlives every back-up."""
