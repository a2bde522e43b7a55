"""Ratios: our pages against the least that the same work costs in Flask, on one machine in one run."""
