"""Changes to the database, in order."""
