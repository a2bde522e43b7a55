"""What operators pay the host for being here: plans that the host publishes, kept and charged by Stripe Billing."""
