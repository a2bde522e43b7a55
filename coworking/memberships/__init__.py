"""Plans that an operator offers, as the public plans page shows them."""
