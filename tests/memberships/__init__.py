"""Plans, subscriptions and allowances."""
