"""What people buy by the month or once: plans in versions, subscriptions, orders, and the allowances that they give."""
