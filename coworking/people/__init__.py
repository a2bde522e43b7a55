"""Persons of one operator: joining, signing in, sessions, profile, roles. There are no accounts across operators."""
