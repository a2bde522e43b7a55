"""What tests lean on: a PostgreSQL of their own, the real server, the real browser."""
