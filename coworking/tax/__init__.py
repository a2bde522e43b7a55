"""Value added tax: which rate applies to what, where, when and for whom. Knows law and arithmetic, no customers and no prices."""
