"""Surface: the public site of an operator, and of the host."""
