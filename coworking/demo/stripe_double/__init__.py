"""A stand-in for Stripe: its API with state, clock, webhooks and test cards, for the demo and the tests. No money moves.

It answers over HTTP as Stripe does, so the payment adapter talks to both alike; what it says is checked in the
tests against the description that Stripe publishes. State is one SQLite file, shared by this API and its pages.
"""
