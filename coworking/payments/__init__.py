"""Payments: a small port in our own words, and what stands behind it. Knows money and nothing of billing."""
