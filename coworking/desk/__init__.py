"""Surface: the back office of an operator."""
